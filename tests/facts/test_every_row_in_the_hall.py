"""Every printed spelling, said to the hall by a customer of its own table: understood, ended and answered as its row says."""

import re

import pytest

from careline.demo.people import ALLOTTED, BILLS, USED
from careline.values.cause import Cause
from tests.facts.rows import Row, rows
from tests.facts.visiting import OPENING, OTHER_TIERS, customer, end_of, expected, name_of, plain, price_of, step, told
from tests.halls import Hall, answer_of


@pytest.mark.requirement("SMS-24")
def test_every_spelling_is_understood_and_ends_as_its_row_says(hall: Hall) -> None:
    wrong = []
    for row, served in told(hall, rows()):
        understood = served.understood
        meant = {name: value for name, value in row.fixes.items() if name != "effect"}
        want = (row.table, row.service, row.verb, meant, expected(row))
        got = understood and (
            understood.table, understood.service, understood.verb, dict(understood.parameters), end_of(served),
        )  # fmt: skip
        if got != want:
            wrong.append(f"{row}: {got}, not {want}: {answer_of(served)}")
    assert not wrong, "\n".join(wrong)


def short_of(row: Row, answer: str) -> str:
    """What a customer would miss in this first answer; empty when nothing."""
    name = re.escape(name_of(row))
    outcome, cause, asks = expected(row)
    patterns = {
        ("help", None): r"1\.[^\n]+\n.*请回复序号或代码",
        ("cancel", "not_on"): f"您没有(开通|在用的){name}.*不用取消|您没有开通{name},不用取消",
        ("confirm", "nothing_to_confirm"): f"{name}.*没有收费.*请先发{row.spelling[:-2]}",
        ("describe", None): f"^{name}:.{{6}}",
        ("status", None): r"没有.*(要开通|要订)请发",
        ("other", "already_on"): "早已激活",
    }
    if asks == "fill":
        pattern = r"例如:" + re.escape(row.spelling.rstrip("#"))
    elif asks == "confirm":
        pattern = f"{name}.*{price_of(row)}.*“?是”?.*“?否”?"
    elif row.verb in OPENING and asks == "choose":
        pattern = r"1\.[^\n]+元/月\n2\."
    elif row.verb in OPENING and outcome == "done" and row.service != "my10086":
        pattern = f"{name}.*(立即生效|12月1日生效).*取消请发"
        if price_of(row) not in answer:
            return price_of(row)
    elif row.service == "my10086" and outcome == "done":
        pattern = "免费"
    elif cause == "not_enough_money":
        pattern = f"{price_of(row)}.*120.00元不够.*没有收费.*充值"
    else:
        pattern = patterns.get((row.verb, cause), "")
    return "" if re.search(pattern, answer, re.DOTALL) else pattern


def test_every_first_answer_says_what_happened_what_it_costs_and_what_to_do_next(hall: Hall) -> None:
    wrong = []
    for row, served in told(hall, rows()):
        answer = plain(served)
        missing = short_of(row, answer)
        if missing or re.search(r"[{}]|None|\ue000", answer):
            wrong.append(f"{row} lacks {missing}: {answer}")
    assert not wrong, "\n".join(wrong)


def test_an_example_in_an_answer_is_right_as_it_stands(hall: Hall) -> None:
    asked = [(row, plain(served)) for row, served in told(hall, rows()) if served.asks == "fill"]
    assert len(asked) == 17
    examples = [re.split("例如:", answer)[1] for _, answer in asked]
    people = [customer(hall, row) for row, _ in asked]
    served = hall.say_all(list(zip(people, examples, strict=True)))
    for (row, _), example, one in zip(asked, examples, served, strict=True):
        assert one.understood is not None
        assert (one.understood.service, one.understood.verb) == (row.service, row.verb)
        assert not one.asks, f"{row}: {example} is asked again: {plain(one)}"
        assert one.cause not in (Cause.WRONG_PARAMETER, Cause.MISSING_PARAMETER), f"{row}: {example}: {plain(one)}"


# --- what queries tell is what the carrier holds


def numbers() -> dict[str, tuple[str, ...]]:
    """What each query must tell a fresh line, by the figures that the line was opened with."""
    now, last = (f"{sum(fen for _, fen in BILLS[ago]) / 100:.2f}元" for ago in (0, 1))
    told_: dict[str, tuple[str, ...]] = {
        "balance": ("120.00元", "100.00元", "20.00元"),
        "charges_and_balance": (now, "120.00元"),
        "charges_now": (now,),
        "charges_detail": (now, *(f"{fen / 100:.2f}元" for _, fen in BILLS[0])),
        "month_charges": (last,),
        "month_charges_detail": (last, *(f"{fen / 100:.2f}元" for _, fen in BILLS[1])),
        "bill_last_month": (last, *(f"{fen / 100:.2f}元" for _, fen in BILLS[1])),
        "bill_by_month": (now,),
        "payment_history": ("10月29日", "50.00元", "9月26日"),
        "topup_records": ("10月29日", "50.00元"),
        "returned_topup_records": ("9月1日", "5.00元"),
        "points": ("3000积分", "30.00元", "500积分"),
        "validity": ("2027年2月8日",),
        "discount_amount_used": ("3.50元",),
        "discount_minutes_used": ("90分钟/150分钟", "35条/100条", "60分钟/300分钟"),
        "free_resources_usage": ("35条/100条", "20条/120条", "12M/30M"),
        "pkg_data": ("18M", "30M"),
    }
    for quota, (used, total) in ALLOTTED.items():
        told_[quota] = (f"还剩{total - used}", f"已用{used}", f"共{total}") if total else ()
    return told_ | {quota: (str(used),) for quota, (used, _) in USED.items() if quota not in told_}


@pytest.mark.requirement("SMS-10", "SMS-11", "SMS-14")
def test_queries_tell_the_figures_that_the_carrier_holds(hall: Hall) -> None:
    known = numbers()
    asking = [
        row for row in rows() if row.verb == "query" and row.service in known and "month" not in row.takes.split(",")
    ]
    assert len(asking) == 82
    wrong = []
    for row, served in told(hall, asking):
        missing = [figure for figure in known[row.service] if figure not in plain(served)]
        if row.spelling in OTHER_TIERS:
            missing = [] if "18M" in plain(served) else ["18M"]
        if missing:
            wrong.append(f"{row} lacks {missing}: {plain(served)}")
    assert not wrong, "\n".join(wrong)


def test_allowances_that_a_line_does_not_have_are_said_to_be_missing(hall: Hall) -> None:
    chosen = [row for row in rows() if row.service in ALLOTTED]
    people = [customer(hall, row, allotted=False) for row in chosen]
    answers = step(hall, people, [row.spelling for row in chosen])
    assert not [answer for answer in answers if not re.match(r"\[refused not_on\] 您没有这项套餐", answer)]
