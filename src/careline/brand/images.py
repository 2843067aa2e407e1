"""Whether a logo is a safe picture: known by its first bytes, small, and an SVG that draws and does nothing else."""

import re
from xml.etree import ElementTree

BYTES_MAX = 200_000
_MAGIC = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
_SVG = "{http://www.w3.org/2000/svg}"
_DRAWS = {
    *("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "title", "desc", "defs"),
    *("linearGradient", "radialGradient", "stop", "clipPath", "mask", "text", "tspan", "use", "symbol"),
}


def kind_of(held: bytes, name: str) -> str:
    """The media type of this picture; raises ValueError, which says why it is not taken."""
    if len(held) > BYTES_MAX:
        raise ValueError(f"the logo {name} has {len(held) // 1000} KB, and may have {BYTES_MAX // 1000}")
    for magic, kind in _MAGIC:
        if held.startswith(magic):
            return kind
    if held[:4] == b"RIFF" and held[8:12] == b"WEBP":
        return "image/webp"
    _check_svg(held, name)
    return "image/svg+xml"


def _check_svg(held: bytes, name: str) -> None:
    if re.search(rb"<!(DOCTYPE|ENTITY)|<\?xml-stylesheet", held, re.IGNORECASE):
        raise ValueError(f"the logo {name} declares a document type or a style sheet: take those lines out")
    try:
        root = ElementTree.fromstring(held)  # noqa: S314  without a document type there are no entities
    except (ElementTree.ParseError, ValueError) as error:
        raise ValueError(f"the logo {name} is no PNG, JPEG, WebP or SVG picture") from error
    if root.tag != f"{_SVG}svg":
        raise ValueError(f"the logo {name} is no PNG, JPEG, WebP or SVG picture")
    for element in root.iter():
        tag = str(element.tag).removeprefix(_SVG)
        if tag not in _DRAWS:
            raise ValueError(f"the logo {name} holds <{tag[:40]}>, which does more than draw: take it out")
        for key, value in element.attrib.items():
            short = key.rpartition("}")[2].lower()
            link = short in ("href", "src") and not value.strip().startswith("#")
            if short.startswith("on") or link or re.search(r"url\(\s*['\"]?[^#'\")\s]", value, re.IGNORECASE):
                raise ValueError(f"the logo {name}: <{tag}> has {short}, which runs or loads something: take it out")
