"""The evidence pack: everything said and done, the same as JSON and as pages, and nothing that must not be seen."""

import io
import json
import os
import re
import unicodedata
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.cases import evidence, faults, handling, opening
from careline.cases.evidence.wrapping import lines, visible
from careline.cases.models import Case
from careline.cases.promised import holding
from careline.cases.states import NotAllowed
from careline.identity import looking
from careline.identity.models import Staff
from careline.journal.models import Entry
from careline.outbox.models import Message
from careline.postgres import sql
from careline.refunds.models import Credit, Refund
from tests.cases.desk import CUSTOMER, NOON, brought, settled

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOSTILE = (
    "退费\u202e元02\u202c \u0007响铃 👍🏽 مرحبا שלום "
    + "长" * 400
    + " "
    + "W" * 300
    + " <script>alert(1)</script> {docket} %s"
)


@pytest.fixture
def told() -> Case:
    """A case with everything in it: repeats, urging, a department that is late, a pause, two rounds, a hand-over."""
    settled()
    new = brought("话费多扣了20元，电话13911112222可以找到我", category="billing", region="hangzhou")
    case = opening.accept(new, by="subscriber", now=NOON).case
    d, by = case.docket, "wang"
    opening.accept(brought("话费多扣了20元，怎么还没有答复", category="billing"), by="subscriber", now=NOON + HOUR)
    handling.analyse(d, "billing", "边界漫游计费差错", "major", by=by, now=NOON + 2 * HOUR)
    handling.record(d, NOON + DAY, "客户住在省界附近", by=by, now=NOON + 2 * HOUR)
    handling.ask(d, "billing", "请核对 11 月 3 日的话单", by=by, now=NOON + 3 * HOUR)
    holding.pause(d, "department", "等客户提供账单", by=by, now=NOON + 4 * HOUR)
    holding.resume(d, "department", by=by, now=NOON + 6 * HOUR)
    task = Case.objects.get(docket=d).tasks.get(report=False)
    handling.answer_task(task.pk, "话单有误，应收 10 元", by="sun", now=NOON + 7 * DAY)
    handling.decide(d, "双倍返还差额 40 元", "company", by=by, now=NOON + 7 * DAY)
    handling.reply(d, "经核实多收 20 元，已双倍返还 40 元", by=by, now=NOON + 7 * DAY)
    handling.customer_says(d, False, channel="sms", by="subscriber", now=NOON + 8 * DAY, words="还没有到账")
    handling.analyse(d, "billing", "返还到账延迟", "normal", by=by, now=NOON + 8 * DAY)
    handling.solve_on_site(d, "已经到账，请客户核对", by=by, now=NOON + 8 * DAY)
    handling.reply(d, "40 元已于今天到账", by=by, now=NOON + 8 * DAY)
    handling.customer_says(d, True, channel="sms", by="subscriber", now=NOON + 9 * DAY, rating=4)
    handling.archive(d, "省界基站漫游计费差错，双倍返还", by=by, now=NOON + 9 * DAY)
    return Case.objects.get(docket=d)


def _text(pdf: bytes) -> str:
    """What a reader can select on the pages; PDFium is not of ours, and knows nothing of how they were made."""
    import pypdfium2

    pages = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


@pytest.mark.django_db
@pytest.mark.requirement("CMP-08", "CMP-22")
def test_a_pack_holds_everything_that_was_said_and_done(told: Case) -> None:
    pack = evidence.pack(told.docket, by="chen", now=NOON + 10 * DAY)
    assert pack["schema"] == "careline.evidence/1"
    assert pack["customer"]["words"].startswith("话费多扣了20元")
    assert [one["channel"] for one in pack["contacts"]][:2] == ["sms", "sms"]
    did = [one["did"] for one in pack["events"]]
    for step in ("accepted", "joined", "analysed", "reported", "asked", "paused", "resumed", "late", "advised", "planned", "replied",
                 "unsatisfied", "satisfied", "archived"):  # fmt: skip
        assert step in did, step
    assert [one["at"] for one in pack["events"]] == sorted(one["at"] for one in pack["events"])
    assert [one["holder"] for one in pack["custody"]] == ["wang"]
    asked = next(one for one in pack["departments"] if not one["report"])
    assert (asked["department"], asked["plan"], asked["late"]) == ("billing", "话单有误，应收 10 元", True)
    department = next(one for one in pack["promises"] if one["what"] == "department")
    assert department["state"] == "late"
    assert department["pauses"] == [
        {
            "since": "2026-11-10T08:00:00+00:00", "until": "2026-11-10T10:00:00+00:00", "reason": "等客户提供账单", "by": "wang"
        }
    ]  # fmt: skip
    assert pack["satisfaction"] == {"satisfied": True, "rating": 4, "rounds": 2}
    limits = pack["regulator"]
    assert limits["reply_in_48_hours"] == {
        "from": "2026-11-10T04:00:00+00:00", "due_at": "2026-11-12T04:00:00+00:00",
        "done_at": "2026-11-17T04:00:00+00:00", "state": "late",
    }  # fmt: skip
    assert limits["answer_in_15_days"]["due_at"] == "2026-11-25T04:00:00+00:00"
    assert limits["answer_in_15_days"]["state"] == "kept"
    assert len(pack["letters"]) == Message.objects.filter(text__contains=told.docket).count() > 5


