"""What a customer with a complaint does by texts, keys and screens, from the first word to the rating."""

from dataclasses import replace

import pytest

from careline.cases.records.case import Case
from careline.cases.states import State
from careline.channels.ussd.paging import SEPTETS_MAX
from careline.demo.calling import Caller
from careline.dialogue.book import Verb
from careline.hall.telephone import Act
from careline.ledger import due
from careline.ledger.models import Attempt
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from tests.cases import desk
from tests.halls import Hall, answer_of


def cases_of(msisdn: Msisdn) -> list[Case]:
    return list(Case.objects.filter(msisdn=msisdn.digits).order_by("opened_at", "id"))


def walked(hall: Hall, msisdn: Msisdn, channel: str, *pressed: str) -> list[Act]:
    caller = Caller(hall.reception, msisdn, hall.clock, channel)
    return [caller.dial(), *(caller.press(keys) for keys in pressed)]


@pytest.fixture
def answered(hall: Hall) -> tuple[Msisdn, str]:
    """Somebody whose complaint was answered, and who was asked about it."""
    desk.settled()
    wang = hall.fresh("T5")
    return wang, desk.led(State.CONFIRMING, msisdn=wang)


def test_the_answer_is_judged_by_its_number_and_rated(hall: Hall, answered: tuple[Msisdn, str]) -> None:
    wang, docket = answered
    shown = hall.say(wang, "投诉进度")
    assert "已退还20元" in answer_of(shown)
    assert "1.满意 2.不满意" in answer_of(shown)
    assert "1到5" in answer_of(hall.say(wang, "1"))
    assert desk.read(docket).satisfied is True
    assert "评分记下了" in answer_of(hall.say(wang, "5"))
    assert desk.read(docket).rating == 5
    assert "已经打过分" in answer_of(hall.say(wang, "评分 4"))
    ends = (
        Attempt.objects.filter(msisdn=wang.digits).order_by("begun_at", "id").values_list("service", "verb", "outcome")
    )
    assert list(ends)[:3] == [
        ("complaint_progress", "query", "done"),
        ("complaint_answer", "other", "done"),
        ("complaint_answer", "configure", "done"),
    ]


def test_the_words_of_our_letters_are_understood_as_they_are_told(hall: Hall, answered: tuple[Msisdn, str]) -> None:
    wang, docket = answered
    assert "重新办理" in answer_of(hall.say(wang, "不满意，钱还没有退"))
    case = desk.read(docket)
    assert (case.state, case.round, case.satisfied) == ("analysing", 2, False)
    assert case.events.filter(did="unsatisfied").get().words == "钱还没有退"
    assert docket in answer_of(hall.say(wang, docket))  # the number alone
    assert "已加急" in answer_of(hall.say(wang, f"催办{docket}"))
    assert "已加急" in answer_of(hall.say(wang, f"TSCB#{docket}"))
    assert desk.read(docket).urged == 2


@pytest.mark.parametrize("channel", ["voice", "ussd"])
def test_the_same_by_keys(hall: Hall, answered: tuple[Msisdn, str], channel: str) -> None:
    wang, docket = answered
    acts = walked(hall, wang, channel, "@complaint_progress.query", "1", "4")
    assert ("满意，请按1" if channel == "voice" else "1.满意") in acts[1].text
    assert desk.read(docket).satisfied is True
    assert desk.read(docket).rating == 4
    assert all(act.cue is not None for act in acts)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("channel", ["voice", "ussd"])
