"""What customers say in a benchmark: the real codes of each line's own tables, in shares like those of a working day.

About 70 % ask, 20 % switch something on or off, 10 % are everything else: orders in two steps, plain words, typing
errors, codes without what must follow, free text, long texts. Each line speaks once in a run (and once more where it is
asked back), so that every answer belongs to one message.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from math import gcd

from careline.dialogue.book import OPENS, READS, Book, Code, Confirm, Table, Verb
from careline.values.msisdn import Msisdn


class Kind(StrEnum):
    QUERY = "query"
    ORDER = "order"
    OTHER = "other"


SHARES = {Kind.QUERY: 70, Kind.ORDER: 20, Kind.OTHER: 10}
_WORDS = ("帮助", "查余额", "查流量", "hello", "取消来电显示", "0000", "?", "积分", "怎么查话费")
# Free text, never twice the same.
_ASKED = ("你好，我想问一下", "请问", "麻烦帮我看看", "在吗", "")
_ABOUT = ("话费怎么这么多", "上网流量还有没有", "那个套餐到期了吗", "昨天扣了钱", "卡丢了怎么办", "彩铃不好听想换掉")
_LONG = (
    "我上个月在营业厅办了一个套餐，当时说好每个月送流量的，可是这个月的账单上没有看到，话费还比以前多了{}块钱，"
    "请帮我查一下是怎么回事，办错了就帮我取消，谢谢。"
)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@dataclass(frozen=True, slots=True)
class Say:
    """One thing to say; `then` is said after the answer. `deeds` is how often the carrier may do something for it."""

    text: str
    kind: Kind
    deeds: int = 0
    then: str = ""


class Repertoire:
    """Everything that customers of one region and brand say."""

    def __init__(self, book: Book, region: str, brand: str, now: datetime) -> None:
        self._lots: dict[Kind, list[Say]] = {kind: [] for kind in Kind}
        seen: set[str] = set()
        for table in book.chain(region, brand, now.date()):
            for code in table.codes.values():
                for spelling in code.spelling.split("|"):
                    if spelling not in seen:
                        seen.add(spelling)
                        self._add(book, table, code, spelling, now)
        self._lots[Kind.OTHER] += [Say(text, Kind.OTHER) for text in _WORDS] + [
            Say("开通来电显示", Kind.OTHER, 1, "是"),
            Say("取消飞信", Kind.OTHER, 1, "是"),
            Say("开通飞信", Kind.OTHER, 1, "否"),
        ]
        self._codes = [spelling for spelling in seen if len(spelling) > 3 and spelling.isascii()] or ["CXYE"]
        for kind in (Kind.QUERY, Kind.ORDER):
            self._lots[kind] = self._lots[kind] or self._lots[Kind.OTHER]
        self.kinds, self.weights = list(SHARES), list(SHARES.values())

    def choose(self, chance: random.Random) -> Say:
        kind = chance.choices(self.kinds, self.weights)[0]
        if kind is Kind.OTHER and (which := chance.randrange(10)) < 5:
            if which < 2:
                return Say(mistyped(chance.choice(self._codes), chance), Kind.OTHER, 1)
            if which < 4:
                return Say(chance.choice(_ASKED) + chance.choice(_ABOUT) + str(chance.randrange(1000)), Kind.OTHER)
            return Say(_LONG.format(chance.randrange(10, 100)), Kind.OTHER)
        return chance.choice(self._lots[kind])

    def _add(self, book: Book, table: Table, code: Code, spelling: str, now: datetime) -> None:
        service = book.services.get(code.service)
        action = service.actions.get(code.verb) if service else None
        if action is None:
            return
        taken = [one for one in action.parameters if one.name in code.takes]
        if any(one.secret for one in taken):
            # Passwords are hashed slowly on purpose, and seldom sent: the code alone, which asks for them.
            self._lots[Kind.OTHER].append(Say(spelling, Kind.OTHER))
            return
        values = [f"{now:%Y%m}" if one.kind == "month" else one.example for one in taken if one.required]
        sign = "" if code.fused else table.separators[:1]
        text = sign.join([spelling, *values]) if sign else spelling + "".join(values)
        asked = code.ask_first or action.confirm is not Confirm.NEVER
        if code.verb in READS:
            self._lots[Kind.QUERY].append(Say(text, Kind.QUERY))
        elif code.verb in OPENS | {Verb.CANCEL} and not asked:
            self._lots[Kind.ORDER].append(Say(text, Kind.ORDER, 1))
        else:
            self._lots[Kind.OTHER].append(Say(text, Kind.OTHER, 1, "是" if asked else ""))


def mistyped(code: str, chance: random.Random) -> str:
    """The code with one letter left out, doubled, changed or swapped with the next."""
    at = chance.randrange(len(code) - 1)
    match chance.randrange(4):
        case 0:
            return code[:at] + code[at + 1 :]
        case 1:
            return code[: at + 1] + code[at:]
        case 2:
            return code[:at] + chance.choice(_LETTERS) + code[at + 1 :]
        case _:
            return code[:at] + code[at + 1] + code[at] + code[at + 2 :]


class Traffic:
    """An endless row of (number, what it says), each number once until all `lines` have spoken."""

    def __init__(self, book: Book, lines: int, seed: int) -> None:
        self._book = book
        self._lines = lines
        self._chance = random.Random(seed)
        # A walk through all lines that comes back to none: a step without a common divisor with their number.
        self._at = self._chance.randrange(lines)
        self._step = next(step for step in range(lines * 618 // 1000 or 1, 2 * lines) if gcd(step, lines) == 1)
        self._repertoires: dict[tuple[str, str], Repertoire] = {}
        self._now = datetime.now(UTC)

    def some(self, count: int) -> Iterator[tuple[str, Say]]:
        """The next so many; who they are is asked of the subscribers' table, 20,000 at a time."""
        while count > 0:
            numbers = self._numbers(min(count, 20_000))
            count -= len(numbers)
            facts = _facts(numbers)
            for number in numbers:
                if (fact := facts.get(number.digits)) is not None:
                    yield number.digits, self._repertoire(*fact).choose(self._chance)

    def _numbers(self, count: int) -> list[Msisdn]:
        from careline.demo.crowd import number_of

        numbers = []
        for _ in range(count):
            numbers.append(number_of(self._at))
            self._at = (self._at + self._step) % self._lines
        return numbers

    def _repertoire(self, region: str, brand: str) -> Repertoire:
        key = (region, brand)
        if key not in self._repertoires:
            self._repertoires[key] = Repertoire(self._book, region, brand, self._now)
        return self._repertoires[key]


def _facts(numbers: Sequence[Msisdn]) -> dict[str, tuple[str, str]]:
    from careline.postgres.sql import run

    rows = run(
        "SELECT msisdn, region, brand FROM identity_subscriber WHERE msisdn = ANY(%s::text[])",
        [[number.digits for number in numbers]],
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def kinds_of(said: Iterable[Say]) -> dict[str, int]:
    """How many of each kind."""
    counts = dict.fromkeys((kind.value for kind in Kind), 0)
    for one in said:
        counts[one.kind.value] += 1
    return counts
