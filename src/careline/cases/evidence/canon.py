"""The one form of a pack in which equal packs are equal bytes, and the digest of it that pages print.

Everything counts but `made` (who asked for the pack and when) and the digest itself: so packs made on different days
have one digest as long as nothing happened to the case.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_ASIDE = frozenset({"digest", "made"})


def digest(pack: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form: UTF-8 JSON, names sorted, no spaces, nothing escaped that need not be; 64 hex digits."""
    content = {name: value for name, value in pack.items() if name not in _ASIDE}
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    # A lone surrogate cannot be kept in the database; should one come by another way, it must not end the pack.
    return hashlib.sha256(canonical.encode("utf-8", "backslashreplace")).hexdigest()


def genuine(pack: Mapping[str, Any]) -> bool:
    """Whether the pack is as it was made: its digest is that of its content."""
    return pack.get("digest") == digest(pack)


def to_json(pack: Mapping[str, Any]) -> str:
    """The pack as people and programs read it: indented, names in the order of the schema."""
    return json.dumps(pack, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
