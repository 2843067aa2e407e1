"""Each kind of page by itself: what it costs in processor time, and how many statements it takes."""

from collections.abc import Callable, Mapping
from typing import Any

from careline.cli._bench import cases_place
from careline.cli._bench.cases_staff import Browser, Times, quantile
from careline.cli._bench.cases_web import Web

Tell = Callable[[str], None]

ALONE = 30  # pages of each kind, one after the other
_SEEN = ("话费 退还", "彩铃 299元", "基站", "骚扰 半夜", "携号转网")


def pages_alone(web: Web, tell: Tell) -> dict[str, Any]:
    """Each kind of page by itself, one after the other: what it costs in processor time."""
    figures = {}
    browser = Browser(web.port, Times())
    browser.sign_in(cases_place.username(0), cases_place.PASSWORD)
    for kind, page in _walks(browser).items():
        tell(f"alone: {kind}")
        page()
        browser.times, before = Times(), web.spent()
        for _ in range(ALONE):
            page()
        spent, took = web.spent().since(before), browser.times.seconds[kind]
        figures[kind] = {
            "p50_ms": quantile(took, 0.5), "p95_ms": quantile(took, 0.95), "octets": browser.times.octets[kind] // len(took),
            "cpu_ms_web": round(spent["web"] / ALONE * 1e3, 1), "cpu_ms_postgres": round(spent["postgres"] / ALONE * 1e3, 1),
        }  # fmt: skip
    return figures


def _walks(browser: Browser) -> Mapping[str, Callable[[], object]]:
    """Kind -> what asks for one such page. The customer's record is opened between `case` and `customer`."""
    from careline.cases.models import Case

    own = Case.objects.filter(owner=cases_place.username(0), archived_at=None, state="analysing").order_by("pk")
    dockets = list(own.values_list("docket", flat=True)[: 3 * ALONE])
    turn = iter(range(10**9))

    def of_case(kind: str) -> str:
        docket = dockets[
            next(turn) % ALONE + (ALONE if kind == "customer" else 0)
        ]  # other cases: opened once, they stay open
        if kind == "customer":
            browser.post(f"/staff/cases/{docket}/look", {"purpose": "核对账单"}, "look")
        return browser.get(f"/staff/cases/{docket}", kind)

    def note() -> object:
        docket = dockets[next(turn) % len(dockets)]
        return browser.post(f"/staff/cases/{docket}/do/note", {"words": "客户晚上有空"}, "deed")

    def search() -> object:
        return browser.read("/staff/cases/search", {"q": f"{_SEEN[next(turn) % len(_SEEN)]}"}, "search")

    return {
        "inbox": lambda: browser.get("/staff/cases/?tab=mine", "inbox"),
        "inbox, all": lambda: browser.get("/staff/cases/?tab=all", "inbox, all"),
        "case": lambda: of_case("case"),
        "customer": lambda: of_case("customer"),
        "search": search,
        "reports": lambda: browser.get("/staff/cases/reports?days=30", "reports"),
        "reports, a year": lambda: browser.get("/staff/cases/reports?days=365", "reports, a year"),
        "deed": note,
    }


def statements_of_pages() -> dict[str, int]:
    """Kind -> SQL statements, by the very views, in this process; the second time, when caches are warm."""
    from django.test import Client

    from careline.identity.models import Staff
    from careline.postgres import sql
    from careline.staff.entering import BACKEND

    client = Client(HTTP_HOST="localhost")
    client.force_login(Staff.objects.get(username=cases_place.username(0)), BACKEND)
    found: dict[str, int] = {}

    class Counter(Browser):
        """The same walks, without a socket."""

        def __init__(self) -> None:
            self.times = Times()

        def _ask(self, method: str, path: str, kind: str, fields: dict[str, str] | None) -> tuple[str | None, str]:
            with sql.counting() as count:
                answer = client.get(path) if fields is None else client.post(path, fields)
            found[kind] = count.statements
            return answer.headers.get("Location"), ""

    for page in _walks(Counter()).values():
        page()
        page()
    return found
