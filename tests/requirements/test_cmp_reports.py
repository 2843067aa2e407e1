"""What the reports of complaints say of channels: how many, of how many contacts, and how heated."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from careline.cases.reporting import mood, reports
from tests.halls import Hall
from tests.requirements.staffed import accepted, signed_in


@pytest.mark.requirement("CMP-25")
def test_channels_are_compared_by_complaints_of_1000_contacts_and_by_how_heated_they_are(hall: Hall) -> None:
    hall.clock.now = timezone.now()
    customers = [hall.fresh("T5") for _ in range(4)]
    hall.say_all([(one, "CXYE") for one in customers])
    hall.say(customers[0], "投诉 你们是骗子，乱扣我的钱")
    hall.say(customers[1], "投诉 上个月的话费请帮我核对一下")
    wang, chen = signed_in("wang", "handler"), signed_in("chen", "duty_manager")
    accepted(wang, customers[2], "上个月多扣了，我很气愤", category="billing", channel="hotline")
    accepted(wang, customers[3], "请查一下信号", category="network", channel="hall")
    now = hall.clock()
    rows = {one["channel"]: one for one in reports.channels(now - timedelta(days=1), now + timedelta(days=1), now)}
    sms = rows["sms"]
    assert (sms["complaints"], sms["contacts"]) == (2, 4)
    assert (sms["per_thousand"], sms["heated"], sms["heated_share"]) == (500.0, 1, 50.0)
    assert (rows["hotline"]["complaints"], rows["hotline"]["heated_share"]) == (1, 100.0)
    assert (rows["hall"]["complaints"], rows["hall"]["heated_share"]) == (1, 0.0)
    shown = chen.get("/staff/cases/reports?days=7").content.decode()
    assert "of 1,000 contacts" in shown
    assert "% heated" in shown


@pytest.mark.parametrize(
    ("words", "heated"),
    [
        ("你们太过分了", True),
        ("再不解决就去工信部", True),
        ("退钱！！！", True),
        ("This is a SCAM", True),
        ("请帮我查一下账单！", False),
        ("The bill seems too high, please check it", False),
        ("", False),
    ],
)
def test_heat_is_told_by_words_and_shouting(words: str, heated: bool) -> None:
    assert bool(re.search(mood.HEATED, words, re.IGNORECASE)) is heated
