"""Whole USSD sessions at each kind of gateway, in the real hall."""

from collections.abc import Callable

import pytest
from django.test import Client

from careline.channels.telephony import moments
from careline.channels.telephony.models import Session
from careline.ledger.models import Attempt, OpenAttempt
from careline.outbox.models import Message
from tests.halls import Hall

from .conftest import SECRET, AfricasTalking, Handset

Dials = Callable[..., Handset]


def ends(service: str) -> list[tuple[str, str]]:
    return [(one.verb, one.outcome) for one in Attempt.objects.filter(channel="ussd", service=service)]


def test_a_customer_reads_his_balance(handset: Dials) -> None:
    session = handset()
    assert "10086" in session.shown
    session.choose("话费")
    session.choose("余额")
    assert "120.00元" in session.shown
    session.hang_up()
    assert Attempt.objects.get(channel="ussd", verb="query").outcome == "done"
    assert Session.objects.get().ended_at is not None


def test_an_order_is_done_after_a_yes_and_once_however_often_the_gateway_asks(handset: Dials) -> None:
    session = handset()
    session.choose("来电显示")
    session.choose("来电显示")
    session.choose("开通")
    assert "5.00元" in session.shown
    session.repeat()
    assert ends("caller_id") == []
    session.press("1")
    done = session.shown
    assert "已办好来电显示" in done
    for _ in range(2):
        session.repeat()
        assert session.shown == done
    assert ends("caller_id") == [("subscribe", "done")]


def test_pages_are_turned_by_nine_and_repeats_turn_nothing(handset: Dials, gateways: Callable[..., None]) -> None:
    gateways(units_max=40, pages_max=9)
    session = handset()
    first = session.shown
    assert first.endswith("\n9.更多")
    session.press("9")
    second = session.shown
    assert second != first
    session.repeat()
    assert session.shown == second
    assert not Attempt.objects.exists()
    # An option may be chosen from whichever page is on.
    session.press("1")
    assert session.shown not in (first, second)
    session.choose("余额")
    assert "120.00元" in session.shown


def test_an_answer_of_too_many_pages_comes_by_sms(handset: Dials, gateways: Callable[..., None]) -> None:
    gateways(units_max=40, pages_max=2, sms_link="zj-smsc", sms_number="10086")
    session = handset()
    assert session.shown.endswith("全文已用短信发给您。")
    letter = Message.objects.get(channel="sms")
    assert (letter.link, letter.address, letter.state) == ("zj-smsc", "10086", "queued")
    assert letter.text.startswith(session.shown[:10])
    assert len(letter.text) > len(session.shown)
    session.repeat()
    assert Message.objects.filter(channel="sms").count() == 1


def test_a_wrong_key_and_letters_are_told(handset: Dials) -> None:
    session = handset()
    session.choose("来电显示")
    for wrong in ("8", "hello"):
        session.press(wrong)
        assert session.status == 200
        assert not session.over
        assert session.shown
    session.choose("彩铃")
    assert "彩铃" in session.shown


def test_an_asterisk_is_an_input_of_its_own(handset: Dials) -> None:
    session = handset()
    session.choose("话费")
    assert "主菜单" not in session.shown
    session.press("*")
    assert "主菜单" in session.shown
    session.choose("话费")
    session.choose("余额")
    assert "120.00元" in session.shown


def test_a_password_is_kept_nowhere(handset: Dials) -> None:
    session = handset()
    session.choose("积分")
    session.choose("服务密码")
    session.choose("修改密码")
    session.press("123456*876543#")
    session.press("1")
    row = Session.objects.get()
    assert "876543" not in row.said + row.mark
    assert "123456" not in row.said + row.mark


def test_who_wants_a_person_is_told_where_to_call_and_the_session_ends(handset: Dials) -> None:
    session = handset()
    session.press("0")
    assert "10086" in session.shown
    assert session.over
    assert Session.objects.get().ended_at is not None


