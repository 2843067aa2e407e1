"""What a dialect is: how a USSD gateway hands in inputs, and what it wants to hear. Dialects are pure."""

import hmac
from abc import ABC, abstractmethod

from careline.channels.requests import Answer as Answer
from careline.channels.requests import BadForm as BadForm
from careline.channels.requests import BadSecret as BadSecret
from careline.channels.requests import Call as Call
from careline.channels.telephony.accounts import UssdAccount
from careline.channels.ussd.conversing import Told as Told
from careline.channels.ussd.screens import Screen

ID_LENGTH_MAX = 128
TEXT_LENGTH_MAX = 4_000  # all inputs of a session together


class Dialect(ABC):
    """One way of speaking."""

    name: str

    @abstractmethod
    def read(self, call: Call, account: UssdAccount) -> Told:
        """What the gateway tells. Raises BadSecret, BadForm."""

    @abstractmethod
    def write(self, screen: Screen, told: Told) -> Answer:
        """What the handset is to show."""

    @abstractmethod
    def taken(self, told: Told) -> Answer:
        """The answer to the news that a session has ended."""


def check_secret(given: str, account: UssdAccount) -> None:
    """Raises BadSecret unless the secret is the account's; one without a secret is kept by its networks alone."""
    if not account.secret:
        if not account.allowed:
            raise BadSecret(f"the account {account.name} has no secret here, so nobody may use it")
        return
    if not given:
        raise BadSecret("the secret is missing")
    if not hmac.compare_digest(given.encode(), account.secret.encode()):
        raise BadSecret("the secret is wrong")


def identified(written: str, name: str) -> str:
    """An id or a number of theirs. Raises BadForm."""
    if not written.strip():
        raise BadForm(f"{name} is missing")
    if len(written) > ID_LENGTH_MAX or not written.isprintable():
        raise BadForm(f"{name} is longer than {ID_LENGTH_MAX} characters, or holds some that cannot be printed")
    return written.strip()


def short(text: str) -> str:
    """Raises BadForm when the inputs are longer than any session's can be."""
    if len(text) > TEXT_LENGTH_MAX:
        raise BadForm(f"text is longer than {TEXT_LENGTH_MAX} characters")
    return text.replace("\0", " ")
