"""Histories: the customer's without anything internal, staff's with everything, and one for all channels."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

import careline.cases
from careline.cases import handling, opening, telling, urging
from careline.cases.looking import timeline
from careline.cases.states import NotAllowed, State
from careline.catalogue import shipped
from careline.postgres import sql
from careline.values.msisdn import Msisdn
from tests.cases.desk import CUSTOMER, NOON, brought, deeds_of, led, opened, settled
from tests.halls import Hall

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=3)


def whole_story() -> str:
    settled()
    docket = led(State.SUPPORT)
    handling.remark(docket, "客户脾气急，小心说话", by="wang", now=LATER)
    telling.tell_progress(docket, "正在对账", by="wang", now=LATER)
    urging.urge(docket, channel="sms", by="subscriber", now=LATER, words="快一点")
    handling.decide(docket, "内部：规则配错，全额退", "company", by="wang", now=LATER)
    handling.reply(docket, "已退还20元", by="wang", now=LATER)
    handling.customer_says(docket, True, channel="sms", by="subscriber", now=LATER, words="满意")
    handling.archive(docket, "内部总结：配置要复核", by="wang", now=LATER)
    return docket


def test_the_customer_reads_every_step_and_nothing_internal() -> None:
    docket = whole_story()
    told = timeline.for_customer(docket)
    assert [one.did for one in told] == [
        *("accepted", "analysed", "parked", "asked", "progress", "urged", "planned", "replied", "questioned"),
        *("satisfied", "archived"),
    ]
    assert {one.by for one in told} == {"us", "customer"}
    assert all(one.detail == {} and all(one.label) for one in told)
    read_by_customer = str(told)
    for internal in ("内部", "小心", "wang", "计费规则配错", "请核对话单"):
        assert internal not in read_by_customer
    assert {"正在对账", "快一点", "已退还20元", "满意"} <= {one.words for one in told}


def test_staff_read_all_of_it_in_its_order() -> None:
    docket = whole_story()
    shown = timeline.for_staff(docket)
    assert [one.did for one in shown] == deeds_of(docket)
    assert "客户脾气急，小心说话" in {one.words for one in shown}
    assert any(one.detail.get("plan") == "内部：规则配错，全额退" for one in shown)
    assert all(one.label for one in shown)
    assert [one.at for one in shown] == sorted(one.at for one in shown)


@pytest.mark.parametrize("history", [timeline.for_customer, timeline.for_staff])
def test_what_does_not_exist_has_no_history(history: object) -> None:
    with pytest.raises(NotAllowed, match="no_such_case"):
        history("2505000014")  # type: ignore[operator]


@pytest.mark.requirement("CMP-01")
def test_one_case_file_holds_what_came_by_hotline_chat_hall_sms_and_web() -> None:
    dockets = set()
    for number, channel in enumerate(("voice", "chat", "counter", "sms", "web")):
        new = brought(f"话费多扣，第{number}次说", category="billing", channel=channel)
        dockets.add(opening.accept(new, by="subscriber", now=NOON + timedelta(hours=number)).case.docket)
    assert len(dockets) == 1
    heard = timeline.for_customer(dockets.pop())
    assert [(one.channel, one.words) for one in heard] == [
        ("voice", "话费多扣，第0次说"),
        ("chat", "话费多扣，第1次说"),
        ("counter", "话费多扣，第2次说"),
        ("sms", "话费多扣，第3次说"),
        ("web", "话费多扣，第4次说"),
    ]


@pytest.mark.requirement("CONS-01")
def test_one_history_of_a_customer_over_all_channels(hall: Hall) -> None:
    customer = hall.fresh("T5")
    hall.say(customer, "CXYE")  # an SMS
    start = hall.clock()
    first = opened(msisdn=customer, channel="counter", category="billing", now=start + timedelta(minutes=1))
    second = opened(msisdn=customer, channel="voice", category="network", now=start + timedelta(minutes=2))
    opened(msisdn=Msisdn("8613900000077"), now=start + timedelta(minutes=3))
    shown = timeline.of_customer(customer)
    assert [(one.did, one.channel, one.docket) for one in shown[:2]] == [
        ("accepted", "voice", second.docket),
        ("accepted", "counter", first.docket),
    ]
    assert {(one.did, one.channel) for one in shown[2:]} == {("contacted", "sms"), ("tried", "sms")}
    tried = next(one for one in shown if one.did == "tried")
    assert (tried.detail["service"], tried.detail["outcome"]) == ("charges_and_balance", "done")
    assert [one.at for one in shown] == sorted((one.at for one in shown), reverse=True)


def test_a_long_history_is_cut_to_its_newest_and_takes_as_many_statements() -> None:
    docket = opened().docket

    def statements() -> int:
        with sql.counting() as count:
            timeline.of_customer(CUSTOMER, limit=5)
        return count.statements

    first = statements()
    for number in range(9):
        handling.remark(docket, f"备注{number}", by="wang", now=LATER + timedelta(minutes=number))
    shown = timeline.of_customer(CUSTOMER, limit=5)
    assert [one.words for one in shown] == [f"备注{number}" for number in (8, 7, 6, 5, 4)]
    # Each text asks once whether a catalogue is published where none is; the rows are read by three.
    assert statements() - first <= 5


def test_every_deed_on_a_case_has_a_name_in_both_languages() -> None:
    source = Path(careline.cases.__file__).parent
    noted: set[str] = set()
    for path in source.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        noted |= set(re.findall(r'note\(\s*case,\s*(?:happening,\s*)?"(\w+)"', text))
        noted |= set(re.findall(r'\bdid="(\w+)",\s*public', text))
    assert {"accepted", "refund_asked", "fault_news", "paused"} <= noted
    unnamed = sorted(did for did in noted if shipped.known(f"case.did.{did}") is None)
    assert not unnamed


def test_what_nobody_has_words_for_is_called_by_its_bare_name() -> None:
    assert timeline.label_of("danced") == ("danced", "danced")
