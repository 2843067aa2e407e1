"""A small town of two regions, built by hand, and a handset to talk to the dialogue with."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from careline.dialogue import engine
from careline.dialogue.book import (
    READS,
    Action,
    Book,
    Code,
    Confirm,
    Node,
    Parameter,
    Service,
    Table,
    Tier,
    Verb,
)
from careline.dialogue.talk import Ending, Heard, Job, Question, Reply, State, Subscriber, Telling, Turn
from careline.values.cause import Cause
from careline.values.language import Text
from careline.values.money import Minor
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from tests.shipped import the_book

NOON = datetime(2010, 6, 15, 4, 0, tzinfo=UTC)  # noon in China
WANG = Subscriber(Msisdn("8613900000001"), brand="easyown", region="east")


def same(text: str) -> Text:
    return Text(text, text)


def parameter(name: str, kind: str, example: str, *, required: bool = True) -> Parameter:
    return Parameter(name, kind, same(name), example, required)


MONTH = parameter("month", "month", "0903", required=False)
NUMBER = parameter("number", "msisdn", "13900000002")
OLD = parameter("old", "password", "135790", required=False)
NEW = parameter("new", "password", "246801", required=False)
ID_NUMBER = parameter("id_number", "id_number", "110101199001011237", required=False)
NOTE = parameter("words", "words", "more lamps")


def service(name: str, chinese: str, english: str, *actions: Action, **more: Any) -> Service:
    verbs = {action.verb: action for action in actions}
    about = Text(f"{chinese},{{price}}", f"{english}, {{price}}")
    return Service(name, "", "plain", Text(chinese, english), about, name, actions=verbs, **more)


def code(spelling: str, of: str, verb: Verb, **more: Any) -> Code:
    form = "numeric" if spelling.isdigit() else "pinyin" if spelling.isascii() else "chinese"
    return Code(spelling, of, verb, form, **more)


def table(name: str, region: str | None, separators: str, *codes: Code, **more: Any) -> Table:
    rows = {row.spelling: row for row in codes}
    return Table(name, same(name), region, separators=separators, codes=rows, **more)


def tier(price: int, name: str) -> Tier:
    return Tier(str(price), Text(f"{price}元{name}", f"{name} {price}"), Minor(price * 100))


ON, OFF, TELL, STATE = (Action(verb) for verb in (Verb.SUBSCRIBE, Verb.CANCEL, Verb.DESCRIBE, Verb.STATUS))
ASK = Action(Verb.QUERY)
TIERS = {"5": tier(5, "流量包"), "20": tier(20, "流量包")}

SERVICES = [
    service("balance", "余额", "Balance", ASK, everywhere=True),
    service("bill", "账单", "Bill", Action(Verb.QUERY, (MONTH,))),
    service("reminder", "账单提醒", "Bill reminder", ON, OFF),
    service("caller_id", "来电显示", "Caller ID", ON, OFF, TELL, STATE, price=Minor(500), everywhere=True),
    service("missed_call", "来电提醒", "Missed call alert", ON, OFF, price=Minor(300), aliases=("漏话提醒",)),
    service("forward", "呼叫转移", "Call forwarding", Action(Verb.SUBSCRIBE, (NUMBER,)), OFF, everywhere=True),
    service("region_of", "归属地", "Home region", Action(Verb.QUERY, (NUMBER,))),
    service("data", "流量包", "Data pack", ON, OFF, TELL, tiers=TIERS),
    service(
        "movies",
        "电影手机报",
        "Movie paper",
        Action(Verb.SUBSCRIBE, confirm=Confirm.CODE),
        Action(Verb.CONFIRM),
        OFF,
        price=Minor(500),
    ),
    service(
        "fashion",
        "时尚手机报",
        "Fashion paper",
        Action(Verb.SUBSCRIBE, confirm=Confirm.CODE),
        Action(Verb.CONFIRM),
        OFF,
    ),
    service("night", "夜话畅聊", "Night talk", ON, OFF, TELL, price=Minor(1000)),
    service(
        "plan",
        "商旅套餐",
        "Business plan",
        Action(Verb.ORDER, confirm=Confirm.ASK, effect="next_month"),
        price=Minor(9800),
    ),
    service("closed", "老套餐", "Old plan", Action(Verb.SUBSCRIBE, closed=True), OFF),
    service("gotone_only", "金卡", "Gold card", ON, OFF, ASK, brands=frozenset({"gotone"})),
    service(
        "password",
        "服务密码",
        "Service password",
        Action(Verb.REGISTER, (replace(ID_NUMBER, required=True),)),
        Action(Verb.CONFIGURE, (OLD, NEW, ID_NUMBER)),
        TELL,
        everywhere=True,
    ),
    service("roaming", "漫游通", "Roaming pass", Action(Verb.REGISTER), OFF),
    service("listed", "在用业务", "In use", Action(Verb.QUERY), Action(Verb.CANCEL)),
    service("my10086", "我的10086", "My 10086", ON, OFF, everywhere=True),
    service("suggestion", "意见", "Suggestion", Action(Verb.OTHER, (NOTE,)), everywhere=True),
    service("nav", "目录", "Menu", Action(Verb.HELP)),
]

EAST = table(
    "E",
    "east",
    "#",
    code("CXYE", "balance", Verb.QUERY),
    code("17", "balance", Verb.QUERY),
    code("CXZD", "bill", Verb.QUERY, takes=("month",), optional=frozenset({"month"})),
    code("KTLDXS", "caller_id", Verb.SUBSCRIBE),
    code("QXLDXS", "caller_id", Verb.CANCEL),
    code("KTLDTX", "missed_call", Verb.SUBSCRIBE),
    code("BLHJZY", "forward", Verb.SUBSCRIBE, takes=("number",)),
    code("CXGSD", "region_of", Verb.QUERY, takes=("number",)),
    code("KTLL#5", "data", Verb.SUBSCRIBE, fixed={"tier": "5"}),
    code("KTLL#20", "data", Verb.SUBSCRIBE, fixed={"tier": "20"}),
    code("QXLL", "data", Verb.CANCEL),
    code("4011", "movies", Verb.SUBSCRIBE),
    code("401191", "movies", Verb.CONFIRM),
    code("4021", "fashion", Verb.SUBSCRIBE),
    code("402191", "fashion", Verb.CONFIRM),
    code("BL98", "plan", Verb.ORDER),
    code("KTLTC", "closed", Verb.SUBSCRIBE),
    code("KTJK", "gotone_only", Verb.SUBSCRIBE),
    code("QXJK", "gotone_only", Verb.CANCEL),
    code("SQMM", "password", Verb.REGISTER, takes=("id_number",)),
    code("BGMM", "password", Verb.CONFIGURE, fixed={"what": "change"}, takes=("old", "new")),
    code("2032", "password", Verb.CONFIGURE, fixed={"what": "change"}, takes=("old", "new")),
    code("CZMM", "password", Verb.CONFIGURE, fixed={"what": "reset"}, takes=("id_number",)),
    code("1", "roaming", Verb.REGISTER),
    code("2", "roaming", Verb.CANCEL),
    code("0000", "listed", Verb.QUERY),
    code("KT10086", "my10086", Verb.SUBSCRIBE),
    code("15", "nav", Verb.HELP, fixed={"node": "15"}),
    code("153", "nav", Verb.HELP, fixed={"node": "153"}),
    nodes={
        "15": Node("15", Text("用量", "Usage"), ("17", "153", "KTLDXS")),
        "153": Node("153", Text("账单", "Bills"), ("CXZD", "CXYE")),
    },
)
WEST = table(
    "W",
    "west",
    "* ",
    code("YE", "balance", Verb.QUERY),
    code("CXZD", "reminder", Verb.SUBSCRIBE),
    code("1601", "region_of", Verb.QUERY, takes=("number",)),
    code("夜话畅聊", "night", Verb.SUBSCRIBE),
    code("满3送3", "night", Verb.DESCRIBE),
    code("GPRS5", "data", Verb.SUBSCRIBE, fixed={"tier": "5"}),
    code("GPRS20", "data", Verb.SUBSCRIBE, fixed={"tier": "20"}),
)
WORDS = {
    "talk.confirm": Text("要{label}{service}吗，{price}{per}，{effect}", "{label} {service}? {price}{per}, {effect}"),
    "talk.confirm_code": Text(
        "要{label}{service}吗，{price}{per}，或{confirm_code}", "{service}? {price}, or {confirm_code}"
    ),
    "error.unknown": Text("没看懂{given}", "What is {given}?"),
    "error.person": Text("请发人工", "Text AGENT"),
    "error.frozen": Text("{date}再发", "Again on {date}"),
    "any.done": Text("{service}办好了", "{service}: done"),
    "any.subscribe.done": Text("{service}已开通", "{service} is on"),
    "plain.cancel.done": Text("{service}已取消", "{service} is off"),
    "error.not_on": Text("{service}没有开通", "{service} is not on"),
}


def small_book(**changes: Any) -> Book:
    texts = {name: Text(name, name) for name in ("east", "west", "easyown", "gotone")}
    limits = {"misses_before_person": 2, "question_minutes": 30, "confirm_minutes": 60}
    book = Book(
        version=1,
        services={one.id: one for one in SERVICES},
        tables={"E": EAST, "W": WEST},
        words=WORDS,
        regions=texts,
        brands=texts,
        limits=limits,
        addresses={"hall": "10086", "suggestions": "10086900"},
    )
    return replace(book, **changes)


BOOK = small_book()
real_book = the_book  # the packs as they are published


def changes(job: Job) -> bool:
    """Whether it may change something: a list of what can be ended does not, its numbers do."""
    shows = job.service.settings.get("shows") == "list" and "picked" not in job.parameters
    return job.verb not in READS and not shows


class Handset:
    """One subscriber's conversation with the dialogue. The carrier does what it is asked, unless told otherwise."""

    def __init__(self, subscriber: Subscriber = WANG, book: Book = BOOK, now: datetime = NOON) -> None:
        self.subscriber, self.book, self.now = subscriber, book, now
        self.state: State = {}
        self.turns: list[Turn] = []
        self.jobs: list[Job] = []
        self.open: set[str] = set()  # attempts that have begun and not ended
        self.ended: dict[str, Ending] = {}
        self.reply: Reply | None = None

    def say(
        self,
        text: str,
        *,
        outcome: Outcome = Outcome.DONE,
        key: str = "done",
        cause: Cause | None = None,
        question: Question | None = None,
        values: Mapping[str, str | Text] | None = None,
        address: str = "10086",
    ) -> str:
        """Say this, let the carrier do what is asked of it, and return the answer."""
        heard = Heard(text, f"a{len(self.turns) + 1}", address=address)
        before = json.dumps(self.state)
        turn = engine.advance(self.state, heard, self.book, self.subscriber, self.now)
        assert json.dumps(self.state) == before, "the state that is given is not changed"
        self.turns.append(turn)
        self.state = json.loads(json.dumps(turn.state))
        assert (turn.job is None) != (turn.reply is None)
        if turn.begun is not None:
            assert turn.begun.reference not in self.open
            self.open.add(turn.begun.reference)
        for ending in turn.endings:
            self._end(ending)
        if turn.job is None:
            assert turn.reply is not None
            return turn.reply.text
        assert turn.job.reference in self.open, "an attempt begins before the carrier is asked"
        self.jobs.append(turn.job)
        telling = Telling(outcome, key, cause, values=values or {"service": turn.job.service.name}, question=question)
        self.reply = engine.conclude(self.state, turn.job, telling, self.book, self.subscriber, self.now)
        self._conclude(self.reply)
        while self.reply.job is not None:  # what waited for this goes on at once, and the carrier does it
            job = self.reply.job
            assert job.reference in self.open
            self.jobs.append(job)
            done = Telling(Outcome.DONE, "done", values={"service": job.service.name})
            self.reply = engine.conclude(self.state, job, done, self.book, self.subscriber, self.now)
            self._conclude(self.reply)
        return self.reply.words.text

    def _conclude(self, reply: Reply) -> None:
        self.state = json.loads(json.dumps(reply.state))
        self._end(reply.ending)
        for also in reply.also:
            self._end(also)

    def _end(self, ending: Ending) -> None:
        assert ending.reference in self.open, "only what has begun ends, and once"
        self.open.remove(ending.reference)
        self.ended[ending.reference] = ending

    def wait(self, **time: int) -> None:
        self.now += timedelta(**time)

    @property
    def turn(self) -> Turn:
        return self.turns[-1]

    @property
    def done(self) -> list[tuple[str, str]]:
        """What the carrier was asked to do, in order."""
        return [(job.service.id, job.verb.value) for job in self.jobs]

    @property
    def asks(self) -> str:
        """The kind of question that is open."""
        return str((self.state.get("question") or {}).get("kind", ""))

    @property
    def understood(self) -> tuple[str, str, str]:
        meant = self.turn.understood
        return (meant.service, meant.verb, meant.rule) if meant else ("", "", "")

    @property
    def endings(self) -> list[tuple[str, str]]:
        return [(one.outcome.value, one.cause.value if one.cause else "") for one in self.turn.endings]


def of(region: str, brand: str = "easyown", **more: Any) -> Handset:
    """A fresh subscriber of the real packs."""
    return Handset(Subscriber(Msisdn("8613900000001"), brand, region, **more), real_book())
