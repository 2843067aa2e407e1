"""The plan: every probe that the published book asks for, those written by hand, and what all of them cover."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from careline.catalogue import error_prompts
from careline.catalogue.channel_abilities import abilities
from careline.dialogue.book import OPENS, Book, Verb
from careline.dialogue.saying import local
from careline.probes import files, leaving_out
from careline.probes.deriving import calls, errors, mistakes, rehearsal, texts, wishes
from careline.probes.probe import Gap, Probe
from careline.values.language import LANGUAGES, Text

CHANNELS = ("voice", "sms", "ussd", "web", "app")


@dataclass(frozen=True, slots=True)
class Plan:
    """All probes of a version, what must be covered, and what none of them covers."""

    version: int
    probes: tuple[Probe, ...]
    wanted: tuple[str, ...]  # tokens: node:, deed:, error:, channel:
    gaps: tuple[Gap, ...]
    left_out: tuple[tuple[str, Text], ...] = ()  # tokens that nobody tries on purpose, and why; not among the wanted

    @property
    def covered(self) -> int:
        return len(self.wanted) - len(self.gaps)

    def by_kind(self) -> Mapping[str, tuple[int, int]]:
        """Kind of token -> (covered, wanted)."""
        missing = {gap.token for gap in self.gaps}
        kinds: dict[str, tuple[int, int]] = {}
        for token in self.wanted:
            kind = token.split(":", 1)[0]
            done, of = kinds.get(kind, (0, 0))
            kinds[kind] = (done + (token not in missing), of + 1)
        return kinds

    def tested(self, tokens: Iterable[str]) -> Mapping[str, tuple[int, int]]:
        """The same for what passed: kind -> (passed, wanted)."""
        passed = set(tokens)
        kinds: dict[str, tuple[int, int]] = {}
        for token in self.wanted:
            kind = token.split(":", 1)[0]
            done, of = kinds.get(kind, (0, 0))
            kinds[kind] = (done + (token in passed), of + 1)
        return kinds

    def left_by_kind(self) -> Mapping[str, int]:
        """Kind of token -> how many are left out on purpose."""
        return Counter(token.split(":", 1)[0] for token, _why in self.left_out)


def plan(book: Book, now: datetime, written: Sequence[Probe] | None = None) -> Plan:
    """Derived anew for a version and a day; hand-written probes of the packs are added to it."""
    made = _of(book, now) + tuple(files.packed(book) if written is None else written)
    covers = {token for probe in made for token in probe.covers}
    listed = leaving_out.left_out()
    every = {token: leaving_out.why(token, listed) for token in tokens(book, now)}
    wanted = tuple(token for token, because in every.items() if because is None)
    gaps = tuple(Gap(token, why(book, token)) for token in wanted if token not in covers)
    left_out = tuple((token, because) for token, because in every.items() if because is not None)
    return Plan(book.version, made, wanted, gaps, left_out)


_last: tuple[Book, object, tuple[Probe, ...]] | None = None


def _of(book: Book, now: datetime) -> tuple[Probe, ...]:
    """Worked out once for a version and a day: it takes seconds."""
    global _last
    day = local(now).date()  # on which codes begin and end
    if _last is None or _last[0] is not book or _last[1] != day:
        with rehearsal.remembering():
            made = (
                *calls.derive(book, now),
                *calls.derive(book, now, "ussd"),
                *errors.derive(book, now),
                *texts.derive(book, now),
                *wishes.derive(book, now),
            )
        _last = (book, day, made)
    return _last[2]


def tokens(book: Book, now: datetime) -> list[str]:
    """Everything that ought to be tried: nodes that callers hear, actions, errors that can happen, channels."""
    found = dict.fromkeys(name for name in calls.all_ways(book, now) if name.startswith("node:"))
    for service in book.services.values():
        for verb, action in service.actions.items():
            if verb is Verb.HELP or (action.closed and verb in OPENS):
                continue
            found[f"deed:{service.id}:{verb.value}"] = None
    found |= dict.fromkeys(_errors(book))
    found |= dict.fromkeys(f"channel:{name}" for name in CHANNELS)
    for row in abilities(book):
        for channel, ability in row.by_channel.items():
            if ability.can and row.verb is not Verb.HELP:
                found[f"{channel}:{row.service.id}:{row.verb.value}"] = None
    found |= dict.fromkeys(wishes.wanted(book, now))
    return list(found)


def _errors(book: Book) -> Iterator[str]:
    """Each error where it can be told, in each language; who has no line of ours is told in the first alone."""
    told = {
        "voice": [one.kind for one in error_prompts.prompts(book)],
        "sms": error_prompts.by_text(book),
        "app": error_prompts.on_pages(book),
    }
    for channel, kinds in told.items():
        for language in LANGUAGES:
            own = "" if language == LANGUAGES[0] else f"@{language}"
            yield from (f"{mistakes.TOKENS[channel]}:{kind}{own}" for kind in kinds if not (own and kind == "stranger"))


def why(book: Book, token: str) -> str:
    """Why nothing covers it, as far as the book tells."""
    kind, _, rest = token.partition(":")
    if kind == "deed" or kind in CHANNELS:
        service = book.services[rest.rsplit(":", 1)[0]]
        if calls.makes_work(service, Verb(rest.rsplit(":", 1)[1])):
            return "people would have to deal with what a pretend customer says"
        return "nothing that a pretend customer may say leads to it: it asks for a value that only its customer knows"
    if kind.startswith("error"):
        return errors.why(rest)
    return "no vantage point reaches it" if kind == "channel" else "no caller is led there"
