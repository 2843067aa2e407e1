"""A courier over signed HTTP, on a real socket; its account file; and goods and policy as files."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from careline.channels.signing import signature
from careline.orders import goods, policy
from careline.orders.courier import accounts
from careline.orders.courier.adapters.signed_json import SignedJson
from careline.orders.courier.port import Booking, CourierAway, CourierRefused
from careline.values.language import Text
from tests.orders.shop import NOON

SECRET = "between-us"
BOOKING = Booking("K11K11K11K:1", "陈桂兰", "13900050009", "海棠路18号", "linjiang", NOON, NOON + timedelta(hours=3))


class Far(BaseHTTPRequestHandler):
    """A courier's own system: gives numbers, refuses one region, falls silent for one parcel."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        good = signature(self.headers["Careline-Timestamp"], body, SECRET) == self.headers["Careline-Signature"]
        asked = json.loads(body)
        answer: dict[str, Any] = {}
        status = 200
        if not good:
            status = 403
        elif self.path.endswith("/book"):
            status, answer = (422, {"reason": "太远"}) if asked["region"] == "far" else (200, {"number": "A1"})
        elif self.path.endswith("/told"):
            crooked = "crooked" in asked["numbers"]
            event = {"key": "1", "number": "A1", "did": "eaten" if crooked else "arrived", "at": NOON.isoformat()}
            answer = {"events": [event]}
        octets = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def far() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Far)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/parcels"
    server.shutdown()
    thread.join()
    server.server_close()


def courier(url: str, secret: str = SECRET) -> SignedJson:
    return SignedJson("feiyan", Text("飞燕", "Swallow"), url, secret)


def test_parcels_are_booked_and_asked_for_by_signed_requests(far: str) -> None:
    assert courier(far).book(BOOKING, now=NOON) == "A1"
    courier(far).call_off("A1", now=NOON)
    [told] = courier(far).told(["A1"], now=NOON)
    assert (told.did, told.at) == ("arrived", NOON)


def test_a_courier_that_refuses_is_told_from_one_that_is_away(far: str) -> None:
    from dataclasses import replace

    with pytest.raises(CourierRefused, match="太远"):
        courier(far).book(replace(BOOKING, region="far"), now=NOON)
    with pytest.raises(CourierAway, match="403"):
        courier(far, "guessed").book(BOOKING, now=NOON)
    with pytest.raises(CourierAway, match="did is one of"):
        courier(far).told(["crooked"], now=NOON)
    with pytest.raises(CourierAway) as away:
        courier("http://127.0.0.1:1/parcels").book(BOOKING, now=NOON)
    assert "陈桂兰" not in str(away.value) + repr(BOOKING)
    assert SECRET not in repr(courier(far))


def test_accounts_are_read_from_their_file_and_mistakes_are_named(tmp_path: Path) -> None:
    path = tmp_path / "couriers.toml"
    path.write_text('[[courier]]\nname = "feiyan"\nadapter = "signed-json"\nurl = "http://x"\nsecret_env = "S"\n')
    found = accounts.couriers({"CARELINE_COURIERS": str(path), "S": SECRET})
    assert found["feiyan"].secret == SECRET
    assert list(accounts.couriers({})) == ["sandbox"]
    for text, what in (
        ('[[courier]]\nname = "a b"\nadapter = "sandbox"\n', "name is one word"),
        ('[[courier]]\nname = "a"\nadapter = "pigeon"\n', "adapter is one of"),
        ('[[courier]]\nname = "a"\nadapter = "signed-json"\n', "it needs url"),
        ('[[courier]]\nname = "a"\nadapter = "sandbox"\ncolour = 1\n', "unknown key colour"),
        ("", "there is no"),
    ):
        path.write_text(text)
        with pytest.raises(accounts.AccountsError, match=what):
            accounts.read(path, {})


def test_the_goods_that_are_shipped_are_whole() -> None:
    assert goods.lint() == []
    found = goods.goods()
    assert len(found) >= 12
    assert {one.kind for one in found.values()} == set(goods.KINDS)
    assert {one.seller for one in found.values()} == set(goods.sellers())
    from tests.halls import the_book

    for one in found.values():
        if one.wish:
            assert one.wish.service in the_book().services


def test_every_mistake_in_goods_is_named(tmp_path: Path) -> None:
    (tmp_path / "_sellers.toml").write_text('careline = { zh = "我们", en = "Us" }\n', encoding="utf-8")
    (tmp_path / "thing.toml").write_text(
        'id = "other"\nkind = "boat"\nfen = -1\nlist_fen = 5\npays = ["gold"]\nseller = "nobody"\ncolour = "red"\n'
        'name = { zh = "东西" }\nabout = { zh = "东西", en = "A thing" }\nwish = { verb = "x" }\n'
        '[[discounts]]\nid = "Big"\nfen = 99\nsince = "tomorrow"\nwhy = { zh = "a", en = "b" }\n',
        encoding="utf-8",
    )
    fields = {one.field for one in goods.lint(tmp_path)}
    assert {"id", "kind", "fen", "pays", "seller", "name", "wish", "colour"} <= fields
    assert {"discounts.id", "discounts.since", "discounts.Big.fen"} <= fields
    with pytest.raises(goods.GoodsError, match="kind"):
        goods.goods(tmp_path)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[payment]\nminutes = -1\n", "minutes is a whole number"),
        ('[delivery]\nwindows = ["9-12"]\n', "a window is written"),
        ("[delivery]\nspeed = 1\n", "has no speed"),
        ("[moon]\n", "there is no section moon"),
    ],
)
def test_a_policy_that_is_none_is_refused(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "orders.toml"
    path.write_text(text)
    with pytest.raises(policy.PolicyError, match=what):
        policy._read(path)


def test_the_sandboxs_places_are_said_in_the_readers_language() -> None:
    from careline.orders import reading
    from careline.orders.courier.adapters import sandbox

    for place in set(sandbox._PLACES.values()):
        assert reading.place_of(place).en.isascii(), place
    assert reading.place_of("Changchun hub").zh == "Changchun hub"
