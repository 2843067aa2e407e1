"""What customers ask for: pages of the web hall and operations of the app interface, as often as people open them."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from careline.cli._bench.web_load import Asked
from careline.cli._bench.web_place import Customer
from careline.values.reference import new_reference

WEB: Mapping[str, int] = {
    "home": 30, "services": 15, "service": 10, "bills": 10, "shop": 10, "wish": 10, "usage": 5, "orders": 5, "cases": 5,
}  # fmt: skip
APP: Mapping[str, int] = {"api me": 50, "api services": 30, "api wishes": 20}
_SOUGHT = ("彩铃", "流量", "ldxs", "weather", "天气")
_DETAILS = ("caller_id", "balance", "call_forward", "free_resources_usage", "missed_call")
_DEEDS = (("subscribe", "500/month"), ("cancel", "500/month"))
_QUERIES = ("balance", "free_resources_usage", "charges_now")


class Mix:
    """Draws requests; each of them is another customer's, in a turn that a seed decides."""

    def __init__(self, customers: Sequence[Customer], shares: Mapping[str, int], seed: int) -> None:
        self.kinds = tuple(shares)
        self._weights = tuple(shares.values())
        self._customers = customers
        self._chance = random.Random(seed)

    def draw(self) -> Asked:
        kind = self._chance.choices(self.kinds, self._weights)[0]
        return self.of(kind, self._chance.choice(self._customers))

    def of(self, kind: str, customer: Customer) -> Asked:
        """One request of this kind by this customer."""
        if kind.startswith("api "):
            return self._app(kind, customer)
        paths: Mapping[str, Callable[[], str]] = {
            "home": lambda: "",
            "services": self._services,
            "service": lambda: f"services/{self._chance.choice(_DETAILS)}",
        }
        if kind == "wish":
            return self._wish(customer)
        path = paths[kind]() if kind in paths else kind
        return Asked(kind, page(f"/my/{path}", customer))

    def _services(self) -> str:
        """Half of them look around, half seek something."""
        if self._chance.random() < 0.5:
            return "services"
        return f"services?{urlencode({'q': self._chance.choice(_SOUGHT)})}"

    def _wanted(self) -> dict[str, str]:
        """Seven of ten ask, three switch caller ID on or off (which is then asked back)."""
        if self._chance.random() < 0.7:
            return {"service": self._chance.choice(_QUERIES), "verb": "query", "agreed": ""}
        verb, agreed = self._chance.choice(_DEEDS)
        return {"service": "caller_id", "verb": verb, "agreed": agreed}

    def _wish(self, customer: Customer) -> Asked:
        fields = {"key": new_reference()[0], "csrfmiddlewaretoken": customer.csrf, **self._wanted()}
        body = urlencode(fields).encode()
        head = _head("POST", "/my/pick", f"Cookie: {customer.cookies}", "application/x-www-form-urlencoded", len(body))
        return Asked("wish", head + body, lambda where: Asked("result", page(where, customer)))

    def _app(self, kind: str, customer: Customer) -> Asked:
        signed = f"Authorization: Bearer {customer.access}\r\nAccept: application/json"
        if kind != "api wishes":
            return Asked(kind, _head("GET", f"/api/v1/{kind.removeprefix('api ')}", signed))
        body = json.dumps(self._wanted()).encode()
        signed += f"\r\nIdempotency-Key: {new_reference()[0]}"
        return Asked(
            kind, _head("POST", "/api/v1/wishes", signed, "application/json", len(body)) + body, refusable=True
        )


def page(path: str, customer: Customer) -> bytes:
    return _head("GET", path, f"Cookie: {customer.cookies}")


def _head(method: str, path: str, signed: str, media: str = "", length: int = 0) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Accept-Language: zh", signed]
    if media:
        lines += [f"Content-Type: {media}", f"Content-Length: {length}"]
    return "\r\n".join([*lines, "", ""]).encode()
