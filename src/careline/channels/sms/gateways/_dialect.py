"""What a dialect is: how a gateway hands in messages and receipts, what it wants to hear, and how it takes messages.

A dialect is pure: a request's parts go in, values come out; sockets and the hall are elsewhere. Every gateway must send
an id with each message: without one a deliberate second CXYE and a repetition by the gateway cannot be told apart, and
a message without an id is therefore refused.
"""

import base64
import hmac
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode, urlsplit, urlunsplit

from careline.channels.requests import Answer as Answer
from careline.channels.requests import BadForm as BadForm
from careline.channels.requests import BadSecret as BadSecret
from careline.channels.requests import Call as Call
from careline.channels.requests import Refusal as Refusal
from careline.channels.sms.accounts import GatewayAccount
from careline.protocols.receipts import DeliveryState

ID_LENGTH_MAX = 128
TEXT_LENGTH_MAX = 20_000  # 255 parts of 67 characters, and some


@dataclass(frozen=True, slots=True)
class Message:
    """One subscriber's message."""

    id: str
    source: str = field(repr=False)
    destination: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a message that we handed in; `id` is the gateway's or our own, as the dialect has it."""

    id: str
    state: DeliveryState
    error: str = ""
    destination: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Submission:
    """The HTTP request by which a message is handed in at the gateway."""

    url: str = field(repr=False)
    body: bytes | None = field(repr=False)  # None: GET
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to hand in; `id` is our own."""

    id: str
    source: str
    destination: str = field(repr=False)
    text: str = field(repr=False)


class NotTaken(Exception):
    """The gateway answered that it does not take the message; `status` is its number, `busy` when only for now."""

    def __init__(self, words: str, status: int = 0, *, busy: bool = False) -> None:
        super().__init__(words)
        self.status = status
        self.busy = busy


class Dialect(ABC):
    """One way of speaking."""

    name: str
    answers_at_once: bool = True  # whether an answer can ride in the response

    @abstractmethod
    def read(self, call: Call, account: GatewayAccount) -> Message:
        """The message that was handed in. Raises BadSecret, BadForm."""

    @abstractmethod
    def answer(self, text: str, account: GatewayAccount, *, message_id: str, repeat: bool) -> Answer:
        """The response that carries an answer; "" for none: it comes later, or went out before."""

    @abstractmethod
    def read_report(self, call: Call, account: GatewayAccount) -> Report | None:
        """What became of a message; None for news that settle nothing. Raises BadSecret, BadForm."""

    @abstractmethod
    def submission(self, outgoing: Outgoing, account: GatewayAccount, now: datetime) -> Submission:
        """How a message is handed in."""

    @abstractmethod
    def accepted(self, status: int, body: bytes, outgoing: Outgoing) -> str:
        """The id under which its receipt will come. Raises NotTaken."""

    def report_taken(self) -> Answer:
        """What a gateway wants to hear when it told us what became of a message."""
        return Answer(b"OK")


def check_secret(given: str, account: GatewayAccount) -> None:
    """Raises BadSecret unless the secret is the account's."""
    if not account.secret:
        raise BadSecret(f"the account {account.name} has no secret here, so nobody may use it")
    if not given:
        raise BadSecret("the secret is missing")
    if not hmac.compare_digest(given.encode(), account.secret.encode()):
        raise BadSecret("the secret is wrong")


def message(*, id_: str, source: str, destination: str, text: str, names: Sequence[str]) -> Message:
    """A message whose fields are there; `names` says what the dialect calls id, source, destination. Raises BadForm."""
    for name, value in zip(names, (id_, source, destination), strict=True):
        if not value.strip():
            raise BadForm(f"{name} is missing")
        if not value.isprintable():  # NUL, halves of characters: the database would refuse the message for ever
            raise BadForm(f"{name} holds characters that cannot be printed")
    if len(id_) > ID_LENGTH_MAX:
        raise BadForm(f"{names[0]} is longer than {ID_LENGTH_MAX} characters")
    if len(text) > TEXT_LENGTH_MAX:
        raise BadForm(f"the text is longer than {TEXT_LENGTH_MAX} characters")
    return Message(id_.strip(), source.strip(), destination.strip(), text.replace("\0", "\ufffd"))


def form(url: str, fields: Mapping[str, str], *, user: tuple[str, str] | None = None) -> Submission:
    """A form sent by POST."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if user is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(":".join(user).encode()).decode()
    return Submission(url, urlencode(fields).encode(), headers)


def with_query(url: str, **fields: str) -> str:
    """The address with these fields in its query."""
    parts = urlsplit(url)
    query = "&".join(one for one in (parts.query, urlencode(fields)) if one)
    return urlunsplit(parts._replace(query=query))


def dumped(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def decoded(raw: bytes, charset: str) -> str:
    """The text of octets in a named character set. Raises BadForm."""
    try:
        return raw.decode(charset)
    except UnicodeError as error:
        raise BadForm(f"the text is not {charset[:40]}") from error
    except (LookupError, ValueError) as error:
        raise BadForm(f"the character set {charset[:40]} is not known") from error
