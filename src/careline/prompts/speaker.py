"""The speaker: any text in either language as clips, joined from what is rendered and recorded; silence is no answer.

What was never rendered is synthesised when it is first said, by a bounded pool and within a time limit. When that
fails, the customer hears a sentence that was made long before.
"""

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

from careline.prompts import clips as naming
from careline.prompts import sound, voices
from careline.prompts.clips import Clip, Folder
from careline.prompts.speaking import Kind, Phrases, Piece, pieces
from careline.prompts.voices import Voice, VoiceFails

PATIENCE_SECONDS = 4.0  # a caller waits so long for words that were never said before
POOL = 2  # texts synthesised at once
WAITING_MAX = 32  # texts that may wait for the pool
ANSWERS_KEPT = 4096  # whole answers whose clips are remembered
_EDGES_MS = (15, 45)  # silence left around a synthesised clip: fragments are joined closely
_REFERENCE = {
    "zh": "您好，您的话费余额是三十五元，查询请按一。",
    "en": "Hello, your balance is thirty-five yuan. Press one.",
}
_FALLBACKS = Path(__file__).with_name("fallbacks")

log = logging.getLogger(__name__)


class Known(NamedTuple):
    """One clip that a keeper has: what it says, and whether a person spoke it (then at any pace)."""

    id: str
    language: str
    slow: bool
    text: str
    recorded: bool
    milliseconds: int


class Keeper(Protocol):
    """Where clips are kept for all machines."""

    def known(self, voice: str) -> Iterable[Known] | None:
        """All clips of this voice and all recordings in use; None when nothing has changed since the last call."""

    def fetch(self, clip: str) -> bytes | None:
        """The A-law of a clip whose file is not on this machine."""

    def keep(self, clip: Known, voice: str, alaw: bytes, *, passing: bool) -> None:
        """Keep a new clip. `passing`: said once, belongs to no published text, may be forgotten."""


Index = Mapping[tuple[str, bool], Mapping[str, Known]]


