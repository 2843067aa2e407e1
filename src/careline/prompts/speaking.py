"""From a written text to what is said, and from what is said to the pieces that calls join.

`spoken("话费12.50元/月", "zh")` is 话费每月十二元五角. `pieces` cuts the same into known phrases (by longest match),
fragments of numbers, pauses, and what is left to be synthesised as a run of words.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from careline.prompts import speaking_chinese, speaking_english
from careline.prompts.tokens import Bit

LONGEST = 4_000  # characters of one text; nobody listens to more, and nothing hostile takes longer


class Kind(StrEnum):
    PHRASE = "phrase"  # known beforehand: rendered or recorded as a whole
    NUMBER = "number"  # a fragment of a number, amount, date or unit
    WORDS = "words"  # not known: synthesised when it is first said
    PAUSE = "pause"


class Piece(NamedTuple):
    """One clip's worth of speech. The pieces' texts, joined, are the spoken text; `say` is what its clip holds."""

    text: str
    kind: Kind
    language: str

    @property
    def say(self) -> str:
        return _edges(self.text)

    @property
    def pause_ms(self) -> int:
        """How long a pause is: a full stop longer than a comma, by its longest sign."""
        return max((_PAUSES.get(sign, 0) for sign in self.text), default=0)


# Milliseconds; a comma is a breath, a full stop lets one press a key.
_PAUSES = dict.fromkeys("，,、", 180) | dict.fromkeys("：:；;", 250) | dict.fromkeys("。.！!？?\n", 400)
_STOPS = re.compile(r"(?:[，。！？；：、\n,;:!?]|\.(?!\d))(?:[，。！？；：、\s,;:!?]|\.(?!\d))*")
_FOREIGN = {
    "zh": re.compile(r"[A-Za-z](?:[A-Za-z' ]*[A-Za-z])?"),
    "en": re.compile(r"[㐀-鿿](?:[㐀-鿿，、]*[㐀-鿿])?"),
}
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_UNSAYABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff\ue000-\uf8ff]")


class Phrases:
    """The texts that are known as a whole in one language, to be found at a place of a text by longest match."""

    def __init__(self, texts: Collection[str] = ()) -> None:
        self._lengths: dict[str, tuple[int, ...]] = {}
        self._texts: frozenset[str] = frozenset(texts)
        lengths: dict[str, set[int]] = {}
        for text in texts:
            lengths.setdefault(text[:2], set()).add(len(text))
        self._lengths = {start: tuple(sorted(many, reverse=True)) for start, many in lengths.items()}

    def __contains__(self, text: str) -> bool:
        return text in self._texts

    def __len__(self) -> int:
        return len(self._texts)

    def at(self, text: str, place: int) -> Iterator[int]:
        """The ends of known phrases that begin at `place`, longest first. One character alone is no phrase."""
        for length in self._lengths.get(text[place : place + 2], ()):
            if length > 1 and text[place : place + length] in self._texts:
                yield place + length


NO_PHRASES = Phrases()


def spoken(text: str, language: str) -> str:
    """What is said for this text: numbers, amounts, dates, units and signs in words. At most LONGEST characters of it."""
    return "".join(bit.text for bit in _bits(text, language))


def pieces(text: str, language: str, known: Phrases = NO_PHRASES) -> list[Piece]:
    """The written text as pieces in the order they are said; joined, their texts are `spoken(text, language)`."""
    bits = _bits(text, language)
    whole = "".join(bit.text for bit in bits)
    bare = _edges(whole)
    if bare and bare in known:  # the commonest: the whole text is one recording
        start = whole.index(bare)
        return _joined(
            [
                *_pause(whole[:start], language),
                Piece(bare, Kind.PHRASE, language),
                *_pause(whole[start + len(bare) :], language),
            ]
        )
    return _joined(_cut(whole, bits, language, known))


def parts(template: str, language: str) -> list[str]:
    """The fixed stretches of a template between its placeholders, as said: what is rendered beforehand of it."""
    said = []
    for part in re.split(r"\{[^{}]*\}", template):
        bare = _edges(spoken(part, language))
        if len(bare) > 1:
            said.append(bare)
    return said


def _bits(text: str, language: str) -> list[Bit]:
    plain = _UNSAYABLE.sub("", text[:LONGEST].translate(_WIDE)).strip()
    normaliser = speaking_english.NORMALISER if language == "en" else speaking_chinese.NORMALISER
    return normaliser.bits(plain)


def _edges(text: str) -> str:
    return text.strip(" \t\n，。！？；：、,;:!?.·")


def _cut(whole: str, bits: Sequence[Bit], language: str, known: Phrases) -> Iterator[Piece]:
    """Walk along the text: a known phrase, else a fragment that begins here, else one more sign of a run of words."""
    fragments, ends = _spans(bits)
    place = begun = 0
    while place < len(whole):
        end = next(
            (end for end in known.at(whole, place) if end in ends and _at_word(whole, place, end, language)), None
        )
        kind = Kind.PHRASE
        if end is None and place in fragments:
            end, kind = fragments[place], Kind.NUMBER
        if end is None:
            place += 1
            continue
        yield from _run(whole[begun:place], language)
        if not _edges(whole[place:end]):
            kind = Kind.PAUSE
        yield Piece(whole[place:end], kind, language)
        place = begun = end
    yield from _run(whole[begun:], language)


def _spans(bits: Sequence[Bit]) -> tuple[dict[int, int], set[int]]:
    """Where fragments begin and end; and every place that lies inside no fragment, where a phrase may end."""
    fragments: dict[int, int] = {}
    ends: set[int] = set()
    place = 0
    for bit in bits:
        after = place + len(bit.text)
        if bit.fixed:
            fragments[place] = after
            ends |= {after, place + len(bit.text.rstrip())}
        else:
            ends |= set(range(place, after + 1))
        place = after
    return fragments, ends


def _at_word(whole: str, start: int, end: int, language: str) -> bool:
    """Whether a phrase stands alone; Chinese has no spaces to go by, letters must not be torn from their word."""
    torn_before = start > 0 and _latin(whole[start - 1]) and _latin(whole[start])
    return not torn_before and not (end < len(whole) and _latin(whole[end - 1]) and _latin(whole[end]))


def _latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _run(text: str, language: str) -> Iterator[Piece]:
    """Words that nobody knew beforehand, parted at pauses and where the other language begins."""
    last = 0
    for stop in _STOPS.finditer(text):
        yield from _by_script(text[last : stop.start()], language)
        yield Piece(stop[0], Kind.PAUSE, language)
        last = stop.end()
    yield from _by_script(text[last:], language)


def _by_script(text: str, language: str) -> Iterator[Piece]:
    other = "zh" if language == "en" else "en"
    last = 0
    for foreign in _FOREIGN[language].finditer(text):
        if text[last : foreign.start()]:
            yield Piece(text[last : foreign.start()], Kind.WORDS, language)
        yield Piece(foreign[0], Kind.WORDS, other)
        last = foreign.end()
    if text[last:]:
        yield Piece(text[last:], Kind.WORDS, language)


def _pause(text: str, language: str) -> list[Piece]:
    return [Piece(text, Kind.PAUSE, language)] if text else []


def _joined(cut: Iterator[Piece] | list[Piece]) -> list[Piece]:
    """Neighbouring pauses become one; what cannot be said alone (a space, a stray sign) goes to the piece before it."""
    said: list[Piece] = []
    for piece in cut:
        silent = piece.kind is Kind.PAUSE or not any(sign.isalnum() for sign in piece.text)
        if silent and said and (said[-1].kind is Kind.PAUSE or not _PAUSES.keys() & set(piece.text)):
            said[-1] = said[-1]._replace(text=said[-1].text + piece.text)
        else:
            said.append(piece._replace(kind=Kind.PAUSE) if silent else piece)
    return said
