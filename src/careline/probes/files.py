"""Probes written by hand, one TOML file each: packs/common/probes for our own lines, any folder for somebody else's.

id = "their-balance"
channel = "voice"                # voice, sms, ussd, web, app
name = { zh = "...", en = "..." }
region = "haitang"
brand = "easyown"
covers = ["deed:balance:query"]

[[steps]]
do = "dial"                      # dial, press, send, wait, hang_up; sign_in, open, pick, answer on pages and in apps
hear = "voice.talk.greeting"     # a key of the words; or
# words = ["余额"]                 what must be read in a text; or, in calls, said (each of these; a prompt of which
#                                there is no recording; the runner needs the extra `speech`); or
# files = ["welcome.wav"]          recordings, for somebody else's lines; or
# text = "..."                     the whole text
within_seconds = 8
whole = true
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from careline.dialogue.book import Book
from careline.probes.deriving.rehearsal import template
from careline.probes.listening import words
from careline.probes.probe import Probe, Step, Wanted
from careline.probes.refusing import Unusable
from careline.values.language import Text

DOES = frozenset({"dial", "press", "send", "wait", "hang_up", "sign_in", "open", "pick", "answer"})
PHRASES_MAX = 20  # of one step
CHANNELS = frozenset({"voice", "sms", "ussd", "web", "app"})
_STEP = {"do", "what", "hear", "words", "files", "text", "within_seconds", "whole"}
_PROBE = {
    "id",
    "channel",
    "name",
    "region",
    "brand",
    "language",
    "senior",
    "service",
    "verb",
    "covers",
    "person",
    "steps",
}


class ProbeError(Unusable):
    """A file is no probe."""


def packed(book: Book) -> list[Probe]:
    """Those of the packs."""
    return read_folder(Path(settings.PACKS) / "common" / "probes", book.version)


def read_folder(folder: Path, version: int = 0) -> list[Probe]:
    """Every probe of a folder, by file name. Raises ProbeError."""
    return [read(path, version) for path in sorted(folder.glob("*.toml"))]


def read(path: Path, version: int = 0) -> Probe:
    """Raises ProbeError."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProbeError(f"{path.name} 读不懂：{error}", f"{path.name} cannot be read: {error}") from error
    if unknown := written.keys() - _PROBE:
        names = ", ".join(sorted(unknown))
        raise ProbeError(f"{path.name}：没有这样的项：{names}", f"{path.name}: there is no such setting: {names}")
    channel, name, steps = written.get("channel", "voice"), written.get("name", {}), written.get("steps", [])
    if channel not in CHANNELS:
        names = ", ".join(sorted(CHANNELS))
        raise ProbeError(f"{path.name}：channel 只能是 {names}", f"{path.name}: the channel is one of {names}")
    if not isinstance(name, dict) or not isinstance(steps, list) or not steps:
        raise ProbeError(
            f"{path.name}：拨测要有中英文名称（name）和步骤（steps）",
            f"{path.name}: a probe has a name in two languages, and steps",
        )
    identity = str(written.get("id") or path.stem)
    if len(identity) > 120:
        raise ProbeError(f"{path.name}：id 最多 120 个字符", f"{path.name}: an id has at most 120 characters")
    return Probe(
        f"{channel}/written/{identity}", Text(str(name.get("zh", identity)), str(name.get("en", identity))), channel,
        tuple(_step(path, one, channel) for one in steps), region=str(written.get("region", "")), brand=str(written.get("brand", "")),
        language=str(written.get("language", "zh")), senior=bool(written.get("senior", False)),
        service=str(written.get("service", "")), verb=str(written.get("verb", "")),
        covers=tuple(map(str, written.get("covers", ()))), person=bool(written.get("person", False)), source=path.name,
        version=version,
    )  # fmt: skip


def check(probe: Probe, book: Book) -> None:
    """Whether the published book knows what the probe names. Raises ProbeError."""
    for kind, name, known in (("region", probe.region, book.regions), ("brand", probe.brand, book.brands)):
        if name and name not in known:
            raise ProbeError(
                f"{probe.source}：目录里没有 {kind} = {name}", f"{probe.source}: the catalogue has no {kind} {name}"
            )
    for step in probe.steps:
        if unknown := [key for key in step.wanted.keys if template(book, key) is None]:
            raise ProbeError(
                f"{probe.source}：没有 {unknown[0]} 这条用语", f"{probe.source}: there is no text {unknown[0]}"
            )


def _step(path: Path, written: Any, channel: str) -> Step:
    if not isinstance(written, dict) or written.get("do") not in DOES:
        names = ", ".join(sorted(DOES))
        raise ProbeError(f"{path.name}：每一步的 do 只能是 {names}", f"{path.name}: each step does one of {names}")
    if unknown := written.keys() - _STEP:
        names = ", ".join(sorted(unknown))
        raise ProbeError(f"{path.name}：步骤里没有这样的项：{names}", f"{path.name}: a step knows no {names}")
    hear = written.get("hear", [])
    wanted = Wanted(
        text=str(written.get("text", "")),
        keys=(hear,) if isinstance(hear, str) else tuple(map(str, hear)),
        words=tuple(map(str, written.get("words", ()))),
        files=tuple(map(str, written.get("files", ()))),
    )
    if channel == "voice":
        _sayable(path, wanted.words)
    within = written.get("within_seconds", 12.0)
    if not isinstance(within, int | float) or not 0 < within <= 120:
        raise ProbeError(
            f"{path.name}：within_seconds 要大于 0，最大 120",
            f"{path.name}: within_seconds is more than 0 and at most 120",
        )
    return Step(
        str(written["do"]),
        str(written.get("what", "")),
        wanted,
        within_seconds=float(within),
        whole=bool(written.get("whole", True)),
    )


def _sayable(path: Path, expected: Sequence[str]) -> None:
    """Words that are to be heard must be such as are said. Raises ProbeError."""
    for one in expected:
        if len(one) > words.WORDS_MAX:
            raise ProbeError(
                f"{path.name}：要听到的词（words）每句最多 {words.WORDS_MAX} 个字符",
                f"{path.name}: words that are to be heard have at most {words.WORDS_MAX} characters each",
            )
        if not words.units(one, "zh"):
            raise ProbeError(
                f"{path.name}：要听到的词（words）里有念不出来的：{one!r}",
                f"{path.name}: nobody can say this of its words: {one!r}",
            )
    if len(expected) > PHRASES_MAX:
        raise ProbeError(
            f"{path.name}：一步最多听 {PHRASES_MAX} 句（words）",
            f"{path.name}: a step hears at most {PHRASES_MAX} words",
        )
