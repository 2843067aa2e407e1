"""What calls say: each rule with a text in which it finds something; the table of error prompts; what channels can do."""

import pytest

from careline.catalogue import channel_abilities, error_prompts
from careline.catalogue.compiling import compile_book
from careline.catalogue.lint import lint
from careline.catalogue.linting.finding import Finding, Severity
from careline.catalogue.spoken_length import seconds, sentence_length, sentences
from careline.dialogue.book import Book
from careline.dialogue.words import UNSAID
from careline.values.cause import Cause
from tests.catalogue.test_menus import MANIFESTS, SOUND, catalogue, service


def found(rule: str, **words: tuple[str, str]) -> list[Finding]:
    """Findings of a rule where these texts stand; `__` in a key is a dot."""
    texts = {f"words__{key.replace('__', '.')}": {"zh": zh, "en": en} for key, (zh, en) in words.items()}
    return [one for one in lint(catalogue(SOUND, **texts), MANIFESTS).findings if one.rule == rule]


def book(**changed: object) -> Book:
    return compile_book(catalogue(SOUND, **changed))


FINE = ("查余额，请按1。", "To check your balance, press 1.")


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("按1查余额。", FINE[1]),
        ("请按2取消，请按3退出。", FINE[1]),
        (FINE[0], "Press 1 to check your balance."),
        (FINE[0], "Please press star for the menu."),
    ],
)
def test_a_key_before_what_it_does_is_an_error(zh: str, en: str) -> None:
    assert not found("key_first", voice__talk__goodbye=FINE)
    [one] = found("key_first", voice__talk__goodbye=(zh, en))
    assert (one.severity, one.where.key) == (Severity.ERROR, "voice.talk.goodbye")


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("请回复序号。", "Good."),
        ("要取消请发退订。", "Good."),
        ("您有两项（免费）。", "Good."),
        ("一项\n两项", "Good."),
        ("好的。", "Reply with a number."),
        ("好的。", "To stop it, send STOP."),
        ("好的。", "It costs 5 yuan/month."),
        ("好的。", "Press [1]."),
    ],
)
def test_what_only_an_sms_can_mean_is_an_error_in_a_text_for_calls(zh: str, en: str) -> None:
    [one] = found("unspeakable", voice__talk__goodbye=(zh, en))
    assert one.severity is Severity.ERROR


def test_an_sms_that_we_send_may_be_spoken_of() -> None:
    assert not found("unspeakable", voice__talk__goodbye=("我们会发短信告诉您。", "We will text you the result."))
    by_text = ("请写成短信发到{number}。", "Please write it in an SMS to {number}.")
    assert not found("unspeakable", voice__talk__by_text=by_text)


def test_the_text_of_an_sms_that_cannot_be_said_needs_one_for_calls() -> None:
    sms = ("已开通。取消请发{cancel_code}。", "Done. To cancel, send {cancel_code}.")
    [one] = found("missing_voice", toggle__subscribe__done=sms)
    assert (one.severity, one.where.key) == (Severity.ERROR, "voice.toggle.subscribe.done")
    assert found("missing_voice", toggle__subscribe__done=sms, voice__any__done=("好了。", "Done."))
    assert not found("missing_voice", toggle__subscribe__done=sms, voice__toggle__subscribe__done=("好了。", "Done."))


def test_a_services_own_words_and_description_are_looked_at_too() -> None:
    own = service("caller_id", "toggle", subscribe={}, cancel={}) | {
        "words": {"subscribe.done": {"zh": "好了，退订请发QX。", "en": "Done. To end it, send QX."}}
    }
    [one] = [f for f in lint(catalogue(SOUND, service__caller_id=own), MANIFESTS).findings if f.rule == "missing_voice"]
    assert (one.where.kind, one.where.path) == ("service", "words.voice.subscribe.done")
    about = service("caller_id", "toggle", subscribe={}, cancel={}, describe={})
    about |= {"about": {"zh": "请发“帮助”。", "en": "Send HELP."}}
    said = [
        f for f in lint(catalogue(SOUND, service__caller_id=about), MANIFESTS).findings if f.rule == "missing_voice"
    ]
    assert [f.where.path for f in said] == ["words.voice.describe.done"]


def test_a_text_that_calls_need_and_nobody_wrote_is_an_error() -> None:
    documents = catalogue(SOUND, **{"words__voice.error.silence": None})
    assert [f.where.key for f in lint(documents, MANIFESTS).findings if f.rule == "missing_voice"] == [
        "voice.error.silence"
    ]


def test_long_sentences_and_long_answers_are_warned_of() -> None:
    chinese, english = "查" * 31 + "。", " ".join(["word"] * 21) + "."
    assert [f.severity for f in found("long_sentence", voice__talk__goodbye=(chinese, "Good."))] == [Severity.WARNING]
    assert [f.severity for f in found("long_sentence", voice__talk__goodbye=("好。", english))] == [Severity.WARNING]
    assert found("long_answer", voice__talk__goodbye=("查查查查查查查查查查。" * 9, "Good."))
    assert not found("long_answer", voice__talk__goodbye=("查查查查查查查查查查。" * 5, "Good."))


