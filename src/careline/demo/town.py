"""One demo town for demo, tests, screenshots and documentation: `settle` it, look at its `people`, mint someone `fresh`."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.carrier.adapters.sandbox.numbers import join_group, next_number, open_ranges
from careline.carrier.adapters.sandbox.opening import Held, Opening, Paid, forget_lines, open_lines
from careline.carrier.adapters.sandbox.passwords import DIGITS, hashed
from careline.carrier.port import Answer, LineFacts, Request
from careline.demo.people import ALLOTTED, BILLS, PEOPLE, USED, Person, id_number
from careline.demo.places import FRESH, PLACES, TABLES, ranges
from careline.identity import recognising
from careline.values.language import Text
from careline.values.msisdn import Msisdn
from careline.values.secret import Secret

__all__ = ["Person", "UnknownTable", "find", "fresh", "password_of", "people", "settle"]

Remember = Callable[[Iterable[LineFacts], datetime], None]
DEED_SECONDS = 30.0
_WITH_PASSWORD = ("韩磊", "孙丽", "Emma Clarke")  # who applied for a service password
FRESH_BIRTHDAY = date(1990, 1, 1)
# Every fresh subscriber's, and the example that the answers about the service password show: it works when it is sent.
FRESH_ID_NUMBER = id_number(FRESH_BIRTHDAY, 123, area="110101")


class UnknownTable(LookupError):
    """There is no code table of that name."""


def people() -> Sequence[Person]:
    """Everyone of the town, in the order of their numbers' introduction."""
    return PEOPLE


def find(who: str) -> Person | None:
    """The person of this name or number."""
    return next((person for person in PEOPLE if who in (person.name, person.number, person.msisdn.digits)), None)


def password_of(person: Person) -> str:
    """The service password that this person applied for: the last digits of the ID number, X as 0; "" for who has none."""
    return person.id_number.reveal()[-DIGITS:].replace("X", "0") if person.name in _WITH_PASSWORD else ""


def settle(now: datetime, *, afresh: bool = False, remember: Remember = recognising.remember) -> None:
    """Put the town's people there; who is there already stays as they are, unless all is to begin afresh."""
    numbers = [person.msisdn for person in PEOPLE]
    with transaction.atomic():
        open_ranges(ranges())
        if afresh:
            forget_lines(numbers)
        open_lines([person.opening for person in PEOPLE], now)
    sandbox = Sandbox()
    for days_ago, requests in _lived():
        for _, answer in sandbox.ask(requests, now=now - timedelta(days=days_ago), time_limit_seconds=DEED_SECONDS):
            assert isinstance(answer, Answer), answer
            assert answer.refused is None, answer
    remember(sandbox.lines(numbers).values(), now)


def _lived() -> list[tuple[int, list[Request]]]:
    """What happened to people in the last weeks: (days ago, what), each under a reference of its own."""
    wu, sun, ma = (_called(name) for name in ("吴国强", "孙丽", "马阳"))
    friend = {"by": f"line:{ma.msisdn.digits}", "channel": "shop"}
    provider = {"per": "month", "effect": "now"}
    return [
        (
            40,
            [
                Request(f"town-sp-{number}", sun.msisdn, "switch_on", product, provider | terms, **friend)
                for number, (product, terms) in enumerate(
                    {
                        "mobile_secretary": {
                            "fee": 1000, "paid_to": "云上助手", "name_zh": "移动秘书", "name_en": "Mobile secretary",
                        },
                        "sp_joke": {
                            "fee": 300, "paid_to": "乐天信息", "name_zh": "每日一笑", "name_en": "A joke a day",
                        },
                        "sp_star": {
                            "fee": 500, "paid_to": "星语网络", "name_zh": "星座运势", "name_en": "Daily horoscope",
                        },
                    }.items(),
                    start=1,
                )
            ],
        ),
        (
            9,
            [
                # ACC-01's case: gift 50, basic 3, a provider's fee of 10.
                Request(
                    "town-charge-1",
                    wu.msisdn,
                    "charge",
                    "sp_novel",
                    {"amount": 1000, "paid_to": "墨香阅读", "name_zh": "手机小说", "name_en": "Mobile novels"},
                    by="system",
                    channel="system",
                ),
                *(
                    Request(
                        f"town-password-{number}", one.msisdn, "password", "apply", {"id_number": one.id_number}, channel="shop"
                    )
                    for number, one in enumerate(map(_called, _WITH_PASSWORD), start=1)
                ),
            ],
        ),
    ]  # fmt: skip


def _called(name: str) -> Person:
    person = find(name)
    assert person is not None
    return person


def fresh(
    table: str,
    brand: str | None = None,
    *,
    now: datetime | None = None,
    language: str = "zh",
    held: Sequence[Held] = (),
    allotted: bool = True,
    password: Secret | None = None,
    status: str = "active",
    remember: Remember = recognising.remember,
) -> Person:
    """Someone nobody met before, of that table's region and brand, comfortable: 100 yuan, 20 of gift, 3,000 points.

    Nothing is switched on but what `held` names. `allotted`: has a little of every optional allowance; else a query for
    one finds that it is not on. A colleague answers to the short number 602. About ten statements; raises UnknownTable.
    """
    if table not in TABLES:
        raise UnknownTable(table)
    now = now or datetime.now(UTC)
    region, usual = TABLES[table]
    number = next_number()
    block = f"{FRESH}{PLACES[region].digit}"
    opening = Opening(
        Msisdn.parse(f"{block}{number % 5_000_000:07d}"),
        brand or usual,
        region,
        language=language,
        status=status,
        owner_masked="示*",
        id_number=FRESH_ID_NUMBER,
        birthday=FRESH_BIRTHDAY,
        plan={"gotone": "gotone_standard", "mzone": "mzone_basic"}.get(brand or usual, "easyown_standard"),
        basic=100_00,
        gift=20_00,
        points=3_000,
        points_expiring=500,
        password=hashed(password.reveal()) if password else "",
        paid=(Paid(12, "card", 50_00), Paid(45, "counter", 50_00), Paid(70, "returned", 5_00)),
        held=held,
        bills=BILLS,
        usage=USED | ALLOTTED if allotted else USED,
    )
    colleague = Msisdn.parse(f"{block}{5_000_000 + number % 5_000_000:07d}")
    with transaction.atomic():
        open_ranges(ranges())
        open_lines([opening], now)
        join_group(f"fresh-{number}", {opening.msisdn: "601", colleague: "602"})
        remember([LineFacts(opening.msisdn, opening.brand, region, language, status, False, FRESH_BIRTHDAY)], now)
    return Person("新用户", table, Text("刚刚来到示范小镇。", "Just came to the demo town."), opening)
