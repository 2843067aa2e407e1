"""Why a request of another system is not done: status, TM Forum's code, and words for that system's people."""

from collections.abc import Mapping
from typing import Any

# The codes of TMF630 (REST API design guidelines, part 1), by what is wrong.
BAD_QUERY, NO_BODY, BAD_BODY, NO_FIELD, BAD_FIELD, BAD_HEADER = "28", "21", "22", "23", "24", "26"
NO_TOKEN, BAD_TOKEN, NO_RIGHT, TOO_MANY = "40", "41", "50", "53"
NOT_FOUND, NO_METHOD, NOT_ACCEPTABLE, BAD_MEDIA, CONFLICT, OURS = "60", "61", "62", "63", "65", "1"


class Refused(Exception):
    """The request is refused; `reason` is short and for programs' logs, `message` says what to do."""

    def __init__(
        self, status: int, code: str, reason: str, message: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{reason}: {message}")
        self.status = status
        self.code = code
        self.reason = reason
        self.message = message
        self.headers = dict(headers or {})

    def document(self) -> dict[str, Any]:
        """TM Forum's Error."""
        told = {"@type": "Error", "code": self.code, "status": str(self.status), "reason": self.reason}
        return told | ({"message": self.message} if self.message else {})


def bad_query(message: str) -> Refused:
    return Refused(400, BAD_QUERY, "Invalid query-string parameter value", message)


def bad_field(message: str) -> Refused:
    return Refused(400, BAD_FIELD, "Invalid body field", message)


def missing(message: str) -> Refused:
    return Refused(400, NO_FIELD, "Missing body field", message)


def conflict(message: str) -> Refused:
    return Refused(409, CONFLICT, "Conflict with the state of the resource", message)


def not_found(what: str) -> Refused:
    return Refused(404, NOT_FOUND, "Resource not found", f"there is no {what}")


def not_allowed(method: str, allowed: str, message: str = "") -> Refused:
    words = message or f"{method} is not understood here"
    return Refused(405, NO_METHOD, "Method not allowed", words, {"Allow": allowed})
