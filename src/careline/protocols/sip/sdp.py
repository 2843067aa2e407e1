"""Session descriptions (RFC 8866) and the offer/answer model (RFC 3264) for one G.711 stream with telephone events."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from typing import Final, Literal, cast

from careline.protocols.sip.malformed import Malformed

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
Codec = Literal["PCMA", "PCMU"]

# RFC 3551: the payload types that need no rtpmap.
PAYLOADS: Final[dict[Codec, int]] = {"PCMU": 0, "PCMA": 8}
_DIRECTIONS: Final = frozenset(("sendrecv", "sendonly", "recvonly", "inactive"))
# RFC 3264 §6.1: what the answer to a direction is.
_REVERSED: Final[dict[Direction, Direction]] = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}
LINES_MAX: Final = 512
MEDIA_MAX: Final = 16
PTIME_MS: Final = 20
_DYNAMIC: Final = re.compile(r"9[6-9]|1[01][0-9]|12[0-7]", re.ASCII)  # RFC 3551 §3: 96 to 127, and nothing else


class NothingFits(Exception):
    """No media stream of an offer can be served: 488."""


@dataclass(slots=True)
class Media:
    """One m-line with what belongs to it; `host` falls back to that of the session."""

    kind: str
    port: int
    proto: str
    formats: list[str]
    host: str = ""
    attributes: list[tuple[str, str]] = field(default_factory=list)

    def attribute(self, name: str) -> str | None:
        """The value of its first attribute of that name, "" when it has none."""
        return next((value for key, value in self.attributes if key == name), None)


@dataclass(slots=True)
class Description:
    """A parsed session description."""

    host: str
    attributes: list[tuple[str, str]]
    media: list[Media]


@dataclass(frozen=True, slots=True)
class Agreed:
    """What both sides will do. `remote` None: the peer wants nothing sent. `direction` is ours."""

    remote: tuple[str, int] | None
    codec: Codec
    event_type: int | None
    direction: Direction
    ptime: int = PTIME_MS

    @property
    def held(self) -> bool:
        """Whether the peer does not hear us now."""
        return self.remote is None or self.direction in ("recvonly", "inactive")


def parse(body: bytes) -> Description:
    """A session description; raises Malformed(488). Lines that nobody here asks for are skipped."""
    text = body.decode("utf-8", "replace")
    lines = text.splitlines()
    if len(lines) > LINES_MAX or not text.startswith("v=0"):
        raise Malformed(488, "Bad Session Description")
    description = Description("", [], [])
    for line in lines:
        kind, value = line[:2], line[2:].strip()
        media = description.media[-1] if description.media else None
        if kind == "m=":
            if len(description.media) >= MEDIA_MAX:
                raise Malformed(488, "Too Many Media")
            description.media.append(_media(value))
        elif kind == "c=":
            host = _connection(value)
            if media:
                media.host = host
            else:
                description.host = host
        elif kind == "a=":
            name, _, content = value.partition(":")
            (media.attributes if media else description.attributes).append((name.lower(), content.strip()))
    if not description.media:
        raise Malformed(488, "No Media")
    return description


def _media(value: str) -> Media:
    parts = value.split()
    if len(parts) < 4 or not parts[1].partition("/")[0].isascii() or not parts[1].partition("/")[0].isdigit():
        raise Malformed(488, "Bad Media Line")
    port = int(parts[1].partition("/")[0]) if len(parts[1]) < 12 else 65_536
    if port > 65_535:
        raise Malformed(488, "Bad Media Port")
    return Media(parts[0].lower(), port, parts[2].upper(), parts[3:])


def _connection(value: str) -> str:
    parts = value.split()
    if len(parts) != 3 or parts[0] != "IN" or parts[1] not in ("IP4", "IP6"):
        raise Malformed(488, "Bad Connection Line")
    return parts[2].partition("/")[0]


class Negotiation:
    """Our side of one call's offers and answers: keeps the session's id and version, and the order of m-lines."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        codecs: tuple[Codec, ...] = ("PCMA", "PCMU"),
        event_type: int = 101,
        session_id: int = 1,
    ) -> None:
        self._host = host
        self._port = port
        self._codecs = codecs
        self._event_type = event_type
        self._session_id = session_id
        self._version = 0
        self._latest = ""
        # RFC 3264 §8: m-lines never go away; those we refused once stand in later offers too. None: ours.
        self._slots: list[str | None] = [None]

    def offer(self, direction: Direction = "sendrecv") -> bytes:
        """Our offer: every codec that we speak, in our order."""
        formats = [PAYLOADS[codec] for codec in self._codecs]
        return self._written(self._slots, _stream(self._port, formats, self._event_type, direction))

    def answer(self, offer: bytes) -> tuple[bytes, Agreed]:
        """Our answer to their offer: one audio stream is taken, every other m-line refused; raises NothingFits."""
        description = _read(offer)
        for index, media in enumerate(description.media):
            agreed = self._fits(description, media)
            if agreed is None:
                continue
            stream = _stream(self._port, [PAYLOADS[agreed.codec]], agreed.event_type, agreed.direction)
            self._slots = [None if place == index else _refusal(other) for place, other in enumerate(description.media)]
            return self._written(self._slots, stream), agreed
        raise NothingFits

    def take(self, answer: bytes) -> Agreed:
        """What their answer to our offer means; raises NothingFits."""
        description = _read(answer)
        index = self._slots.index(None)
        if len(description.media) <= index:
            raise NothingFits
        agreed = self._fits(description, description.media[index])
        if agreed is None:
            raise NothingFits
        return agreed

    def _fits(self, description: Description, media: Media) -> Agreed | None:
        if media.kind != "audio" or media.port == 0 or media.proto != "RTP/AVP":
            return None
        mapped = _mapped(media)
        spoken = (_codec(payload, mapped) for payload in media.formats)
        codec = next((one for one in spoken if one in self._codecs), None)
        if codec is None:
            return None
        event_type = next(
            (
                int(one)
                for one in media.formats
                if _DYNAMIC.fullmatch(one) and mapped.get(one) == "TELEPHONE-EVENT/8000"
            ),
            None,
        )
        direction = _REVERSED[_direction(description, media)]
        host = media.host or description.host
        remote: tuple[str, int] | None = (host, media.port)
        if host in ("0.0.0.0", "::"):  # noqa: S104  hold as RFC 2543 wrote it: nothing is to be sent
            remote = None
            direction = {"sendrecv": "recvonly", "sendonly": "inactive"}.get(direction, direction)  # type: ignore[assignment]
        elif not _sendable(host):
            return None
        ptime = media.attribute("ptime") or ""
        milliseconds = int(ptime) if ptime.isdecimal() and len(ptime) < 4 else PTIME_MS
        return Agreed(remote, codec, event_type, direction, milliseconds or PTIME_MS)

    def _written(self, slots: list[str | None], stream: str) -> bytes:
        family = "IP6" if ":" in self._host else "IP4"
        media = "".join(stream if slot is None else slot for slot in slots)
        content = f"s=-\r\nc=IN {family} {self._host}\r\nt=0 0\r\n{media}"
        if content != self._latest:
            self._version += 1  # RFC 3264 §8: plus one for every change, and only then
            self._latest = content
        return f"v=0\r\no=- {self._session_id} {self._version} IN {family} {self._host}\r\n{content}".encode()


