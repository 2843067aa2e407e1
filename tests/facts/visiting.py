"""What the rows are said by: customers of each row's own table, many at once, and how their answers are read."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.port import Answer, Request
from careline.demo.visit import brand_for
from careline.hall.turn import Served
from careline.values.msisdn import Msisdn
from tests.facts.rows import Row, rows
from tests.halls import Hall, answer_of, the_book

OPENING = ("subscribe", "order", "register")
TWO_STEPS = {row.service for row in rows() if row.verb == "confirm"}
# Orders that are asked back although the code is exact: plans, a year's money at once, a spelling that is a query elsewhere.
ASKED_BACK = {"tariff_50std", "tariff_business", "tariff_ctk", "tariff_dzk", "pkg_wbb_year", "bill_reminder"}
DEARER_THAN_THE_BALANCE = {"GPRS200", "3036", "KTSJLL#200"}  # a fresh line has 120 yuan
OTHER_TIERS = {"CXGPRS20", "CXGPRS50", "CXGPRS100", "CXGPRS200"}  # a fresh line has the 30 MB of five yuan


def plain(served: Served) -> str:
    """The answer without regard to the width of its punctuation."""
    return unicodedata.normalize("NFKC", answer_of(served))


def customer(hall: Hall, row: Row, **wishes: Any) -> Msisdn:
    """Someone new whom this row is for."""
    brand = brand_for(the_book(), the_book().tables[row.table], row.spelling)
    return hall.fresh(row.table, brand or None, **wishes)


def top_up(hall: Hall, people: Iterable[Msisdn], yuan: int) -> None:
    requests = [
        Request(f"top-up-{one.digits}", one, "top_up", values={"amount": yuan * 100, "account": "basic", "how": "card"})
        for one in people
    ]
    for _, answer in Sandbox().ask(requests, now=hall.clock(), time_limit_seconds=30):
        assert isinstance(answer, Answer)
        assert answer.refused is None


def end_of(served: Served) -> tuple[str | None, str | None, str]:
    return served.outcome and served.outcome.value, served.cause and served.cause.value, served.asks


REPLIES = {"confirm": "是", "pick": "1"}


def step(hall: Hall, people: Sequence[Msisdn], texts: Sequence[str]) -> list[str]:
    """What everyone says in one batch, with a yes or a pick where they are asked; the last answers."""
    served = hall.say_all(list(zip(people, texts, strict=True)))
    again = [(n, REPLIES[one.asks]) for n, one in enumerate(served) if one.asks in REPLIES]
    for (n, _), one in zip(again, hall.say_all([(people[n], reply) for n, reply in again]), strict=True):
        served[n] = one
    return [f"[{one.outcome or ''} {one.cause or ''}] {plain(one)}" for one in served]


def expected(row: Row) -> tuple[str | None, str | None, str]:
    """How a first word of a fresh customer ends: outcome, cause, open question."""
    missing = [name for name in row.parameters if name not in row.optional]
    if row.verb == "help":
        return None, None, "choose"
    if missing:
        return None, None, "choose" if "tier" in missing else "fill"
    if row.verb == "confirm":
        return "refused", "nothing_to_confirm", ""
    if row.verb == "cancel" or row.spelling in OTHER_TIERS:
        return "refused", "not_on", ""
    if row.verb in OPENING and row.service in TWO_STEPS | ASKED_BACK:
        return None, None, "confirm"
    if row.spelling in DEARER_THAN_THE_BALANCE:
        return "refused", "not_enough_money", ""
    if row.service == "sim_activation":
        return "refused", "already_on", ""
    return "done", None, "choose" if row.fixes.get("what") == "menu" else ""


def told(hall: Hall, chosen: Sequence[Row]) -> list[tuple[Row, Served]]:
    people = [customer(hall, row) for row in chosen]
    said = [(one, row.spelling) for one, row in zip(people, chosen, strict=True)]
    return list(zip(chosen, hall.say_all(said), strict=True))


def name_of(row: Row) -> str:
    """What the customer knows it by: the tier's name where the row has one."""
    service = the_book().services[row.service]
    tier = row.fixes.get("tier")
    name = service.tiers[tier].name if tier else service.name
    return unicodedata.normalize("NFKC", name.zh)


def price_of(row: Row) -> str:
    service = the_book().services[row.service]
    tier = row.fixes.get("tier")
    fen = service.tiers[tier].price if tier else service.price
    return f"{fen / 100:.2f}元" if fen else "不收月费"
