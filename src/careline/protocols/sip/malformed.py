"""What is wrong with a message, as the status and the reason that its sender is told."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from careline.protocols.sip.message import Request


class Malformed(ValueError):
    """A message, header or body that breaks its grammar.

    `status` and `reason` make the answer. `request` is what could be read of a broken request when that is enough to
    answer it; None: it cannot be answered, only counted.
    """

    def __init__(self, status: int, reason: str, request: "Request | None" = None) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason
        self.request = request
