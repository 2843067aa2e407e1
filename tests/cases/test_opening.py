"""Accepting: once by its key, joined when the matter is open already, told at once."""

from datetime import timedelta

import pytest

from careline.cases import handling, opening
from careline.cases.records.case import Case
from tests.cases.desk import NOON, brought, letters, settled

pytestmark = pytest.mark.django_db


def test_what_a_customer_brings_becomes_a_case_and_is_told_at_once() -> None:
    accepted = opening.accept(brought("话费多扣了20元"), by="subscriber", now=NOON)
    assert not accepted.joined
    case = accepted.case
    assert letters(case) == [
        f"您的投诉我们收到了，编号{case.docket}，最迟11月12日12:00答复您。想知道进展请发“投诉进度”，着急请发“催办”。"
    ]


def test_the_whole_way() -> None:
    settled()
    case = opening.accept(brought("话费多扣了20元", category="billing"), by="subscriber", now=NOON).case
    by = case.owner
    assert by == "wang"
    d = case.docket
    handling.analyse(d, "billing", "计费错误", "normal", by=by, now=NOON)
    handling.record(d, NOON + timedelta(hours=3), by=by, now=NOON)
    handling.ask(d, "billing", "查一下", by=by, now=NOON)
    task = Case.objects.get(docket=d).tasks.get()
    handling.answer_task(task.pk, "退20", by="sun", now=NOON)
    handling.decide(d, "退20", "company", by=by, now=NOON)
    handling.reply(d, "已退20元", by=by, now=NOON)
    handling.customer_says(d, True, channel="sms", by="subscriber", now=NOON)
    handling.archive(d, "计费错误，退费", by=by, now=NOON)
    handling.close(d, by=by, now=NOON)
    case = handling.rate(d, 5, by="subscriber", now=NOON)
    assert case.state == "closed"