def test_a_complaint_is_made_by_keys_and_its_number_is_texted(hall: Hall, channel: str, language: str) -> None:
    wang = hall.fresh("T1", language=language)
    acts = walked(hall, wang, channel, "@complain.register", "1")
    assert acts[-1].served is not None
    assert acts[-1].served.outcome is Outcome.DONE
    (case,) = cases_of(wang)
    assert (case.category, case.channel, case.kind) == ("billing", channel, "complaint")
    assert case.docket in Message.objects.get(msisdn=wang.digits, channel="sms").text
    walked(hall, wang, channel, "@complain.register", "2")
    walked(hall, wang, channel, "@complain.register", "1")
    assert [(one.docket, one.repeats) for one in cases_of(wang)] == [(case.docket, 1)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_dial_menus_about_complaints_fit_a_screen(hall: Hall, language: str) -> None:
    desk.settled()
    wang = hall.fresh("T1", language=language)
    pages = [act.text for act in walked(hall, wang, "ussd", "@complain.register", "1")[2:]]
    pages += [act.text for act in walked(hall, wang, "ussd", "@complaint_progress.query")[1:]]
    pages += [act.text for act in walked(hall, wang, "ussd", "@complaint_urge.other")[1:]]
    confirming = hall.fresh("T1", language=language)
    desk.led(State.CONFIRMING, msisdn=confirming, language=language)
    pages += [act.text for act in walked(hall, confirming, "ussd", "@complaint_progress.query", "2")[1:]]
    assert len(pages) == 5
    for page in pages:
        assert len(page) <= SEPTETS_MAX, page


def test_a_complaint_of_several_parts_is_kept_whole_and_one_that_is_too_long_is_named_so(hall: Hall) -> None:
    wang = hall.fresh("T3")
    words = "我上个月的账单有误，" * 40
    assert hall.say(wang, "投诉", words).outcome is Outcome.DONE
    (case,) = cases_of(wang)
    assert case.words == words
    assert "500个字以内" in answer_of(hall.say(wang, "投诉 " + "我" * 500))
    assert len(cases_of(wang)) == 1


def test_words_that_look_like_orders_order_nothing_while_we_ask_what_happened(hall: Hall) -> None:
    wang = hall.fresh("T5")
    hall.say(wang, "投诉")
    hall.say(wang, "你们说发KTLDXS就能开通来电显示，结果取消彩铃也扣钱")
    (case,) = cases_of(wang)
    assert "KTLDXS" in case.words
    assert set(Attempt.objects.filter(msisdn=wang.digits).values_list("service", flat=True)) == {"complain"}
    hall.say(wang, "投诉")
    assert hall.say(wang, "KTLDXS").outcome is Outcome.DONE  # exactly a code: that is what was meant
    assert Attempt.objects.filter(msisdn=wang.digits, service="caller_id", verb=Verb.SUBSCRIBE.value).exists()
    assert len(cases_of(wang)) == 1


def test_who_never_says_what_happened_has_an_attempt_that_lapses_and_no_case(hall: Hall) -> None:
    wang = hall.fresh("T5")
    hall.say(wang, "投诉")
    hall.clock.pass_(hours=2)
    assert due.lapse(hall.clock()) == 1
    (attempt,) = Attempt.objects.filter(msisdn=wang.digits)
    assert (attempt.service, attempt.outcome, attempt.cause) == ("complain", "abandoned", "no_answer")
    assert cases_of(wang) == []


def test_a_case_is_opened_before_its_matter_is_asked_so_that_silence_loses_nothing(hall: Hall) -> None:
    wang = hall.fresh("T5")
    asked = hall.say(wang, "投诉 你们太让人失望了")
    (case,) = cases_of(wang)
    assert (asked.outcome, case.category) == (Outcome.DONE, "")
    assert case.docket in answer_of(asked)
    hall.clock.pass_(hours=3)
    assert due.lapse(hall.clock()) == 0
    assert len(cases_of(wang)) == 1


def test_a_suggestion_is_a_case_whose_number_is_told(hall: Hall) -> None:
    wang = hall.fresh("T2")
    arrival = hall.arrival(wang, "希望营业厅早点开门")
    (served,) = hall.reception.receive([replace(arrival, address="10086900")])
    (case,) = cases_of(wang)
    assert (case.kind, case.words) == ("suggestion", "希望营业厅早点开门")
    assert case.docket in answer_of(served)
