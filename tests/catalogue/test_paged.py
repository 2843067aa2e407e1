"""What pages show: nobody is told to reply or to send something where there is a button."""

import pytest

from careline.catalogue.lint import lint
from careline.catalogue.linting import paged
from careline.catalogue.linting.finding import Finding, Severity, Subject
from careline.wiring import behaviours
from tests.catalogue.test_menus import MANIFESTS, SOUND, catalogue
from tests.halls import the_book


def found(**words: tuple[str, str]) -> list[Finding]:
    texts = {f"words__{key.replace('__', '.')}": {"zh": zh, "en": en} for key, (zh, en) in words.items()}
    return [one for one in lint(catalogue(SOUND, **texts), MANIFESTS).findings if one.rule == "page_tells_to_send"]


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("请回复“是”。", "All right."),
        ("要取消请发{cancel_code}。", "All right."),
        ("充值后再发。", "All right."),
        ("好的。", "Reply Y to go ahead."),
        ("好的。", "To cancel, send {cancel_code}."),
        ("例如：{example}", "All right."),
    ],
)
def test_a_text_for_pages_that_tells_to_send_is_an_error(zh: str, en: str) -> None:
    every = found(page__talk__declined=(zh, en))
    assert "page.talk.declined" in [one.where.key for one in every]
    assert {one.severity for one in every} == {Severity.ERROR}


def test_that_we_text_a_customer_may_be_said_on_a_page() -> None:
    said = found(page__talk__declined=("查清后发短信告诉您。", "We text you once we know."))
    assert "page.talk.declined" not in [one.where.key for one in said]


def test_the_text_of_an_sms_that_a_page_would_borrow_needs_one_for_pages() -> None:
    fine = ("好的。", "All right.")
    sms = ("已开通。取消请发{cancel_code}。", "Done. To cancel, send {cancel_code}.")
    keys = [one.where.key for one in found(page__talk__declined=fine, toggle__subscribe__done=sms)]
    assert "page.toggle.subscribe.done" in keys
    mended = found(page__talk__declined=fine, toggle__subscribe__done=sms, page__toggle__subscribe__done=fine)
    assert "page.toggle.subscribe.done" not in [one.where.key for one in mended]


def test_a_catalogue_that_has_no_texts_for_pages_is_left_alone() -> None:
    assert not found(toggle__subscribe__done=("取消请发{cancel_code}。", "To cancel, send {cancel_code}."))


def test_no_text_of_the_packs_that_a_page_may_show_tells_to_reply_or_send() -> None:
    assert not list(paged.tells_to_send(Subject(the_book(), dict(behaviours()))))
