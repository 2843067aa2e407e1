"""All advice as one list, by what it is worth: seconds of customers' time a day, and failures that it would avoid."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from careline.advice import telling
from careline.advice.announced import Announced
from careline.advice.audio import Audited
from careline.advice.comprehension import Asked, Share
from careline.advice.coverage import Coverage
from careline.advice.jargon import Jargon
from careline.advice.orders import Advice
from careline.advice.signals import Signal
from careline.values.language import Text

# A failed attempt is tried again or taken to a person: a greeting, two menus and the talk, of which we know no shorter.
FAILURE_SECONDS = 120
UNTOUCHED_MAX = 10  # of a menu, those that cost most; all of them stand on its own page
# Of what one caller in ten wants, thirty who hear it leave nothing chosen once in twenty-four times: fewer say nothing.
OFFERED_LEAST = 30


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of advice. `key` is what verdicts know it by; `where` and `at` name the page and the place that mend it."""

    key: str
    kind: str  # swap, lift, untouched, signal, announced, error, unheard, understood, jargon, audio
    title: Text
    why: Text
    change: Text
    seconds_a_day: float
    failures_a_day: float
    applies: bool  # it can be drafted
    where: str  # node, prompt, words, audio, probe, texts
    at: tuple[str, ...] = ()

    @property
    def worth(self) -> float:
        """Seconds a day, with what failures cost: what the list is ordered by."""
        return self.seconds_a_day + FAILURE_SECONDS * self.failures_a_day


@dataclass(frozen=True, slots=True)
class Found:
    """What the list is made of; `failures` are applications that failed in the time, by cause."""

    days: int
    orders: Sequence[Advice] = ()
    signals: Sequence[tuple[str, Signal]] = ()  # with the menu
    announced: Sequence[Announced] = ()
    coverage: Coverage | None = None
    understood: Share = Share(0, 0)
    texts: Sequence[Asked] = ()
    jargon: Sequence[Jargon] = ()
    audited: Audited | None = None
    failures: Mapping[str, int] | None = None


def items(found: Found, now: datetime) -> list[Item]:
    """The worthiest first; ties by key. Verdicts are not looked at here."""
    made = [
        *_orders(found), *_signals(found), *_announced(found, now), *_errors(found), *_understood(found), *_jargon(found),
        *_audio(found),
    ]  # fmt: skip
    return sorted(made, key=lambda one: (-one.worth, one.kind, one.key))


def _orders(found: Found) -> Iterator[Item]:
    for advice in found.orders:
        for move in advice.moves:
            yield Item(
                move.key, move.kind.value, telling.title_of_move(advice, move), telling.why_of_move(advice, move),
                telling.change_of_move(move), advice.a_day(move.seconds), 0.0, True, "node",
                (advice.menu.id, move.change.node),
            )  # fmt: skip
        for one in [one for one in advice.untouched if one.offered >= OFFERED_LEAST][:UNTOUCHED_MAX]:
            key = f"untouched:{advice.menu.id}:{one.node}:{one.place.replace(':', '.')}"
            why, change = telling.why_untouched(advice, one), telling.change_untouched(one)
            title = telling.title_untouched(advice, one)
            yield Item(
                key, "untouched", title, why, change, one.seconds_a_day, 0.0, False, "node", (advice.menu.id, one.node)
            )


def _signals(found: Found) -> Iterator[Item]:
    for menu, one in found.signals:
        if one.many:
            yield Item(
                f"signal:{menu}:{one.node}", "signal", telling.title_of_signal(one), telling.why_of_signal(one),
                telling.CHANGE_SIGNAL, one.seconds_a_day, 0.0, False, "node", (menu, one.node),
            )  # fmt: skip


def _announced(found: Found, now: datetime) -> Iterator[Item]:
    for one in found.announced:
        if one.until <= now:
            yield Item(
                f"announced:{one.menu}:{one.node}", "announced", telling.title_announced(one), telling.why_announced(one),
                telling.CHANGE_ANNOUNCED, one.seconds_a_day, 0.0, True, "node", (one.menu, one.node),
            )  # fmt: skip


def _errors(found: Found) -> Iterator[Item]:
    for row in found.coverage.rows if found.coverage else ():
        prompt = row.prompt
        a_day = row.happened / found.days
        at = (f"voice.{prompt.key}",)
        if not prompt.sound:
            why = telling.why_unsound(row, found.days)
            title, change = telling.title_unsound(row), telling.CHANGE_ERROR
            yield Item(f"error:{prompt.kind}", "error", title, why, change, 0.0, a_day, False, "prompt", at)
        elif row.failing is not None:
            why, title = telling.why_failing(row), telling.title_failing(row)
            yield Item(f"error:{prompt.kind}", "error", title, why, telling.CHANGE_FAILING, 0.0, a_day, False, "probe")


def _understood(found: Found) -> Iterator[Item]:
    guidance = (found.failures or {}).get("guidance", 0) / found.days
    if found.understood.met is False:
        why = telling.why_understood(found.understood)
        yield Item(
            "understood",
            "understood",
            telling.TITLE_UNDERSTOOD,
            why,
            telling.CHANGE_UNDERSTOOD,
            0.0,
            guidance,
            False,
            "texts",
        )
    for text in found.texts:
        if text.told.met is False and text.text is not None:
            key = f"understood:{text.language}:{text.key}"
            title, why = telling.title_of_text(text), telling.why_understood(text.told)
            yield Item(key, "understood", title, why, telling.CHANGE_UNDERSTOOD, 0.0, 0.0, False, "prompt", (text.key,))


def _jargon(found: Found) -> Iterator[Item]:
    for one in found.jargon:
        yield Item(
            f"jargon:{one.key}", "jargon", telling.title_of_jargon(one), telling.why_jargon(one), one.suggested, 0.0, 0.0,
            one.can_be_drafted, "prompt", (one.key,),
        )  # fmt: skip


def _audio(found: Found) -> Iterator[Item]:
    audited = found.audited
    if audited is None:
        yield Item(
            "audio", "audio", telling.TITLE_AUDIO, telling.NO_AUDIT, telling.CHANGE_AUDIO, 0.0, 0.0, False, "audio"
        )
    elif not audited.fine:
        why = telling.why_audio(audited)
        yield Item(
            "audio", "audio", telling.TITLE_AUDIO, why, telling.change_audio(audited.standard), 0.0, 0.0, False, "audio"
        )