def test_jargon_in_a_prompt_is_listed_with_the_plain_words_for_it() -> None:
    glossary = {"settings__glossary": {"GPRS": {"zh": "手机上网", "en": "mobile data"}}}
    text = {"words__voice.talk.goodbye": {"zh": "您的GPRS已开通。", "en": "Your GPRS is on."}}
    [one] = [f for f in lint(catalogue(SOUND, **glossary, **text), MANIFESTS).findings if f.rule == "jargon"]
    assert one.where.key == "voice.talk.goodbye"
    assert "手机上网" in one.mend.zh
    assert "mobile data" in one.mend.en


def test_a_placeholder_that_calls_do_not_fill_is_an_error() -> None:
    assert found("unknown_placeholder", voice__talk__goodbye=("再见{code}。", "Bye {code}."))
    assert not found("unknown_placeholder", voice__talk__option=("{label}，请按{key}。", "{label}, press {key}."))
    assert not found("unknown_placeholder", ussd__talk__option=("{key}.{label}", "{key}.{label}"))
    assert found("unknown_placeholder", ussd__talk__option=("{key}.{balance}", "{key}.{balance}"))


def test_a_text_that_no_page_of_a_dial_menu_holds_is_warned_of() -> None:
    assert found("long_page", ussd__talk__goodbye=("再见。" * 61, "Bye."))
    assert not found("long_page", ussd__talk__goodbye=("再见。", "Bye."))


@pytest.mark.requirement("IVR-11")
def test_an_error_without_a_prompt_or_with_that_of_another_turns_the_verdict() -> None:
    whole = error_prompts.prompts(book())
    assert error_prompts.verdict(whole) == ("非要因", "not a root cause")
    told = {cause.value for cause in Cause if cause not in UNSAID} - {"no_answer", "missing_parameter"}  # texts alone
    assert told <= {prompt.kind for prompt in whole}, "every code of the taxonomy that a caller can be told is listed"
    assert {"wrong_key", "silence", "bad.msisdn", "password_check.wrong_password"} <= {one.kind for one in whole}

    gone = {"words__voice.error.frozen": None, "words__error.frozen": None}
    without = error_prompts.prompts(book(**gone))
    assert error_prompts.verdict(without) == ("是要因", "root cause")
    lacking = {prompt.kind: prompt for prompt in without}
    assert lacking["frozen"].missing
    assert not lacking["frozen"].sound

    same = {"words__voice.error.silence": {"zh": "没有这一项！", "en": "Nothing heard."}}
    same |= {"words__voice.error.wrong_key": {"zh": "没有这一项。", "en": "There is no such key."}}
    sharing = error_prompts.prompts(book(**same))
    assert error_prompts.verdict(sharing) == ("是要因", "root cause")
    shared = {prompt.kind: prompt for prompt in sharing}
    assert shared["silence"].shared_with == ("wrong_key",)
    assert shared["wrong_key"].shared_with == ("silence",)
    assert {f.where.key for f in lint(catalogue(SOUND, **same), MANIFESTS).findings if f.rule == "shared_words"} == {
        "voice.error.silence",
        "voice.error.wrong_key",
    }


def test_a_fault_of_ours_in_the_callers_words_is_an_error() -> None:
    same = ("没有办成。", "It was not done.")
    findings = found("shared_words", voice__error__carrier_fault=same, voice__error__not_on=same)
    assert {one.severity for one in findings} == {Severity.ERROR}
    assert {one.where.key for one in findings} == {"voice.error.carrier_fault", "voice.error.not_on"}


def test_no_cell_of_the_channels_is_without_a_yes_or_a_reason() -> None:
    words = [{"name": "text", "kind": "words", "label": {"zh": "意见", "en": "words"}, "example": "好"}]
    services = {
        "service__suggestion": service("suggestion", "query", other={"parameters": words}),
        "service__paper": service("paper", "toggle", subscribe={"confirm": "code"}, confirm={}, cancel={}),
        "service__old": service("old", "toggle", subscribe={"closed": True}, cancel={}),
    }
    rows = channel_abilities.abilities(book(**services))
    assert all(ability.can or all(ability.why) for row in rows for ability in row.by_channel.values())
    cells = {(row.service.id, row.verb.value): row.by_channel for row in rows}
    assert all(ability.can for ability in cells["caller_id", "cancel"].values()), "the menu leads to its node"
    assert cells["suggestion", "other"]["sms"].can
    assert "keys cannot give" in cells["suggestion", "other"]["voice"].why.en
    assert "key 1 is the yes" in cells["paper", "confirm"]["ussd"].why.en
    assert "no new customers" in cells["old", "subscribe"]["sms"].why.en
    assert "no menu" in cells["old", "cancel"]["voice"].why.en


def test_texts_are_measured_as_they_are_said() -> None:
    assert sentences("您好，欢迎。请按1。") == ["您好，欢迎", "请按1"]
    assert sentence_length("查余额，请按1", "zh") == 6
    assert sentence_length("To check it, press 1", "en") == 5
    assert 1 < seconds("查余额，请按1。", "zh") < 3
    assert seconds("查余额，请按1。" * 2, "zh") == pytest.approx(2 * seconds("查余额，请按1。", "zh"))
    assert 1.5 < seconds("To check your balance, press 1.", "en") < 3.5