class Speaker:
    """Thread-safe. Without a keeper it knows what lies in its folder, and what `learn` told it."""

    def __init__(
        self,
        folder: Path,
        voice: Voice | None = None,
        keeper: Keeper | None = None,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self.folder = Folder(Path(folder))
        self.voice = voice or voices.chosen()
        self._keeper = keeper
        self._patience_seconds = patience_seconds
        self._index: Index = {}
        self._phrases: dict[tuple[str, bool], Phrases] = {}
        self._learnt: dict[str, frozenset[str]] = {}
        self._answers: OrderedDict[tuple[str, str, bool], list[Clip]] = OrderedDict()
        self._under_way: dict[str, Future[Clip]] = {}
        self._gains: dict[tuple[str, bool], float] = {}
        self._lock = threading.Lock()
        self._measuring = threading.Lock()
        self._pool = ThreadPoolExecutor(POOL, thread_name_prefix="speaker")

    def clips(self, text: str, language: str, *, slow: bool = False) -> list[Clip]:
        """What is played for this text, in order. Never raises and never empty, unless there is nothing to say."""
        asked = (text, language, slow)
        with self._lock:
            if (kept := self._answers.get(asked)) is not None:
                self._answers.move_to_end(asked)
                return list(kept)
        cut = pieces(text, language, self._phrases.get((language, slow)) or self._phrases_of(language, slow))
        made = [self._find(piece, slow) for piece in cut]
        if any(clip is None for clip in made):
            made = self._make(cut, made, slow)
        whole = [clip for clip in made if clip is not None]
        if len(whole) < len(made):
            return [self.fallback(language)]
        with self._lock:
            self._answers[asked] = whole
            while len(self._answers) > ANSWERS_KEPT:
                self._answers.popitem(last=False)
        return list(whole)

    def wav(self, text: str, language: str, *, slow: bool = False) -> bytes:
        """The joined speech as a WAV file: 8 kHz, 16 bit, mono."""
        return sound.wav(b"".join(clip.path.read_bytes() for clip in self.clips(text, language, slow=slow)))

    def learn(self, texts: Mapping[str, Iterable[str]]) -> None:
        """Take these spoken texts, by language, for phrases, besides those that are rendered."""
        with self._lock:
            for language, said in texts.items():
                self._learnt[language] = self._learnt.get(language, frozenset()) | frozenset(said)
            self._phrases.clear()
            self._answers.clear()

    def refresh(self) -> bool:
        """Look what the keeper has now; True when something changed."""
        found = self._keeper.known(self.voice.name) if self._keeper else None
        if found is None:
            return False
        index: dict[tuple[str, bool], dict[str, Known]] = {}
        for one in sorted(found, key=lambda known: known.recorded):  # a person's voice comes before the machine's
            for slow in (False, True) if one.recorded else (one.slow,):
                index.setdefault((one.language, slow), {})[one.text] = one
        with self._lock:
            self._index = index
            self._phrases.clear()
            self._answers.clear()
        return True

    def render(self, text: str, language: str, *, slow: bool = False, passing: bool = False) -> Clip:
        """The clip of a spoken text as one piece, made now if it is not there. Raises VoiceFails."""
        piece = Piece(text, Kind.PHRASE, language)
        found = self._find(piece, slow)
        if found is None:
            found = self._speak(piece, slow)
            self._keep(found, piece, slow, passing)
        return found

    def known(self, text: str, language: str, *, slow: bool = False) -> Known | None:
        """What the keeper has for this spoken text, as of the last `refresh`."""
        return self._index.get((language, slow), {}).get(text)

    def has(self, text: str, language: str, *, slow: bool = False) -> bool:
        """Whether this spoken text is there as one clip, rendered or recorded."""
        if self._keeper is not None:
            return text in self._index.get((language, slow), {})
        return self._find(Piece(text, Kind.PHRASE, language), slow) is not None

    def milliseconds(self, text: str, language: str, *, slow: bool = False) -> int | None:
        """How long this text takes as calls hear it; None where a piece of it was never made. Nothing is made for it."""
        whole = 0
        for piece in pieces(text, language, self._phrases.get((language, slow)) or self._phrases_of(language, slow)):
            known = self.known(piece.say, piece.language, slow=slow)
            if known is None and piece.kind is not Kind.PAUSE:
                return None
            whole += known.milliseconds if known else piece.pause_ms or 100
        return whole

    def fallback(self, language: str) -> Clip:
        """What is said when nothing can be said; it comes with the program, so it is always there."""
        alaw = _fallback(language)
        clip = hashlib.sha256(alaw).hexdigest()
        return self.folder.find(clip) or self.folder.keep(clip, alaw)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _phrases_of(self, language: str, slow: bool) -> Phrases:
        known = Phrases(self._learnt.get(language, frozenset()) | self._index.get((language, slow), {}).keys())
        self._phrases[language, slow] = known
        return known

    def _find(self, piece: Piece, slow: bool) -> Clip | None:
        """The clip, where it is rendered: in this folder, or at the keeper's."""
        if piece.kind is Kind.PAUSE:
            pause = naming.quiet(piece.pause_ms)
            return self.folder.find(pause) or self.folder.keep(pause, sound.silence(piece.pause_ms or 100))
        known = self._index.get((piece.language, slow), {}).get(piece.say)
        clip = known.id if known else naming.synthesised(piece.language, self.voice.name, piece.say, slow=slow)
        if found := self.folder.find(clip):
            return found
        alaw = self._keeper.fetch(clip) if self._keeper and known else None
        return self.folder.keep(clip, alaw) if alaw else None

    def _make(self, cut: Sequence[Piece], found: Sequence[Clip | None], slow: bool) -> list[Clip | None]:
        """Synthesise what is missing, all at once, and wait no longer than the caller's patience.

        The pool only speaks: the keeper is asked by the thread of the caller, in its own transaction.
        """
        asked: dict[int, Future[Clip]] = {}
        with self._lock:
            for place, (piece, clip) in enumerate(zip(cut, found, strict=True)):
                if clip is None and len(self._under_way) < WAITING_MAX:
                    asked[place] = self._ask(piece, slow)
        wait(asked.values(), timeout=self._patience_seconds)
        made = list(found)
        for place, future in asked.items():
            if not future.done():
                log.warning("no voice within %.1f s", self._patience_seconds)
            elif error := future.exception():
                log.warning("no voice: %s", error)
            else:
                made[place] = clip = future.result()
                self._keep(clip, cut[place], slow, passing=cut[place].kind is Kind.WORDS)
        return made

    def _ask(self, piece: Piece, slow: bool) -> "Future[Clip]":
        """The making of this piece, shared by all who wait for the same; the lock is held."""
        clip = naming.synthesised(piece.language, self.voice.name, piece.say, slow=slow)
        under_way = self._under_way.get(clip)
        if under_way is None:
            under_way = self._under_way[clip] = self._pool.submit(self._speak, piece, slow)
            under_way.add_done_callback(lambda _done: self._under_way.pop(clip, None))
        return under_way

    def _speak(self, piece: Piece, slow: bool) -> Clip:
        clip = naming.synthesised(piece.language, self.voice.name, piece.say, slow=slow)
        if found := self.folder.find(clip):  # another caller asked for the same a moment ago
            return found
        said = self.voice.speak(piece.say, piece.language, slow=slow)
        gain = self._gain(piece.language, slow)
        alaw = said.at_rate(sound.RATE).trimmed(*_EDGES_MS).by(gain).below().alaw()
        if not alaw:
            raise VoiceFails("the voice gave no sound")
        return self.folder.keep(clip, alaw)

    def _keep(self, clip: Clip, piece: Piece, slow: bool, passing: bool) -> None:
        if self._keeper:
            known = Known(clip.id, piece.language, slow, piece.say, False, clip.milliseconds)
            self._keeper.keep(known, self.voice.name, clip.path.read_bytes(), passing=passing)

    def _gain(self, language: str, slow: bool) -> float:
        """One gain for a voice, measured on a sentence: fragments keep their loudness relative to each other."""
        with self._measuring:
            if (gain := self._gains.get((language, slow))) is None:
                spoken = self.voice.speak(_REFERENCE[language], language, slow=slow).at_rate(sound.RATE)
                gain = self._gains[language, slow] = sound.LOUDNESS_LUFS - spoken.loudness()
            return gain


@cache
def _fallback(language: str) -> bytes:
    return (_FALLBACKS / ("en.al" if language == "en" else "zh.al")).read_bytes()
