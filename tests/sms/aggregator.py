"""A gateway over HTTP, for tests: it calls us, and takes what we hand in."""

import http.client
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from careline.channels import signing
from careline.channels.sms.accounts import GatewayAccount
from careline.demo import town
from careline.values.msisdn import Msisdn

from .street import clock

SECRET = "s3cretword"


@dataclass
class Heard:
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Aggregator:
    """A gateway's side of HTTP: it calls us, and takes what we hand in."""

    live: str
    accounts: list[GatewayAccount] = field(default_factory=list)
    taken: list[dict[str, str]] = field(default_factory=list)
    reply: Callable[[dict[str, str]], tuple[int, bytes]] = lambda fields: (202, b"0: Accepted for delivery")
    port: int = 0

    def account(self, dialect: str, **options: Any) -> GatewayAccount:
        account = GatewayAccount(name=f"agg-{dialect}", dialect=dialect, secret=SECRET, **options)
        self.accounts.append(account)
        return account

    def call(
        self, path: str, *, body: bytes | None = None, headers: dict[str, str] | None = None, method: str = ""
    ) -> Heard:
        host = urlsplit(self.live).netloc
        connection = http.client.HTTPConnection(host, timeout=10)
        connection.request(method or ("GET" if body is None else "POST"), path, body, headers or {})
        response = connection.getresponse()
        heard = Heard(response.status, response.read(), {k.lower(): v for k, v in response.getheaders()})
        connection.close()
        return heard

    def form(self, path: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> Heard:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.call(path, body=urlencode(fields).encode(), headers=kind | (headers or {}))


def fresh() -> Msisdn:
    return town.fresh("T5", None, now=clock()).msisdn


class Handler(BaseHTTPRequestHandler):
    """What the gateway does with a message that we hand in: keep it, and answer as the test wants."""

    one: Aggregator

    protocol_version = "HTTP/1.1"

    def _take(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fields = dict(parse_qsl(urlsplit(self.path).query, True) + parse_qsl(body.decode(), True))
        if self.headers.get("Content-Type") == "application/json":
            fields = json.loads(body)
        fields["_authorization"] = self.headers.get("Authorization", "")
        fields["_signature"] = self.headers.get(signing.SIGNATURE, "")
        fields["_timestamp"] = self.headers.get(signing.TIMESTAMP, "")
        fields["_body"] = body.decode()
        self.one.taken.append(fields)
        status, answer = self.one.reply(fields)
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = _take  # noqa: N815

    def log_message(self, *_: object) -> None:
        return None


def kannel(aggregator: Aggregator, customer: Msisdn, text: str, id_: str = "k-1", **more: str) -> Heard:
    fields = {"secret": SECRET, "id": id_, "from": f"+{customer.digits}", "to": "10086", "text": text} | more
    return aggregator.call("/gateway/kannel/agg-kannel?" + urlencode(fields))