def _read(body: bytes) -> Description:
    try:
        return parse(body)
    except Malformed:
        raise NothingFits from None


def _mapped(media: Media) -> dict[str, str]:
    mapped = {}
    for name, value in media.attributes:
        if name == "rtpmap":
            payload, _, encoding = value.partition(" ")
            mapped[payload] = encoding.strip().upper().removesuffix("/1")
    return mapped


def _codec(payload: str, mapped: dict[str, str]) -> Codec | None:
    for codec, number in PAYLOADS.items():
        if payload == str(number) and mapped.get(payload, f"{codec}/8000") == f"{codec}/8000":
            return codec
    return None


def _direction(description: Description, media: Media) -> Direction:
    for name, _ in [*media.attributes, *description.attributes]:
        if name in _DIRECTIONS:
            return cast(Direction, name)
    return "sendrecv"


@lru_cache(maxsize=4_096)
def _sendable(host: str) -> bool:
    """Only to one machine, given by its address: names are not resolved, groups are not flooded."""
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return not (address.is_multicast or address.is_unspecified or host == "255.255.255.255")


def _refusal(media: Media) -> str:
    return f"m={media.kind} 0 {media.proto} {media.formats[0]}\r\n"


def _stream(port: int, formats: list[int], event_type: int | None, direction: Direction) -> str:
    names = {number: codec for codec, number in PAYLOADS.items()}
    payloads = [*formats, event_type] if event_type is not None else formats
    lines = [f"m=audio {port} RTP/AVP {' '.join(map(str, payloads))}"]
    lines += [f"a=rtpmap:{number} {names[number]}/8000" for number in formats]
    if event_type is not None:
        lines += [f"a=rtpmap:{event_type} telephone-event/8000", f"a=fmtp:{event_type} 0-15"]
    lines += [f"a=ptime:{PTIME_MS}", f"a={direction}"]
    return "".join(f"{line}\r\n" for line in lines)