def test_a_session_that_breaks_off_can_be_taken_up_again(handset: Dials, hall: Hall) -> None:
    customer = hall.fresh()
    session = handset(customer)
    session.choose("来电显示")
    session.choose("来电显示")
    session.choose("开通")
    hall.clock.pass_(minutes=1)
    moments.end_lost(hall.reception, hall.clock())
    session.hang_up()
    assert not OpenAttempt.objects.filter(asking=False).exists()
    hall.clock.pass_(minutes=1)
    again = handset(customer, id="u-2")
    assert again.shown
    assert ends("caller_id") != [("subscribe", "done")]


def test_a_session_that_its_gateway_forgets_ends_by_itself(handset: Dials, hall: Hall) -> None:
    session = handset()
    session.choose("话费")
    hall.clock.pass_(minutes=5)
    assert moments.end_lost(hall.reception, hall.clock()) == 1
    session.press("1")
    assert session.over
    assert "重新拨打" in session.shown


def test_an_id_that_comes_again_for_somebody_else_is_another_session(handset: Dials, hall: Hall) -> None:
    handset()
    other = handset(hall.fresh())
    assert "10086" in other.shown
    assert Session.objects.count() == 2


def test_inputs_dialled_with_the_code_are_the_first_keys(gateways: Callable[..., None], hall: Hall) -> None:
    session = AfricasTalking(hall.fresh())
    session.press("1")
    assert "余额" in session.shown
    shown = session.shown
    session.repeat()
    assert session.shown == shown
    session.choose("余额")
    assert "120.00元" in session.shown


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"no", "the body is no JSON\n"),
        (b"[]", "the body is no JSON object\n"),
        (b'{"type": "begin"}', "session is missing\n"),
        (b'{"session": "s", "type": "begin"}', "msisdn is missing\n"),
        (b'{"session": "s", "type": "stop", "msisdn": "8613900000001"}', "type must be begin, continue or end\n"),
        (b'{"session": "s", "type": "end", "reason": "bored"}', "reason must be one of user, timeout, network\n"),
        (
            b'{"session": "s", "type": "continue", "msisdn": "8613900000001", "text": "1"}',
            "number must be 1 to 100000: the inputs of a session are counted\n",
        ),
        (
            b'{"session": "s", "type": "continue", "msisdn": "8613900000001", "number": 1, "text": {}}',
            "text is no text\n",
        ),
    ],
)
def test_malformed_json_is_told_what_is_wrong(gateways: Callable[..., None], body: bytes, words: str) -> None:
    headers = {"Authorization": f"Bearer {SECRET}"}
    answer = Client().generic("POST", "/ussd/plain-json/pj", body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.content.decode()) == (400, words)


def test_without_the_secret_nobody_is_served(gateways: Callable[..., None]) -> None:
    fields = {"sessionId": "s", "phoneNumber": "+8613900000001", "text": ""}
    assert Client().post("/ussd/africas-talking/at", fields).status_code == 403
    assert Client().post("/ussd/africas-talking/at?secret=no", fields).status_code == 403
    for headers in ({}, {"Authorization": "Bearer no"}, {"Careline-Signature": "00", "Careline-Timestamp": "1"}):
        answer = Client().generic(
            "POST", "/ussd/plain-json/pj", b"{}", content_type="application/json", headers=headers
        )
        assert answer.status_code == 403
    assert Client().post("/ussd/morse/at").status_code == 404
    assert Client().post("/ussd/plain-json/other").status_code == 404
    assert not Session.objects.exists()


def test_a_session_that_never_began_hears_goodbye(gateways: Callable[..., None]) -> None:
    body = b'{"session": "s", "type": "continue", "msisdn": "8613900000001", "number": 4, "text": "1"}'
    headers = {"Authorization": f"Bearer {SECRET}"}
    answer = Client().generic("POST", "/ussd/plain-json/pj", body, content_type="application/json", headers=headers)
    assert answer.json()["end"] is True
    assert not Session.objects.exists()
