"""The GSM 7-bit default alphabet and its extension table (3GPP 23.038, 6.2.1), one septet to an octet."""

import codecs

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
ESCAPE = 0x1B

_ENCODING: dict[int, bytes] = {ord(letter): bytes((septet,)) for septet, letter in enumerate(BASIC)}
del _ENCODING[ESCAPE]
_ENCODING |= {ord(letter): bytes((ESCAPE, septet)) for septet, letter in EXTENSION.items()}

# 23.038: a receiver that does not know an extension shows the character of the basic table; a lone escape is a space.
_DECODING = BASIC.replace("\x1b", " ") + "\ufffd" * 128
_DECODING_ESCAPED = "".join(EXTENSION.get(septet, letter) for septet, letter in enumerate(_DECODING))


def encode(text: str) -> bytes:
    """Unpacked septets; raises UnicodeEncodeError on a character the alphabet lacks."""
    return codecs.charmap_encode(text, "strict", _ENCODING)[0]


def decode(septets: bytes) -> str:
    """The text of unpacked septets; octets above 127 become U+FFFD."""
    if ESCAPE not in septets:
        return codecs.charmap_decode(septets, "replace", _DECODING)[0]
    first, *rest = septets.split(b"\x1b")
    pieces = [codecs.charmap_decode(first, "replace", _DECODING)[0]]
    for run in rest:
        pieces.append(_DECODING_ESCAPED[run[0]] if run else " ")
        pieces.append(codecs.charmap_decode(run[1:], "replace", _DECODING)[0])
    return "".join(pieces)
