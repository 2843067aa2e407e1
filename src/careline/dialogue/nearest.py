"""The likeliest meanings of a message that nothing understood; only ever proposed, with numbers to reply."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from rapidfuzz.distance import OSA

from careline.dialogue.book import Verb
from careline.dialogue.lexicon import Chain
from careline.dialogue.meaning import Option, option_of
from careline.dialogue.names import bits, initials, sound
from careline.dialogue.phrases import WISHES, Wish
from careline.dialogue.utterance import loose

_LONGEST = 40  # longer texts are questions, not slips
_NEAR_SOUND = 0.72
_NEAR_NAME = 0.5
_ROWS = ("1234567890", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")
_NEIGHBOURS = frozenset(
    pair for row in _ROWS for left, right in pairwise(row) for pair in ((left, right), (right, left))
) | frozenset((("O", "0"), ("0", "O"), ("I", "1"), ("1", "I"), ("L", "1"), ("1", "L")))
# The letters that mnemonic codes begin with, and what they wish (conflicts of the tables themselves stay with the tables).
_LETTERS = {"KT": "subscribe", "BL": "subscribe", "DZ": "subscribe", "QX": "cancel", "CX": "query", "JS": "describe"}


def nearest(chain: Chain, text: str, wishes: list[Wish], most: int) -> tuple[Option, ...]:
    """At most `most` options, nearest first; `text` is normalised."""
    if len(text) > _LONGEST:
        return ()
    scored: dict[tuple[str, str, str], tuple[float, Option]] = {}
    for distance, option in (*_by_spelling(chain, text), *_by_sound(chain, text, wishes)):
        key = (option.get("node", ""), option.get("service", ""), option.get("verb", "") + option.get("tier", ""))
        if key not in scored or distance < scored[key][0]:
            scored[key] = (distance, option)
    return tuple(option for _, option in sorted(scored.values(), key=lambda pair: pair[0])[:most])


def distance(left: str, right: str, limit: float) -> float:
    """Edits between two spellings; neighbours on the keyboard count half, two letters swapped count one.

    Gives up above `limit`.
    """
    # Letters too many or too few cost one each and no other edit less than a half: what is further need not be weighed.
    longer = abs(len(left) - len(right))
    edits = int(2 * limit) - longer
    if edits < longer or OSA.distance(left, right, score_cutoff=edits) > edits:
        return limit + 1
    before: list[float] = []
    row = [float(index) for index in range(len(right) + 1)]
    for i, a in enumerate(left, 1):
        previous, row = row, [float(i)]
        for j, b in enumerate(right, 1):
            change = 0.0 if a == b else 0.5 if (a, b) in _NEIGHBOURS else 1.0
            best = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + change)
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        if min(row) > limit:
            return limit + 1
        before = previous
    return row[-1]


def _by_spelling(chain: Chain, text: str) -> Iterator[tuple[float, Option]]:
    head = (
        text.split("#", maxsplit=1)[0].split("*", maxsplit=1)[0].split("+", maxsplit=1)[0].replace(" ", "")
        if not text.isalnum()
        else text
    )
    for written in dict.fromkeys((text, head)):
        limit = 1.0 if len(written) <= 4 else 2.0
        if len(written) < 2:
            continue
        own = bits(written)
        for spelling, its, entry in chain.spellings:
            if (own ^ its).bit_count() > 2 * limit:
                continue
            edits = distance(written, spelling, limit)
            if edits <= limit:
                yield edits / max(len(spelling), 2) + (0.02 if spelling[:1] != written[:1] else 0.0), option_of(entry)


def _by_sound(chain: Chain, text: str, wishes: list[Wish]) -> Iterator[tuple[float, Option]]:
    """Names that sound alike, that the letters abbreviate, or that share characters."""
    seen: set[str] = set()
    offered: set[str] = set()  # a service that a verb was said with is not offered without one, too
    for wish in wishes[:4]:
        offered_before = frozenset(offered)
        name = loose(wish.name)
        if name in seen or len(name) < 2:
            continue
        seen.add(name)
        for alike, service in chain.names.sounding(sound(name), _NEAR_SOUND):
            if service not in offered_before:
                offered.add(service)
                yield 1.05 - alike, _option(chain, service, wish.wish)
        # Characters say much of a Chinese name; letters say nothing of an English one.
        characters = set(name)
        for both, known, service in () if name.isascii() else chain.names.sharing(characters):
            if both < _NEAR_NAME * len(characters):
                continue
            shared = both / len(characters.union(known))
            if shared >= _NEAR_NAME and service not in offered_before:
                offered.add(service)
                yield 1.0 - shared, _option(chain, service, wish.wish)
    if text.isascii() and text.isalpha() and len(text) >= 3:
        letters, rest = _LETTERS.get(text[:2], ""), text[2:]
        for _, short, service in chain.names.sounds:
            if len(short) >= 3 and short == text:
                yield 0.1, _option(chain, service, "")
            elif letters and len(rest) >= 2 and short == rest:
                yield 0.05, _option(chain, service, letters)
            elif letters and len(rest) >= 3 and -1 <= len(rest) - len(short) <= 1 and distance(rest, short, 1.0) <= 1.0:
                yield 0.25, _option(chain, service, letters)
    elif not text.isascii():
        short = initials(loose(text))
        entry = chain.exact.get(short)
        if len(short) >= 3 and entry is not None:
            yield 0.3, option_of(entry)


def _option(chain: Chain, service: str, wish: str) -> Option:
    """The wished action of a service; what it can best do where that is not known or not offered."""
    actions = chain.services[service].actions
    wished: Iterable[Verb] = WISHES[wish][0] if wish in WISHES else ()
    for verb in (*wished, Verb.DESCRIBE, Verb.QUERY, Verb.STATUS, *actions):
        if verb in actions:
            break
    entry = chain.local(service, verb)
    if entry is not None and not entry.code.fixed.get("tier"):
        return {**option_of(entry), "service": service, "verb": verb.value}
    return {"service": service, "verb": verb.value}
