"""Dial tests by SMS of what needs the service password: they give it, go on, and their results do not show it."""

import json
from dataclasses import replace

import pytest

from careline.catalogue import error_prompts
from careline.dialogue.book import Service
from careline.probes.deriving import passwords, texts
from careline.probes.deriving.passwords import LINES, WRONG_PASSWORD
from careline.values.language import LANGUAGES
from tests.probes.house import House, now
from tests.probes.house import house as house
from tests.sms.street import rows, the_book

pytestmark = pytest.mark.django_db


def test_the_text_that_activates_a_sim_is_tried_with_the_password_and_its_result_does_not_show_it(house: House) -> None:
    (probe,) = [one for one in texts.derive(the_book(), now()) if one.id == "sms/deed/card_activation.other"]
    assert [step.what for step in probe.steps] == ["XKQY", "135790", "是"]
    (run,) = house.run([probe], retries=2)
    assert run.passed, (run.cause, run.why, run.steps)
    assert "135790" not in json.dumps([run.steps, run.why], ensure_ascii=False, default=str)
    said = rows("SELECT said FROM ledger_inbox WHERE msisdn = %s ORDER BY received_at, turn", run.msisdn)
    assert [text for (text,) in said][-3:] == ["XKQY", "******", "是"]
    found = rows("SELECT service, verb, outcome FROM ledger_attempt WHERE msisdn = %s", run.msisdn)
    assert ("password", "status", "done") in found
    assert any(service == "card_activation" for service, _, _ in found)


def test_a_wrong_one_a_locked_one_and_none_are_tried_in_each_language_and_wanted_only_where_something_asks() -> None:
    book = the_book()
    for language in LANGUAGES:
        made = passwords.by_text(book, language, now())
        assert {kind: one.status for kind, one in made.items()} == {
            f"password_check.{cause.value}": status for cause, status in LINES.items()
        }
        assert all(one.steps[-1].what == WRONG_PASSWORD for one in made.values())
    assert {f"password_check.{cause.value}" for cause in LINES} <= set(error_prompts.by_text(book))
    free = {name: _free(one) for name, one in book.services.items()}
    kinds = error_prompts.by_text(replace(book, services=free))
    assert not any(kind.startswith("password_check.") for kind in kinds), (
        "where nothing asks for it, nothing is missing"
    )


def _free(service: Service) -> Service:
    return replace(service, actions={verb: replace(one, assurance=1) for verb, one in service.actions.items()})
