"""What a dialect is: how a media server tells what happens with a call, and how it wants to be told what to do.

A dialect is pure: a request's parts go in, values come out; rows and the hall are elsewhere.
"""

import base64
import binascii
import hmac
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from careline.channels.requests import Answer as Answer
from careline.channels.requests import BadForm as BadForm
from careline.channels.requests import BadSecret as BadSecret
from careline.channels.requests import Call as Call
from careline.channels.requests import Refusal as Refusal
from careline.channels.telephony.accounts import MediaAccount
from careline.channels.telephony.conversing import Told as Told
from careline.channels.telephony.verbs import Say, Verb
from careline.dialogue.talk import Event

ID_LENGTH_MAX = 128
NUMBER_MAX = 100_000  # moments of one session
KEYS = "0123456789*#"
XML = "text/xml; charset=utf-8"
NEVER_KEPT = {"Cache-Control": "no-store"}
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
_FORBIDDEN_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Page:
    """What the next document says, and where it leads."""

    session: str
    next: int  # the number of the moment that will be told next
    verbs: tuple[Verb, ...]
    here: str  # the account's own address, absolute
    clip: Callable[[str], str]  # the address of a clip's WAV

    def after(self, **more: str | int) -> str:
        """Where the next request goes: the session and the moment's number stand in the address."""
        return f"{self.here}?{urlencode({'s': self.session, 'n': self.next, **more})}"

    def clips(self, say: Say) -> list[str]:
        return [self.clip(one) for one in say.audio]


class Dialect(ABC):
    """One way of speaking."""

    name: str

    @abstractmethod
    def read(self, call: Call, account: MediaAccount) -> Told:
        """What the server tells. Raises BadSecret, BadForm."""

    @abstractmethod
    def write(self, page: Page, account: MediaAccount) -> Answer:
        """What the server is to do."""

    def read_status(self, call: Call, account: MediaAccount) -> Told | None:
        """News of a call beside the conversation; None where it matters not. Raises BadSecret, BadForm."""
        told = self.read(call, account)
        return told if told.event is Event.HUNG_UP else None

    def entrance(self, call: Call, account: MediaAccount, here: str) -> Answer | None:
        """A document that is given before any call is known; None: there is none for this request."""
        return None


def check(call: Call, account: MediaAccount, fields: Mapping[str, str]) -> None:
    """Raises BadSecret unless the request knows the account's secret: by HTTP Basic, or as a field `secret`.

    An account without a secret is kept by its networks alone.
    """
    if not account.secret:
        if not account.allowed:
            raise BadSecret(f"the account {account.name} has no secret here, so nobody may use it")
        return
    given = basic_password(call) or fields.get("secret", "")
    if not given:
        raise BadSecret("the secret is missing")
    if not hmac.compare_digest(given.encode(), account.secret.encode()):
        raise BadSecret("the secret is wrong")


def basic_password(call: Call) -> str:
    """The password of HTTP Basic authentication; "" without."""
    scheme, _, coded = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(coded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def moment_number(fields: Mapping[str, str]) -> int:
    """The number of the moment, which our own document gave. Raises BadForm."""
    written = fields.get("n", "")
    if not (written.isascii() and written.isdecimal() and len(written) <= 6 and int(written) <= NUMBER_MAX):
        raise BadForm("n is missing or no number")
    return int(written)


def identified(written: str, name: str) -> str:
    """An id of theirs. Raises BadForm where it is missing or cannot be one."""
    if not written.strip():
        raise BadForm(f"{name} is missing")
    if len(written) > ID_LENGTH_MAX or not written.isprintable():
        raise BadForm(f"{name} is longer than {ID_LENGTH_MAX} characters, or holds some that cannot be printed")
    return written.strip()


def clean(text: str) -> str:
    """The text without what no XML document may hold."""
    return _FORBIDDEN_IN_XML.sub(" ", text)


def element(tag: str, content: str = "", /, **attributes: object) -> str:
    """One element; `content` is markup. Underscores of names become dashes, None leaves an attribute out."""
    pairs = "".join(
        f" {key.rstrip('_').replace('__', ':').replace('_', '-')}={quoteattr(clean(str(value)))}"
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{pairs}>{content}</{tag}>" if content else f"<{tag}{pairs}/>"


def text_of(text: str) -> str:
    """The text as content of an element."""
    return escape(clean(text))