@pytest.mark.django_db
def test_numbers_are_masked_unless_somebody_says_why(told: Case) -> None:
    masked = evidence.pack(told.docket, by="chen", now=NOON + 10 * DAY)
    assert masked["customer"]["number"] == "139****0001"
    assert not re.search(r"1390000000[0-9]|13911112222", json.dumps(masked))
    with pytest.raises(NotAllowed, match="no_reason"):
        evidence.pack(told.docket, by="chen", now=NOON, whole_numbers=True, reason="  ")
    whole = evidence.pack(told.docket, by="chen", now=NOON, whole_numbers=True, reason="管局来函 2026-17")
    assert whole["customer"]["number"] == CUSTOMER.digits
    entry = Entry.objects.filter(did="export_evidence").latest("id")
    assert (entry.who, entry.record, entry.detail["numbers"]) == ("chen", told.docket, "whole")
    assert entry.detail["digest"].replace(":", "") == whole["digest"]
    assert "13911112222" not in json.dumps(whole)  # somebody's number in the words stays hidden


@pytest.mark.django_db
def test_making_a_pack_again_gives_the_same_digest_until_something_happens(told: Case) -> None:
    first = evidence.pack(told.docket, by="chen", now=NOON + 10 * DAY)
    second = evidence.pack(told.docket, by="wang", now=NOON + 20 * DAY)
    assert first["digest"] == second["digest"]
    assert (first["made"]["exported"], second["made"]["exported"]) == (0, 1)
    handling.close(told.docket, by="wang", now=NOON + 21 * DAY)
    assert evidence.pack(told.docket, by="chen", now=NOON + 22 * DAY)["digest"] != first["digest"]


@pytest.mark.django_db
def test_json_can_be_checked_and_a_changed_one_is_found_out(told: Case) -> None:
    pack = evidence.pack(told.docket, by="chen", now=NOON + 10 * DAY)
    read = json.loads(evidence.to_json(pack))
    assert evidence.genuine(read)
    read["regulator"]["reply_in_48_hours"]["state"] = "kept"
    assert not evidence.genuine(read)


@pytest.mark.django_db
def test_who_looked_at_the_customer_for_this_case_is_told(told: Case) -> None:
    looking.look(Staff.objects.get(username="chen"), CUSTOMER, told.docket, NOON + 9 * DAY)
    looking.look(Staff.objects.get(username="wang"), CUSTOMER, "别的事", NOON + 9 * DAY)
    looks = [one for one in evidence.pack(told.docket, by="chen", now=NOON)["journal"] if one["did"] == "look"]
    assert [one["who"] for one in looks] == ["chen"]


@pytest.mark.django_db
def test_a_pack_of_a_case_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotAllowed, match="no_such_case"):
        evidence.pack("0000000000", by="chen", now=NOON)
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_statements_do_not_grow_with_the_case(told: Case) -> None:
    evidence.pack(told.docket, by="chen", now=NOON)
    with sql.counting() as before:
        evidence.pack(told.docket, by="chen", now=NOON)
    for day in range(10, 14):
        handling.reopen(
            told.docket, "还是不对", channel="sms", by="subscriber", now=NOON + day * DAY
        ) if day == 10 else None
        opening.accept(brought("还是不对", category="billing"), by="subscriber", now=NOON + day * DAY)
    with sql.counting() as after:
        evidence.pack(told.docket, by="chen", now=NOON)
    assert after.statements == before.statements


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_say_what_the_pack_says(told: Case, language: str) -> None:
    fault = faults.open("省界基站", "billing", by="chen", now=NOON)
    Case.objects.filter(pk=told.pk).update(fault=fault)
    pack = evidence.pack(told.docket, by="chen", now=NOON + 10 * DAY)
    pdf = evidence.to_pdf(pack, language)
    if kept := os.environ.get("CARELINE_KEEP_PAGES"):
        Path(kept, f"evidence-{language}.pdf").write_bytes(pdf)
    text = re.sub(r"\s", "", _text(pdf))
    for said in (pack["digest"], told.docket, "双倍返还40元", "等客户提供账单", "139****0001", "省界基站"):
        assert re.sub(r"\s", "", said) in text, said
    assert "13900000001" not in text
    for title in ("客户投诉证据材料", "第2页") if language == "zh" else ("Evidencepack", "Page2of"):
        assert title in text


