"""Who calls, whom they dialled, and from where it was diverted, as far as the neighbour is to be believed.

RFC 3325: P-Asserted-Identity counts only from a trusted neighbour, and then before everything else. From anybody else
only what it claims itself is there (P-Preferred-Identity, then From), and only as a claim. RFC 3323: with Privacy id or
an anonymous From the number is withheld.
"""

import re
from typing import Final
from urllib.parse import unquote

from careline.protocols.sip.headers import NameAddr, split_list
from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.message import Request
from careline.protocols.sip.uri import Uri
from careline.values.msisdn import Msisdn, NotANumber

_WITHHELD: Final = frozenset(("id", "user", "full", "header"))
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
USER_LENGTH_MAX: Final = 64


def caller(request: Request, *, trusted: bool, country: str = "86", claims: bool = True) -> Msisdn | None:
    """The caller's number; None: withheld, or no telephone number. `claims`: From counts behind what is asserted."""
    privacy = {one.strip().lower() for value in request.fields.get("Privacy", ()) for one in re.split("[;,]", value)}
    if privacy & _WITHHELD or _anonymous(request.from_):
        return None
    names = ("P-Asserted-Identity", "From") if trusted else ("P-Preferred-Identity", "From")
    for name in names[: 1 + claims]:
        for address in _addresses(request, name):
            number = _number(address, country)
            if number is not None:
                return number
    return None


def called(request: Request) -> str:
    """The user part of the Request-URI (the number that was dialled, mostly); "" when there is none."""
    try:
        return user_of(Uri.parse(request.uri))
    except Malformed:
        return ""


def diversion(request: Request) -> str:
    """The number that was dialled first, when the call was diverted on its way (RFC 5806, RFC 7044); else ""."""
    try:
        diversions = _addresses(request, "Diversion")
        if diversions:
            return user_of(diversions[-1])  # the latest stands on top: the first diversion is the last one
        history = _addresses(request, "History-Info")
    except Malformed:
        return ""
    return user_of(history[0]) if len(history) > 1 else ""


def user_of(uri: Uri) -> str:
    """The user part without the parameters that numbers drag along, and nothing that cannot be printed."""
    user = uri.user.partition(";")[0]
    return _CONTROL.sub("", user)[:USER_LENGTH_MAX]


def _anonymous(from_: NameAddr) -> bool:
    try:
        uri = from_.uri
    except Malformed:
        return True
    return uri.host == "anonymous.invalid" or uri.user.lower() == "anonymous"


def _addresses(request: Request, name: str) -> list[Uri]:
    found = []
    for value in request.fields.get(name, ()):
        try:
            found += [NameAddr.parse(element).uri for element in split_list(value)]
        except Malformed:
            continue
    return found


def _number(uri: Uri, country: str) -> Msisdn | None:
    user = user_of(uri)
    if uri.scheme == "tel" or uri.scheme in ("sip", "sips"):
        context = uri.parameter("phone-context") or ""
        if not context and ";" in uri.user:
            context = unquote(uri.user).partition("phone-context=")[2].partition(";")[0]
        if context.startswith("+") and not user.startswith("+"):
            user = context + user
        try:
            return Msisdn.parse(user.replace(".", ""), country)
        except NotANumber:
            return None
    return None
