"""Notices that nobody asked for: what others opened on a line, told once; and no notice twice in the same words."""

from datetime import timedelta
from typing import Any

import pytest

from careline import wiring
from careline.carrier.port import Answer, Request
from careline.cases.looking import history
from careline.daemons import sweeps
from careline.hall import reminding
from careline.hall.reminding import LOW_BALANCE, OPENED
from careline.identity.recognising import recognise
from careline.outbox.models import Message
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from tests.halls import Hall, answer_of, the_book
from tests.requirements.carrier_side import facts

SECRETARY = {"fee": 1000, "per": "month", "name_zh": "移动秘书", "name_en": "Mobile secretary"}


def done(hall: Hall, msisdn: Msisdn, kind: str, subject: str = "", by: str = "system", **more: Any) -> None:
    """The carrier does this, whoever asked it there."""
    channel = more.pop("channel", "shop")
    request = Request(new_reference()[0], msisdn, kind, subject, more, by=by, channel=channel)
    ((_, answer),) = wiring.carrier().ask([request], now=hall.clock(), time_limit_seconds=5)
    assert isinstance(answer, Answer), answer
    assert answer.refused is None, answer


def told(customer: Msisdn, key: str) -> list[str]:
    return list(
        Message.objects.filter(msisdn=customer.digits, key=key).order_by("created_at").values_list("text", flat=True)
    )


def tell_owners(hall: Hall) -> int:
    return reminding.tell_owners(wiring.carrier(), the_book(), hall.clock(), link="smsc")


@pytest.mark.requirement("VER-06")
def test_the_owner_is_told_who_opened_what_when_and_how_and_it_stays_in_the_carrier_s_history(hall: Hall) -> None:
    li, ma = hall.fresh("T5"), hall.fresh("T5")
    recognise([li])
    done(hall, li, "switch_on", "mobile_secretary", by=f"line:{ma.digits}", **SECRETARY)
    done(hall, li, "switch_on", "ringback", by="agent:7", channel="desk", fee=500, name_zh="彩铃", name_en="Ringback")
    assert hall.say(li, "KTLDXS").outcome == "done"  # her own deed needs no notice
    assert tell_owners(hall) == 2
    assert tell_owners(hall) == 0, "once"
    secretary, ringback = sorted(told(li, OPENED), key=lambda text: "彩铃" in text)
    for words in ("移动秘书", "10.00元/月", "他人号码", ma.masked(), "营业厅", "12:00"):
        assert words in secretary
    assert ma.national() not in secretary
    assert "客服人员（人工热线）" in ringback
    assert told(ma, OPENED) == []
    orders = facts(hall, li, "history")["orders"]
    assert [(one["product"], one["by"], one["channel"], one["at"]) for one in orders] == [
        ("mobile_secretary", f"line:{ma.masked()}", "shop", hall.clock()),
        ("ringback", "agent:7", "desk", hall.clock()),
        ("caller_id", "subscriber", "sms", hall.clock()),
    ]


def test_what_the_notice_says_ends_what_was_opened(hall: Hall) -> None:
    li = hall.fresh("T5")
    done(hall, li, "switch_on", "ringback", by="agent:7", channel="desk", fee=500, name_zh="彩铃", name_en="Ringback")
    assert tell_owners(hall) == 1
    code = told(li, OPENED)[0].split("取消请发")[1].split("，")[0]
    assert "彩铃" in answer_of(hall.say(li, code.strip("“”")))
    hall.say(li, "是")
    assert "ringback" not in {one["product"] for one in facts(hall, li, "holdings")["holdings"]}


def test_what_ended_meanwhile_or_is_a_week_old_is_no_news(hall: Hall) -> None:
    li, wu = hall.fresh("T5"), hall.fresh("T5")
    for one in (li, wu):
        done(hall, one, "switch_on", "ringback", by="agent:7", fee=500, name_zh="彩铃", name_en="Ringback")
    done(hall, li, "switch_off", "ringback", by="agent:7", effect="now")
    hall.clock.pass_(days=8)
    assert tell_owners(hall) == 0
    assert told(li, OPENED) == told(wu, OPENED) == []


def test_a_sweep_looks_after_the_owners() -> None:
    pace, sweep = sweeps.sweeps()["owners"]
    assert pace <= timedelta(seconds=5)
    assert sweep is sweeps.tell_owners


@pytest.mark.requirement("NTF-09")
def test_a_notice_in_the_same_words_is_not_sent_twice_within_a_day_and_all_stand_in_the_customer_s_log(
    hall: Hall,
) -> None:
    li = hall.fresh("T5")
    assert hall.say(li, "KTYETX#10.00").outcome == "done"

    def below() -> int:
        done(hall, li, "charge", amount=112_00, product="call", name_zh="通话", name_en="Calls")
        found = reminding.remind(wiring.carrier(), the_book(), hall.clock(), link="smsc")
        hall.clock.pass_(minutes=5)
        done(hall, li, "top_up", amount=112_00, account="basic", how="cash")
        return found

    assert [below(), below()] == [1, 1], "the carrier reports both"
    assert len(told(li, LOW_BALANCE)) == 1
    hall.clock.pass_(hours=24)
    assert below() == 1
    first, second = told(li, LOW_BALANCE)
    assert first == second
    log = [one for one in history.of(li, only=["letter"]).moments if one.detail["key"] == LOW_BALANCE]
    assert [one.words for one in log] == [second, first]
    assert log[0].at - log[1].at > timedelta(hours=24)


@pytest.mark.requirement("NTF-01")
def test_a_deduction_is_told_from_the_one_number_by_a_template_and_the_log_keeps_what_was_sent(hall: Hall) -> None:
    li = hall.fresh("T5")
    done(hall, li, "switch_on", "mobile_secretary", by="agent:7", channel="desk", **SECRETARY)
    assert tell_owners(hall) == 1
    letter = Message.objects.get(msisdn=li.digits, key=OPENED)
    assert letter.address == the_book().addresses["hall"] == "10086"
    template = the_book().words[OPENED].zh
    assert "{service}" in template
    assert "{" not in letter.text
    assert letter.text.startswith(template.partition("{")[0])
    for value in ("移动秘书", "10.00元/月", "12:00"):
        assert value in letter.text
    [logged] = [one for one in history.of(li, only=["letter"]).moments if one.detail["key"] == OPENED]
    assert logged.words == letter.text
