"""A colour that people can read: checked for contrast (WCAG 2.2, 1.4.3), and the tones that pages make of it."""

import re

CONTRAST_MIN = 4.5  # of text, WCAG 2.2 AA
_WHITE, _INK = (255, 255, 255), (6, 20, 26)  # words on dark buttons and on bright ones
_PAPER, _NIGHT = (
    (243, 245, 246),
    (29, 38, 45),
)  # what is hardest to read on, of light pages and of dark ones (tokens.css)
_STRONGER, _GROUND_LIGHT, _GROUND_DARK = 0.25, 0.1, 0.22  # how far the tones go towards ink, paper and night

Rgb = tuple[int, int, int]


def checked(written: str, *, dark: bool) -> str:
    """The colour as #rrggbb; raises ValueError for one that is none, or too faint on its ground, with the contrast it has."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", written):
        raise ValueError(f"{written!r} is no colour such as #0a5a73")
    worst = min(contrast(one, other) for one, other in _pairs(_rgb(written), dark))
    if worst < CONTRAST_MIN:
        way = "lighter" if dark else "darker"
        raise ValueError(f"{written} has a contrast of {worst:.1f} where text needs {CONTRAST_MIN}: choose a {way} one")
    return written.lower()


def tokens(colour: str, *, dark: bool) -> str:
    """The declarations of the page's tokens for this colour."""
    accent = _rgb(colour)
    strong, ground, on = _tones(accent, dark)
    return f"--accent: {colour}; --accent-strong: {_hex(strong)}; --accent-ground: {_hex(ground)}; --on-accent: {_hex(on)};"


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast of two colours, 1 to 21, as WCAG 2.2 reckons it."""
    lights = sorted((_luminance(one), _luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _pairs(accent: Rgb, dark: bool) -> list[tuple[Rgb, Rgb]]:
    """What stands on what: links on paper, words on buttons, strong words on the tinted ground."""
    strong, ground, on = _tones(accent, dark)
    return [(accent, _NIGHT if dark else _PAPER), (on, accent), (strong, ground)]


def _tones(accent: Rgb, dark: bool) -> tuple[Rgb, Rgb, Rgb]:
    if dark:
        return _mixed(accent, _WHITE, _STRONGER), _mixed(_NIGHT, accent, _GROUND_DARK), _INK
    return _mixed(accent, (0, 0, 0), _STRONGER), _mixed(_WHITE, accent, _GROUND_LIGHT), _WHITE


def _mixed(one: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _luminance(colour: Rgb) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(written: str) -> Rgb:
    return int(written[1:3], 16), int(written[3:5], 16), int(written[5:7], 16)


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)
