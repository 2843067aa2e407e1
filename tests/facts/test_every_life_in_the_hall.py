"""Whatever a row orders is shown, refused the second time, cancelled and gone; whatever a row cancels ends."""

import re
import unicodedata

import pytest

from careline.carrier.adapters.sandbox.opening import Held
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from tests.facts.rows import Row, rows
from tests.facts.visiting import OPENING, customer, end_of, name_of, plain, step, top_up
from tests.halls import Hall, the_book

# --- a whole life: ordered, shown, refused the second time, cancelled as the answer said, gone

TAKEN = {"balance_alert": "#10.00", "call_forward": "+13900000002", "sp_order": "#419"}  # what follows an order's code
NO_PRODUCT = {"password", "my10086"}  # ours or the customer's own, not a product of the carrier


def lives(hall: Hall) -> tuple[list[Row], list[Msisdn]]:
    chosen = [row for row in rows() if row.verb in OPENING and row.service not in NO_PRODUCT]
    people = [customer(hall, row) for row in chosen]
    top_up(hall, people, 500)
    return chosen, people


@pytest.mark.requirement("SMS-02", "SMS-20", "SMS-21", "ACC-06")
def test_whatever_can_be_ordered_is_shown_refused_a_second_time_cancelled_and_gone(hall: Hall) -> None:
    chosen, people = lives(hall)
    orders = [row.spelling + TAKEN.get(row.service, "") for row in chosen]
    ordered = step(hall, people, orders)
    shown = step(hall, people, ["查已开通业务"] * len(people))
    twice = step(hall, people, orders)
    hints = [re.search("取消请发“?(.+?)”?。", answer) for answer in ordered]
    cancelled = step(hall, people, [hint[1] if hint else "查余额" for hint in hints])
    left = step(hall, people, ["查已开通业务"] * len(people))
    wrong = []
    for n, row in enumerate(chosen):
        name = name_of(row) if row.service != "sp_order" else "生活与健康"
        plan = row.service.startswith("tariff_")  # a plan is not cancelled but replaced by another
        later = plan or row.service == "pkg_wbb_year"  # shown until the month is over
        right = (
            ordered[n].startswith("[done ]"),
            name in shown[n] and "您本人(短信)开通" in shown[n],
            twice[n].startswith("[refused already_on]") and "没有" in twice[n],
            plan
            or (
                (cancelled[n].startswith("[done ]") and "不再收费" in cancelled[n])
                or "已取消" in cancelled[n]
                or "已退订" in cancelled[n]
            ),
            (name in left[n] and "起" in left[n]) if later else name not in left[n],
        )
        if not all(right):
            wrong.append(f"{row}: {right}\n  {ordered[n]}\n  {shown[n]}\n  {twice[n]}\n  {cancelled[n]}\n  {left[n]}")
    assert not wrong, "\n".join(wrong)


def held_for(row: Row) -> tuple[Held, ...]:
    service = the_book().services[row.service]
    tier = row.fixes.get("tier") or next(iter(service.tiers), "")
    kind = service.tiers[tier] if tier else service
    provider = "" if service.paid_to == "carrier" else service.paid_to
    return (Held(service.product, kind.name, kind.price, tier, service.per, provider),)


@pytest.mark.requirement("SMS-02")
def test_every_cancelling_code_ends_what_is_held_also_what_is_no_longer_sold(hall: Hall) -> None:
    chosen = [row for row in rows() if row.verb == "cancel" and row.service not in NO_PRODUCT]
    assert len(chosen) == 87
    people = [customer(hall, row, held=held_for(row)) for row in chosen]
    before = step(hall, people, ["查已开通业务"] * len(people))
    cancelled = step(hall, people, [row.spelling for row in chosen])
    again = step(hall, people, [row.spelling for row in chosen])
    after = step(hall, people, ["查已开通业务"] * len(people))
    wrong = [
        f"{row}\n  {before[n]}\n  {cancelled[n]}\n  {again[n]}\n  {after[n]}"
        for n, row in enumerate(chosen)
        for name in [unicodedata.normalize("NFKC", held_for(row)[0].name.zh)]
        if name not in before[n]
        or not cancelled[n].startswith("[done ]")
        or not again[n].startswith("[refused not_on]")
        or name in after[n]
    ]
    assert not wrong, "\n".join(wrong)


def test_what_is_only_cancelled_is_closed_to_new_customers(hall: Hall) -> None:
    opened = {row.service for row in rows() if row.verb in OPENING}
    closed = [row for row in rows() if row.verb == "cancel" and row.service not in opened]
    assert {row.spelling for row in closed} == {
        "1040",
        "1080",
        "1090",
        "1140",
        "1440",
        "1660",
        "1670",
        "1960",
        "QXYDMS",
    }
    people = [customer(hall, row) for row in closed]
    answers = step(hall, people, [f"开通{name_of(row)}" for row in closed])
    assert not [answer for answer in answers if not re.match(r"\[refused closed\].*没有收费", answer)]


def test_every_status_code_tells_what_is_on_since_when_and_by_whom(hall: Hall) -> None:
    chosen = [
        row
        for row in rows()
        if row.verb == "status" and row.service not in ("ebill_any", "balance_alert", "call_forward")
    ]
    people = [customer(hall, row, held=held_for(row)) for row in chosen]
    answers = step(hall, people, [row.spelling for row in chosen])
    wrong = [
        f"{row}: {answer}"
        for row, answer in zip(chosen, answers, strict=True)
        if not re.match(r"\[done \] 您有.*8月12日由您本人\(营业厅\)开通.*取消请发", answer)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.requirement("SMS-04")
def test_both_steps_of_the_eighteen_two_step_orders(hall: Hall) -> None:
    second = [row for row in rows() if row.verb == "confirm"]
    assert len(second) == 18
    people = [customer(hall, row) for row in second]
    asked = hall.say_all([(one, row.spelling[:-2]) for one, row in zip(people, second, strict=True)])
    assert {(one.outcome, one.asks) for one in asked} == {(None, "confirm")}
    pending = step(hall, people, ["0000"] * 18)
    assert all("没有在用" in answer for answer in pending), "nothing is on before the yes"
    confirmed = hall.say_all([(one, row.spelling) for one, row in zip(people, second, strict=True)])
    for row, first, one in zip(second, asked, confirmed, strict=True):
        assert end_of(one) == ("done", None, ""), f"{row}: {plain(one)}"
        assert one.reference == first.reference, "the second step ends the attempt that the first began"
        assert name_of(row) in plain(one)
    once_more = hall.say_all([(one, row.spelling) for one, row in zip(people, second, strict=True)])
    assert {(one.outcome, one.cause) for one in once_more} <= {
        (Outcome.REFUSED, Cause.NOTHING_TO_CONFIRM),
        (Outcome.REFUSED, Cause.ALREADY_ON),
    }
