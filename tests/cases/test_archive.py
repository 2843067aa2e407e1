"""The archive is searched in Chinese and English; drafts stay with their writers."""

from datetime import timedelta

import pytest

from careline.cases import drafts
from careline.cases.looking.searching import archive, of_customer, similar
from careline.cases.models import Case
from careline.cases.states import NotAllowed, State
from careline.postgres import sql
from careline.values.msisdn import Msisdn
from tests.cases.shelved import NOW, NUMBER, a_case

pytestmark = pytest.mark.django_db


def _archived(number: int, **given: object) -> Case:
    ended = {"state": State.CLOSED.value, "archived_at": NOW + timedelta(minutes=number), "closed_at": NOW}
    return a_case(number, **ended | given)


def _found(words: str) -> list[int]:
    return [int(row.docket) for row in archive(words).rows]


@pytest.mark.requirement("CMP-06", "CMP-14")
def test_archived_cases_are_found_by_what_was_said_summed_up_replied_and_by_docket() -> None:
    _archived(1, words="我的彩铃被多扣了十元", summary="彩铃重复计费", reply="已双倍返还")
    _archived(2, words="Double charge on my Roaming bill", summary="border cell", reply="refunded")
    _archived(3, words="信号不好", summary="基站断电", reply="已修复")
    a_case(4, words="彩铃还是被扣费")  # open: not in the archive
    assert _found("彩铃") == [1]
    assert _found("ＲＯＡＭＩＮＧ　border") == [2]
    assert _found("双倍") == [1]
    assert _found("断电 信号") == [3]
    assert _found("0000000002") == [2]
    assert _found("") == [3, 2, 1]


def test_what_only_looks_alike_in_pairs_is_not_found() -> None:
    _archived(1, words="返还双倍返")  # holds 双倍, 倍返 and 返还, but not in a row
    assert _found("双倍返还") == []
    assert _found("%_") == []


@pytest.mark.parametrize(("words", "code"), [("费", "too_short"), ("a 双倍", "too_short"), ("一二" * 101, "too_long")])
def test_a_search_that_would_read_everything_is_refused(words: str, code: str) -> None:
    with pytest.raises(NotAllowed, match=code):
        archive(words)


def test_hostile_words_find_nothing_and_break_nothing() -> None:
    _archived(1)
    for words in (
        "'; DROP TABLE case_case; --",
        "\x00\x00",
        "\u202e反转文字",
        "\ud83d".encode("utf-16", "surrogatepass").hex(),
        "{}\\",
    ):
        assert _found(words) in ([], [1])


def test_the_archive_is_paged_and_each_page_costs_two_statements_at_most() -> None:
    for number in range(1, 12):
        _archived(number, words="充值没有到账")
    seen, after = [], ""
    while True:
        with sql.counting() as count:
            page = archive("充值", after=after, size=4)
        assert count.statements <= 2
        seen += [int(row.docket) for row in page.rows]
        if not (after := page.after):
            break
    assert seen == list(range(11, 0, -1))


def test_what_lies_behind_the_latest_is_found_by_the_index() -> None:
    for number in range(1, 9):
        _archived(number, words="充值没有到账" if number < 3 else "信号不好")
    for words, found in (("充值", [2, 1]), ("信号", [8, 7, 6, 5, 4, 3])):
        assert [int(row.docket) for row in archive(words, among=2).rows] == found


def test_results_show_no_number_in_full() -> None:
    _archived(1, words="号码13911112222充值没有到账", summary="回拨13911112222")
    (row,) = archive("充值").rows
    assert "13911112222" not in f"{row}"
    assert row.number == "139****0001"


@pytest.mark.requirement("CMP-13", "CMP-14")
def test_similar_cases_come_with_their_summaries_the_most_alike_first() -> None:
    _archived(1, category="billing", words="彩铃多扣了十元", summary="彩铃重复计费")
    _archived(2, category="billing", words="流量用超了", summary="套餐说明")
    _archived(3, category="network", words="彩铃多扣了十元", summary="不相干")
    _archived(4, category="billing", words="彩铃多扣了十元", summary="")  # nothing to learn from
    case = a_case(5, category="billing", words="我的彩铃被多扣了十元")
    assert [(row.docket, row.summary) for row in similar(case)] == [
        ("0000000001", "彩铃重复计费"), ("0000000002", "套餐说明"),
    ]  # fmt: skip
    unsorted = a_case(6, words="彩铃被多扣")
    assert {row.docket for row in similar(unsorted)} == {"0000000001", "0000000003"}


def test_a_customer_has_all_cases_in_one_place() -> None:
    _archived(1)
    a_case(2, opened_at=NOW + timedelta(hours=1))
    a_case(3, msisdn="8613900000009")
    assert [row.docket for row in of_customer(Msisdn(NUMBER))] == ["0000000002", "0000000001"]


def test_a_draft_belongs_to_its_writer_and_leaves_the_version_alone() -> None:
    case = a_case(1)
    drafts.save(case.docket, "reply", "您好，", by="wang", now=NOW)
    drafts.save(case.docket, "reply", "您好，已经查清", by="wang", now=NOW)
    drafts.save(case.docket, "note", "电话13911112222", by="wang", now=NOW)
    mine = drafts.of(case.docket, by="wang")
    assert mine["reply"].words == "您好，已经查清"
    assert "13911112222" not in mine["note"].words
    assert drafts.of(case.docket, by="liu") == {}
    assert Case.objects.get().version == case.version
    drafts.save(case.docket, "reply", "  ", by="wang", now=NOW)
    assert set(drafts.of(case.docket, by="wang")) == {"note"}


def test_drafts_are_refused_where_nothing_can_be_sent() -> None:
    closed = _archived(1)
    for purpose, words, docket, code in (
        ("reply", "好", closed.docket, "closed"), ("poem", "好", closed.docket, "purpose"),
        ("reply", "好" * 10_001, closed.docket, "too_long"), ("note", "好", "7", "no_such_case"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed, match=code):
            drafts.save(docket, purpose, words, by="wang", now=NOW)
