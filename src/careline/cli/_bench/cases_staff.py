"""Forty people at their screens: each has a browser of her own, reads, thinks and does what the page offers next."""

import http.client
import math
import random
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from urllib.parse import urlencode

HEARTBEAT_SECONDS = 10.0  # of an open case, as its page sends it (cases.presence)
ACTIONS = 10  # of one case: the walk of `_cases` below
DEEDS = 5  # of them, each a form that is sent and the page that follows
REPORTS_EVERY = 8  # cases, for those who read reports
TIMEOUT_SECONDS = 30.0
_OFFERED = re.compile(r'/do/([a-z_]+)"')
_DOCKET = re.compile(r'href="/staff/cases/(\d{10})"')
_VERSION = re.compile(r'name="version" value="(\d+)"')
_LEADING = ("analyse", "solve", "decide", "reply", "question", "confirm", "archive")
_SOUGHT = (
    "话费 退还",
    "彩铃",
    "基站",
    "骚扰 半夜",
    "流量 套餐外",
    "携号转网",
    "投诉到工信部",
    "补卡 299元",
    "please call",
)
_LISTS = ("at_risk", "unowned", "all", "escalated", "department")
_CATEGORIES = ("billing", "data", "network", "third_party", "unwanted_messages")


@dataclass(slots=True)
class Times:
    """What was asked and how long the answer took, in seconds, by kind; shared by all threads."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    octets: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    errors: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    refused: dict[str, int] = field(
        default_factory=lambda: defaultdict(int)
    )  # forms that the case had gone beyond (409)
    actions: int = 0

    def took(self, kind: str, seconds: float, status: int, octets: int, path: str) -> None:
        self.seconds[kind].append(seconds)
        self.octets[kind] += octets
        if status == http.client.CONFLICT:
            self.refused[path.rpartition("/")[2]] += 1
        elif status >= http.client.BAD_REQUEST:
            self.errors[f"{kind}: {status}"] += 1


def quantile(times: list[float], share: float) -> float:
    """Milliseconds within which this share came; 0 of none."""
    ordered = sorted(times)
    return round(ordered[max(0, math.ceil(share * len(ordered)) - 1)] * 1e3, 1) if ordered else 0.0


class Browser:
    """One signed-in browser that keeps its connection; every answer is timed until its last octet."""

    def __init__(self, port: int, times: Times) -> None:
        self.times = times
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
        self._cookies: dict[str, str] = {}

    def sign_in(self, username: str, password: str) -> None:
        """Raises RuntimeError when the door stays shut."""
        self.get("/staff/sign-in", "sign in")
        onward = self.post("/staff/sign-in", {"username": username, "password": password}, "sign in")
        if onward is None or "sign-in" in onward:
            raise RuntimeError(f"{username} could not sign in: {onward}")

    def get(self, path: str, kind: str) -> str:
        return self._ask("GET", path, kind, None)[1]

    def post(self, path: str, fields: dict[str, str], kind: str) -> str | None:
        """Where the answer leads; None when it is a page."""
        return self._ask("POST", path, kind, fields)[0]

    def read(self, path: str, fields: dict[str, str], kind: str) -> str:
        """The page that answers a form."""
        return self._ask("POST", path, kind, fields)[1]

    def _ask(self, method: str, path: str, kind: str, fields: dict[str, str] | None) -> tuple[str | None, str]:
        body = None
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if fields is not None:
            body = urlencode(fields | {"csrfmiddlewaretoken": self._cookies.get("csrftoken", "")})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        try:
            self._line.request(method, path, body, headers)
            answer = self._line.getresponse()
            page = answer.read()
        except (OSError, http.client.HTTPException) as trouble:
            self._line.close()
            self.times.errors[f"{kind}: {type(trouble).__name__}"] += 1
            return None, ""
        self.times.took(kind, time.perf_counter() - began, answer.status, len(page), path)
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        return answer.headers.get("Location"), page.decode()


class Person:
    """Somebody at work: what `act` does is one action of one case, then the next, without end."""

    def __init__(self, browser: Browser, *, reports: bool, seed: int) -> None:
        self.browser = browser
        self.chance = random.Random(seed)
        self.docket = ""  # of the case on the screen
        self._reports = reports
        self._work = self._cases()

    def act(self) -> None:
        next(self._work)
        self.browser.times.actions += 1

    def still_here(self) -> None:
        """The heartbeat of the case on the screen."""
        if self.docket:
            self.browser.read(f"/staff/cases/{self.docket}/presence", {}, "heartbeat")

    def _cases(self) -> Iterator[None]:
        """A case from the inbox, its customer, the archive, five deeds, and a look at the other lists: ten actions."""
        browser, chance, count = self.browser, self.chance, self.chance.randrange(REPORTS_EVERY)
        while True:
            count += 1
            listed = _DOCKET.findall(browser.get("/staff/cases/?tab=mine", "inbox"))
            yield
            if not listed:
                continue
            self.docket = chance.choice(listed)
            address = f"/staff/cases/{self.docket}"
            page = browser.get(address, "case")
            yield
            browser.post(f"{address}/look", {"purpose": "核对账单"}, "look")
            page = browser.get(address, "customer")
            yield
            browser.read("/staff/cases/search", {"q": chance.choice(_SOUGHT)}, "search")
            yield
            done: set[str] = set()
            for _ in range(DEEDS):
                deed = self._next_deed(page, done)
                done.add(deed)
                browser.post(f"{address}/do/{deed}", self._form(deed, page), "deed")
                page = browser.get(address, "customer")
                yield
            if self._reports and count % REPORTS_EVERY == 0:
                browser.get(f"/staff/cases/reports?days={chance.choice((7, 30, 30, 90, 365))}", "reports")
            else:
                browser.get(f"/staff/cases/?tab={chance.choice(_LISTS)}", "inbox")
            yield

    def _next_deed(self, page: str, done: set[str]) -> str:
        """The step that leads on, as the page offers it; a note where there is none."""
        offered = set(_OFFERED.findall(page))
        if "record" in offered and "record" not in done and self.chance.random() < 0.2:
            return "record"
        if "ask" in offered and not {"ask", "decide"} & done and self.chance.random() < 0.3:
            return "ask"
        return next((deed for deed in _LEADING if deed in offered and deed not in done), "note")

    def _form(self, deed: str, page: str) -> dict[str, str]:
        chance = self.chance
        forms: dict[str, Callable[[], dict[str, str]]] = {
            "analyse": lambda: {"category": chance.choice(_CATEGORIES), "severity": "normal", "cause": "计费规则配错"},
            "solve": lambda: {"plan": "核对账单后退还"},
            "record": lambda: {
                "contact_at": (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:00"),
                "words": "客户晚上有空",
            },
            "ask": lambda: {"department": "billing", "question": "请核对这个月的话单"},
            "decide": lambda: {"plan": "退还多收的话费，并改正规则"},
            "reply": lambda: {"words": "您好，多收的费用已经退还，给您添麻烦了。", "apologise": "on"},
            "question": lambda: {"channel": "hotline"},
            "confirm": lambda: {"satisfied": "yes", "channel": "hotline"},
            "archive": lambda: {"summary": f"计费规则配错，已改正并退费{chance.randrange(100)}元"},
            "note": lambda: {"words": "客户说晚上七点以后方便接电话"},
        }
        version = _VERSION.search(page)
        return forms[deed]() | ({"version": version[1]} if version else {})


class Office:
    """All of them at once, each in a thread; how often they act can be changed while they work."""

    def __init__(self, port: int, usernames: Sequence[str], password: str, managers: int) -> None:
        self.times = Times()
        self._per_second = 0.0
        self._over = threading.Event()
        self.people = []
        for place, username in enumerate(usernames):
            browser = Browser(port, self.times)
            browser.sign_in(username, password)
            self.people.append(Person(browser, reports=place < managers, seed=place))
            for _ in range(place % ACTIONS):  # each is somewhere else in her work
                self.people[-1].act()
        self._threads = [threading.Thread(target=self._work, args=(one,), daemon=True) for one in self.people]

    def work(self, per_second: float, seconds: float) -> Times:
        """So many actions a second by all together, for so long; what was measured meanwhile."""
        self._per_second = per_second
        times = Times()
        for one in self.people:
            one.browser.times = times
        if not self._threads[0].ident:
            for thread in self._threads:
                thread.start()
        time.sleep(seconds)
        self._per_second = 0.0
        return times

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            if thread.ident:
                thread.join(TIMEOUT_SECONDS + 5)

    def _work(self, person: Person) -> None:
        chance = random.Random(person.chance.random())
        rate, due, beat = 0.0, 0.0, time.monotonic() + HEARTBEAT_SECONDS * chance.random()
        while not self._over.is_set():
            now = time.monotonic()
            if self._per_second != rate:  # another pace from now on
                rate = self._per_second
                due = now + chance.random() * len(self.people) / rate if rate else float("inf")
            if now >= beat:
                person.still_here()
                beat = now + HEARTBEAT_SECONDS
            elif now >= due:
                with suppress(StopIteration):
                    person.act()
                # Thinking goes on for as long whatever the answer took: who was kept waiting is behind and hurries.
                due = max(due + chance.expovariate(rate / len(self.people)), time.monotonic()) if rate else due
            else:
                self._over.wait(min(0.25, beat - now, due - now))
