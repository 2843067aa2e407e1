"""Related parties and receivers: the numbers of lines are taken out of what a client wrote, and kept by themselves."""

import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings

from careline.values.msisdn import Msisdn, NotANumber
from careline.values.secret import mask

_LINES = frozenset({"msisdn", "phonenumber", "telephonenumber", "subscriber", "line"})
_INTERNATIONAL = re.compile(r"(?:tel:)?\+[0-9][0-9 \-]{5,20}|tel:[0-9 \-]{5,20}")
_MOBILE = re.compile(r"(?:86)?1[0-9]{10}")


def parted(parties: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """The parties without the numbers in their ids, and the number of each in their order ("" has none)."""
    kept, numbers = [], []
    for party in parties:
        found = line_of(party)
        numbers.append(found.digits if found else "")
        rest = {name: value for name, value in party.items() if not (found and name in ("id", "href"))}
        kept.append(hidden(rest))
    return kept, numbers


def line_of(party: dict[str, Any]) -> Msisdn | None:
    """The line that a related party is, by what it says of itself or by the form of its id; None if it is no line."""
    written = str(party.get("id", ""))
    named = {str(party.get("@referredType", "")).lower(), str(party.get("role", "")).lower()} & _LINES
    if not (named or _INTERNATIONAL.fullmatch(written) or _MOBILE.fullmatch(written)):
        return None
    try:
        return number_of(written)
    except NotANumber:
        return None


def number_of(written: str) -> Msisdn:
    """Raises NotANumber."""
    return Msisdn.parse(written.strip().removeprefix("tel:"), settings.COUNTRY_CODE)


def hidden(value: Any) -> Any:
    """The same with numbers and secrets in all its texts masked; ids, addresses and times stay as they are."""
    if isinstance(value, dict):
        return {
            name: one if name in _PLAIN and isinstance(one, str) and not _is_line(one) else hidden(one)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [hidden(one) for one in value]
    return mask(value) if isinstance(value, str) else value


def _is_line(written: str) -> bool:
    return bool(_INTERNATIONAL.fullmatch(written) or _MOBILE.fullmatch(written))


_PLAIN = frozenset(
    {"id", "href", "url", "@type", "@baseType", "@schemaLocation", "@referredType", "externalId", "mimeType", "content"}
    | {"date", "creationDate", "startDateTime", "endDateTime", "requestedResolutionDate", "scheduledSendTime"}
)
