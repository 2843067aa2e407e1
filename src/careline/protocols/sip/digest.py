"""Digest authentication (RFC 8760 over RFC 7616): SHA-256 and MD5, qop=auth, both sides.

Nonces hold their time and are signed, so that a challenge costs no memory; only nonces that were used for a good answer
are remembered, with their highest count, and an answer with a count that is not higher is a replay.
"""

import hashlib
import hmac
import os
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Final

from careline.protocols.sip.headers import TOKEN, parameters, quoted
from careline.protocols.sip.malformed import Malformed
from careline.protocols.sip.steps import Credentials
from careline.protocols.sip.uri import Uri

NONCE_SECONDS: Final = 300.0
# Strongest first, as they are offered (RFC 8760 §2.3).
ALGORITHMS: Final[Mapping[str, str]] = {"SHA-256": "sha256", "MD5": "md5"}
_SCHEME: Final = "digest "


class Verdict(Enum):
    """What an Authorization is worth."""

    GOOD = "good"
    MISSING = "missing"
    STALE = "stale"  # the password may be right, the nonce is old or used: ask again without asking the person
    WRONG = "wrong"


class Gate:
    """The side that challenges."""

    def __init__(
        self,
        realm: str,
        users: Mapping[str, str],
        *,
        nonces_max: int = 20_000,
        algorithms: Sequence[str] = tuple(ALGORITHMS),
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._algorithms = {name: ALGORITHMS[name] for name in algorithms}
        self._realm = realm
        self._users = users
        self._secret = entropy(32)
        self._entropy = entropy
        self._nonces_max = nonces_max
        self._counts: OrderedDict[str, int] = OrderedDict()

    def __len__(self) -> int:
        return len(self._counts)

    def challenges(self, now: float, *, stale: bool = False) -> list[str]:
        """The values of WWW-Authenticate, one for each algorithm."""
        nonce = self._nonce(now)
        tail = ", stale=true" if stale else ""
        return [
            f'Digest realm={quoted(self._realm)}, nonce="{nonce}", qop="auth", algorithm={name}{tail}'
            for name in self._algorithms
        ]

    def judge(self, authorizations: list[str], method: str, uri: str, now: float) -> tuple[Verdict, str]:
        """Whether one of these Authorization values proves a password, and whose."""
        verdict = Verdict.MISSING
        for value in authorizations:
            if value[:7].lower() != _SCHEME:
                continue
            try:
                given = parameters(_separated(value[7:]))
            except Malformed:
                return Verdict.WRONG, ""
            if given.get("realm") != self._realm:
                continue
            verdict = self._check(given, method, uri, now)
            return verdict, given.get("username", "") if verdict is Verdict.GOOD else ""
        return verdict, ""

    def _check(self, given: Mapping[str, str], method: str, uri: str, now: float) -> Verdict:
        algorithm = self._algorithms.get(given.get("algorithm", "MD5").upper())
        nonce, count = given.get("nonce", ""), given.get("nc", "")
        if algorithm is None or given.get("qop") != "auth" or not _is_count(count) or not _same(given.get("uri"), uri):
            return Verdict.WRONG
        issued = self._issued(nonce)
        if issued is None:
            # Signed by nobody we know, perhaps by us before a restart: ask again rather than blame the password.
            return Verdict.STALE
        password = self._users.get(given.get("username", ""))
        # Somebody unknown costs as much time as a wrong password.
        expected = answer(
            algorithm, given.get("username", ""), self._realm, password if password is not None else "\0",
            method, given["uri"], nonce, count, given.get("cnonce", ""),
        )  # fmt: skip
        if (
            not hmac.compare_digest(expected.encode(), given.get("response", "").lower().encode("utf-8", "replace"))
            or password is None
        ):
            return Verdict.WRONG
        number = int(count, 16)
        if not 0 <= now - issued <= NONCE_SECONDS or number <= self._counts.get(nonce, 0):
            return Verdict.STALE
        self._counts[nonce] = number
        self._counts.move_to_end(nonce)
        while len(self._counts) > self._nonces_max:
            self._counts.popitem(last=False)
        return Verdict.GOOD

    def _nonce(self, now: float) -> str:
        body = f"{int(now * 1000):x}.{self._entropy(6).hex()}"
        return f"{body}.{self._signature(body)}"

    def _issued(self, nonce: str) -> float | None:
        body, _, signature = nonce.rpartition(".")
        if not body or not hmac.compare_digest(self._signature(body).encode(), signature.encode("utf-8", "replace")):
            return None
        return int(body.partition(".")[0], 16) / 1000

    def _signature(self, body: str) -> str:
        return hmac.new(
            self._secret, f"{body}|{self._realm}".encode("utf-8", "surrogateescape"), hashlib.sha256
        ).hexdigest()[:32]


class Answerer:
    """The side that is challenged: answers one peer's nonce as often as it is asked for."""

    def __init__(self, credentials: Credentials, *, entropy: Callable[[int], bytes] = os.urandom) -> None:
        self._credentials = credentials
        self._entropy = entropy
        self._count = 0
        self._nonce = ""

    def answer(self, challenges: list[str], method: str, uri: str) -> str | None:
        """The Authorization for the first challenge that we can answer (RFC 8760 §2.4); None: for none of them."""
        for value in challenges:
            if value[:7].lower() != _SCHEME:
                continue
            try:
                asked = parameters(_separated(value[7:]))
            except Malformed:
                continue
            name = asked.get("algorithm", "MD5").upper()
            offers = [one.strip() for one in asked.get("qop", "").split(",") if one.strip()]
            if name in ALGORITHMS and "nonce" in asked and (not offers or "auth" in offers):
                return self._answer(asked, name, bool(offers), method, uri)
        return None

    def _answer(self, asked: Mapping[str, str], name: str, with_qop: bool, method: str, uri: str) -> str:
        realm, nonce = asked.get("realm", ""), asked["nonce"]
        self._count = self._count + 1 if nonce == self._nonce else 1
        self._nonce = nonce
        count, cnonce = f"{self._count:08x}", self._entropy(8).hex()
        who = self._credentials
        proof = answer(
            ALGORITHMS[name], who.username, realm, who.password, method, uri, nonce, count if with_qop else "", cnonce
        )
        parts = [
            f"username={quoted(who.username)}", f"realm={quoted(realm)}", f"nonce={quoted(nonce)}", f'uri="{uri}"',
            f'response="{proof}"', f"algorithm={name}",
        ]  # fmt: skip
        if with_qop:
            parts += ["qop=auth", f"nc={count}", f'cnonce="{cnonce}"']
        if "opaque" in asked:
            parts.append(f"opaque={quoted(asked['opaque'])}")
        return "Digest " + ", ".join(parts)


def answer(
    algorithm: str, username: str, realm: str, password: str, method: str, uri: str, nonce: str, count: str, cnonce: str
) -> str:
    """The response of RFC 7616 §3.4.1; without a count, that of RFC 2069 (RFC 3261 §22.4)."""

    def hashed(text: str) -> str:
        return hashlib.new(algorithm, text.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()

    secret, asked = hashed(f"{username}:{realm}:{password}"), hashed(f"{method}:{uri}")
    middle = f"{nonce}:{count}:{cnonce}:auth" if count else nonce
    return hashed(f"{secret}:{middle}:{asked}")


def _separated(text: str) -> str:
    """Commas outside of quotes made to semicolons, as the parameters of other headers are."""
    pieces, within, escaped = [], False, False
    for character in text:
        if character == '"' and not escaped:
            within = not within
        escaped = character == "\\" and within and not escaped
        pieces.append(";" if character == "," and not within else character)
    return "".join(pieces)


def _is_count(text: str) -> bool:
    return len(text) == 8 and TOKEN.fullmatch(text) is not None and all(one in "0123456789abcdefABCDEF" for one in text)


def _same(given: str | None, uri: str) -> bool:
    if given is None:
        return False
    if given == uri:
        return True
    try:
        return Uri.parse(given).same(Uri.parse(uri))
    except Malformed:
        return False
