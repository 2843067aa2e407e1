"""Signed JSON of other people's servers: HMAC-SHA256 over the time, a full stop and the body; fresh, and an object."""

import hmac
import json
from typing import Any

from careline.channels.requests import BadForm, BadSecret, Call
from careline.links.signing import SIGNATURE as SIGNATURE
from careline.links.signing import TIMESTAMP as TIMESTAMP
from careline.links.signing import signature as signature

WINDOW_SECONDS = 300  # that a signature is good for; jambonz' own libraries allow as much
TIMESTAMP_LENGTH_MAX = 12  # digits; in whole seconds that is enough until the year 33658


def check_signature(
    call: Call, account: str, secret: str, given: str, timestamp: str, header: str = SIGNATURE, dated: str = TIMESTAMP
) -> None:
    """Raise BadSecret unless the body was signed with this account's secret within the last minutes.

    `header` and `dated` name, for the other server's people, what does not fit.
    """
    if not secret:
        raise BadSecret(f"the account {account} has no secret here, so nobody may use it")
    if not hmac.compare_digest(given.encode(), signature(timestamp, call.body, secret).encode()):
        raise BadSecret(f"{header} does not fit the request")
    fits = timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= TIMESTAMP_LENGTH_MAX
    if not fits or abs(call.now.timestamp() - int(timestamp)) > WINDOW_SECONDS:
        raise BadSecret(f"{dated} is more than {WINDOW_SECONDS} seconds off; is the clock right?")


def object_of(body: bytes) -> dict[str, Any]:
    """The JSON object that a body holds; raises BadForm."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadForm("the body is no JSON") from error
    if not isinstance(told, dict):
        raise BadForm("the body is no JSON object")
    return told
