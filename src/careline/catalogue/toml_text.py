"""Writes TOML as a person would lay out a pack file: texts inline, parts as sections.

Our own because the writers on PyPI either turn every `{ zh, en }` pair into a section of its own, or exist to keep the comments
of a file that is edited; a pack needs strings, whole numbers, true/false, lists and tables only.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_INLINE = ({"zh", "en"}, {"zh"}, {"en"})
_LINE_LENGTH = 110
_INLINE_KEYS = ("allowances", "choices")  # short parts, read more easily with one on a line


def write_toml(body: Mapping[str, Any]) -> str:
    """The body as TOML text; reading it back gives the same body. Raises TypeError for what TOML packs cannot hold."""
    lines: list[str] = []
    _write(body, (), lines)
    while lines and not lines[0]:
        lines.pop(0)
    return "\n".join(lines) + "\n"


def _write(body: Mapping[str, Any], path: tuple[str, ...], lines: list[str]) -> None:
    sections = []
    for key, value in body.items():
        if _is_section(key, value):
            sections.append((key, value))
        else:
            lines.append(f"{_key(key)} = {_value(value, len(key))}")
    for key, value in sections:
        here = (*path, key)
        name = ".".join(_key(part) for part in here)
        if isinstance(value, Mapping):
            if not value or any(not _is_section(inner, held) for inner, held in value.items()):
                lines.extend(("", f"[{name}]"))
            _write(value, here, lines)
        else:
            for item in value:
                lines.extend(("", f"[[{name}]]"))
                _write(item, here, lines)


def _is_section(key: str, value: Any) -> bool:
    if key in _INLINE_KEYS:
        return False
    if isinstance(value, Mapping):
        return set(value) not in _INLINE
    return isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _string(key)


def _string(text: str) -> str:
    # JSON's escapes are a part of TOML's, except that TOML also forbids a bare DEL (TOML 1.0, Basic strings).
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any, indent: int = 0) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(key)} = {_value(held)}" for key, held in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list):
        items = [_value(item) for item in value]
        line = f"[{', '.join(items)}]"
        if indent + len(line) <= _LINE_LENGTH and not any(isinstance(item, Mapping) for item in value):
            return line
        return "[\n" + "".join(f"    {item},\n" for item in items) + "]"
    raise TypeError(f"a pack holds no {type(value).__name__}")
