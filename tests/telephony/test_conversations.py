"""Whole conversations at every kind of media server, in the real hall."""

from collections.abc import Callable

from careline.channels.telephony import moments
from careline.channels.telephony.models import Session
from careline.ledger.models import Attempt, OpenAttempt
from tests.halls import Hall

from .conftest import PERSON
from .players import SECRET, Player, handed_over

Dials = Callable[..., Player]


def ends(service: str = "") -> list[tuple[str, str]]:
    """How the attempts on calls ended, in their order."""
    found = Attempt.objects.filter(channel="voice").exclude(service="hotline").order_by("begun_at")
    return [(one.verb, one.outcome) for one in found if service in ("", one.service)]


def test_a_caller_hears_his_balance_and_hangs_up(call: Dials) -> None:
    line = call()
    assert "10086" in line.heard
    line.choose("话费")
    line.choose("余额")
    assert "120.00元" in line.heard
    line.hang_up()
    assert ends() == [("query", "done")]
    assert Session.objects.get().ended_at is not None


def test_an_order_is_done_after_a_yes_and_not_before(call: Dials) -> None:
    line = call()
    line.choose("来电显示")
    line.choose("来电显示")
    line.choose("开通")
    assert "5.00元" in line.heard
    assert ends("caller_id") == []
    line.choose("确定")
    assert "已办好来电显示" in line.heard
    assert ends("caller_id") == [("subscribe", "done")]


def test_a_request_that_is_repeated_hears_the_same_and_orders_nothing_twice(call: Dials) -> None:
    line = call()
    assert line.last is not None
    assert line.last.again().body == line.last.body
    assert Session.objects.count() == 1
    line.choose("来电显示")
    line.choose("来电显示")
    line.choose("开通")
    asking = line.last
    line.choose("确定")
    done = line.last
    for _ in range(2):
        again = done.again()
        assert (again.status, again.body) == (200, done.body)
    late = asking.again()  # a proxy's late retry of an older request does not turn the call back
    assert late.body == done.body
    assert ends("caller_id") == [("subscribe", "done")]
    line.choose("菜单")
    assert "来电显示" in line.heard


def test_a_wrong_key_is_told_and_the_menu_said_again(call: Dials) -> None:
    line = call()
    line.choose("来电显示")
    before = line.heard
    line.press("8")
    assert "8" in line.heard
    assert "彩铃" in line.heard
    assert line.heard != before
    line.press("#")
    assert "彩铃" in line.heard


def test_silence_is_answered_and_ends_after_some_times(call: Dials) -> None:
    line = call()
    for _ in range(6):
        line.silence()
        assert line.heard
        if line.ended:
            break
    assert line.ended
    assert Session.objects.get().ended_at is not None


def test_what_is_secret_is_asked_for_and_kept_nowhere(call: Dials) -> None:
    line = call()
    line.choose("积分")
    line.choose("服务密码")
    line.choose("修改密码")
    assert "原密码" in line.heard
    line.press("123456*876543#")
    assert line.heard
    session = Session.objects.get()
    assert "876543" not in session.said
    assert "123456" not in session.said
    assert not Attempt.objects.filter(parameters__icontains="876543").exists()


def test_a_person_who_answers_gets_to_know_the_caller_and_the_call_ends_after_the_talk(call: Dials) -> None:
    line = call()
    line.choose("话费")
    line.choose("余额")
    line.press("0")
    assert PERSON.lstrip("+") in line.calling
    if line.handover:
        known = handed_over(line.handover)
        assert known["reason"] == "asked"
        assert known["outcome"] == "done"
        assert known["reference"] == str(Attempt.objects.get(verb="query").id)
    line.person(talks=True)
    assert line.heard


def test_when_nobody_answers_the_caller_is_back_in_the_menu(call: Dials) -> None:
    line = call()
    line.choose("话费")
    line.press("0")
    line.person(talks=False)
    assert not line.ended
    assert not line.calling
    line.choose("余额")
    assert "120.00元" in line.heard


def test_without_persons_the_caller_is_told_at_once(call: Dials, doors: Callable[..., None]) -> None:
    for dialect in ("vxml", "httapi", "twiml", "jambonz"):
        doors(dialect, person="")
    line = call()
    line.choose("话费")
    line.press("0")
    assert not line.calling
    assert "余额" in line.heard
    line.choose("余额")
    assert "120.00元" in line.heard


def test_who_hangs_up_at_the_question_has_abandoned_the_order(call: Dials) -> None:
    line = call()
    line.choose("来电显示")
    line.choose("来电显示")
    line.choose("开通")
    line.hang_up()
    assert ends("caller_id") == [("subscribe", "abandoned")]
    assert not OpenAttempt.objects.exists()


def test_a_hang_up_is_told_once_however_often_it_comes(call: Dials) -> None:
    line = call()
    line.choose("话费")
    line.hang_up()
    assert line.last is not None
    assert line.last.again().status == 200
    assert Session.objects.exclude(ended_at=None).count() == 1
    before = Attempt.objects.count()
    assert line.last.again().status == 200
    assert Attempt.objects.count() == before


def test_a_call_that_goes_on_after_its_end_hears_goodbye(call: Dials) -> None:
    line = call()
    line.choose("话费")
    Session.objects.update(ended_at="2026-11-10T05:00:00Z")
    line.press("1")
    assert "重新拨打" in line.heard
    assert line.ended


def test_a_call_of_which_nothing_is_heard_is_lost(call: Dials, hall: Hall) -> None:
    line = call()
    line.choose("来电显示")
    line.choose("来电显示")
    line.choose("开通")
    assert moments.end_lost(hall.reception, hall.clock()) == 0
    hall.clock.pass_(hours=2)
    assert moments.end_lost(hall.reception, hall.clock()) == 1
    assert ends("caller_id") != [("subscribe", "done")]
    assert not OpenAttempt.objects.exists()
    hall.clock.pass_(days=2)
    moments.end_lost(hall.reception, hall.clock())
    assert not Session.objects.exists()


def test_an_english_caller_hears_english(call: Dials, hall: Hall) -> None:
    line = call(hall.fresh(language="en"))
    assert "press" in line.heard


def test_a_withheld_number_is_a_stranger_and_gets_no_balance(call: Dials) -> None:
    line = call(caller="anonymous")
    assert line.heard
    assert "余额" not in line.heard
    assert Session.objects.get().msisdn == "0"


def test_nothing_secret_stands_in_a_document_that_could_be_kept(call: Dials) -> None:
    line = call()
    assert line.last is not None
    assert "no-store" in line.last.headers["Cache-Control"]
    assert SECRET not in line.last.text


def test_two_calls_of_one_customer_do_not_disturb_each_other_s_documents(call: Dials, hall: Hall) -> None:
    customer = hall.fresh()
    one = call(customer)
    two = call(customer, id="call-b")
    two.choose("话费")
    two.choose("余额")
    assert "120.00元" in two.heard
    assert one.last is not None
    assert one.last.again().body == one.last.body