@pytest.mark.django_db
def test_the_json_is_attached_to_the_pages(told: Case) -> None:
    import pypdfium2

    pack = evidence.pack(told.docket, by="chen", now=NOON)
    document = pypdfium2.PdfDocument(evidence.to_pdf(pack))
    (attached,) = [document.get_attachment(index) for index in range(document.count_attachments())]
    assert evidence.genuine(json.loads(bytes(attached.get_data())))


@pytest.mark.django_db
def test_hostile_words_are_shown_and_break_no_page() -> None:
    settled()
    case = opening.accept(brought(HOSTILE, category="billing"), by="subscriber", now=NOON).case
    for number in range(8):
        handling.remark(case.docket, f"{number} {HOSTILE}", by="wang", now=NOON + number * HOUR)
    pack = evidence.pack(case.docket, by="chen", now=NOON)
    pdf = evidence.to_pdf(pack, "zh")
    if kept := os.environ.get("CARELINE_KEEP_PAGES"):
        Path(kept, "evidence-hostile.pdf").write_bytes(pdf)
    text = re.sub(r"\s", "", _text(pdf))
    for shown in ("[U+0007]", "[U+1F44D]", "<script>alert(1)</script>{docket}%s"):
        assert shown in text
    assert not any(unicodedata.category(sign) == "Cf" for sign in text)
    assert io.BytesIO(pdf).read(5) == b"%PDF-"


@given(st.text(max_size=120), st.floats(8, 60))
def test_no_line_is_wider_than_its_column_and_no_sign_is_lost(text: str, width: float) -> None:
    def measure(said: str) -> float:
        return sum(2.0 if ord(sign) > 0x2E7F else 1.0 for sign in said)

    shown = visible(text, lambda sign: ord(sign) < 0x3000)
    found = lines(shown, width, measure)
    assert all(measure(line) <= width for line in found)
    assert re.sub(r"\s", "", "".join(found)) == re.sub(r"\s", "", shown)


def test_a_line_does_not_begin_with_a_closing_sign_nor_end_with_an_opening_one() -> None:
    found = lines("客户说：“没有收到，请（尽快）处理。”", 6.0, len)
    assert all(line[0] not in "，。）”" and line[-1] not in "（“" for line in found)
    assert lines("bill of November", 9.0, len) == ["bill of", "November"]


@pytest.mark.django_db
def test_a_refund_stands_in_the_pack_with_facts_decision_and_payment(told: Case) -> None:
    refund = Refund.objects.create(
        key="t", docket=told.docket, msisdn=told.msisdn, item="202610-1", month="2026-10", product="roaming", name_zh="边界漫游费",
        name_en="Border roaming", charged=3000, due=1000, channel="sms", requested_by="wang", requested_at=NOON + DAY,
        due_at=NOON + 5 * DAY, kind="border_roaming", verified_by="zhao", verified_at=NOON + 2 * DAY, verdict="refund",
        rule="double_difference", owed=4000, amount=4000, decided_at=NOON + 2 * DAY, state="credited", paid=4000,
        ended_at=NOON + 3 * DAY, evidence={"called": "13911112222", "fen": 3000},
    )  # fmt: skip
    Credit.objects.create(
        id=uuid4(), refund=refund, part="whole", fen=4000, how="top_up", by="wang", begun_at=NOON + 3 * DAY, state="done",
        ended_at=NOON + 3 * DAY,
    )  # fmt: skip
    pack = evidence.pack(told.docket, by="chen", now=NOON + 10 * DAY)
    (shown,) = pack["refunds"]["refunds"]
    assert (shown["charged"], shown["due"], shown["amount"], shown["verified_by"]) == (3000, 1000, 4000, "zhao")
    assert [(one["fen"], one["how"], one["state"]) for one in shown["payments"]] == [(4000, "top_up", "done")]
    assert "13911112222" not in json.dumps(pack)
    pdf = evidence.to_pdf(pack, "zh")
    if kept := os.environ.get("CARELINE_KEEP_PAGES"):
        Path(kept, "evidence-refund.pdf").write_bytes(pdf)
    text = re.sub(r"\s", "", _text(pdf))
    for said in ("边界漫游费", "已收30.00，应收10.00CNY", "差额双倍返还", "40.00CNY充值已完成"):
        assert said in text, said
