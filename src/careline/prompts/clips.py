"""Clips: raw A-law files by what they say, so that every machine gives the same clip the same name."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from careline.prompts.sound import RATE


@dataclass(frozen=True, slots=True)
class Clip:
    """One file of speech or silence: raw A-law, 8 kHz."""

    id: str  # hexadecimal
    path: Path
    seconds: float

    @property
    def milliseconds(self) -> int:
        return round(self.seconds * 1000)


def synthesised(language: str, voice: str, text: str, *, slow: bool) -> str:
    """The id of what this voice makes of this text."""
    return hashlib.sha256("\n".join((language, voice, "slow" if slow else "plain", text)).encode()).hexdigest()


def recorded(alaw: bytes) -> str:
    """The id of a recording is that of its sound."""
    return hashlib.sha256(b"recorded\n" + alaw).hexdigest()


def quiet(milliseconds: int) -> str:
    return hashlib.sha256(f"silence {milliseconds}".encode()).hexdigest()


class Folder:
    """The clips of this machine: ab/abcd….al below one folder, written whole or not at all."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, clip: str) -> Path:
        return self.root / clip[:2] / f"{clip}.al"

    def find(self, clip: str) -> Clip | None:
        """The clip, where its file is here; an empty file is none."""
        path = self.path(clip)
        try:
            octets = path.stat().st_size
        except FileNotFoundError:
            return None
        return Clip(clip, path, octets / RATE) if octets else None

    def keep(self, clip: str, alaw: bytes) -> Clip:
        """Write the clip; several processes may do so at once, and none is seen half written."""
        assert alaw, "a clip holds sound"
        path = self.path(clip)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(alaw)
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return Clip(clip, path, len(alaw) / RATE)

    def drop(self, clip: str) -> None:
        self.path(clip).unlink(missing_ok=True)
