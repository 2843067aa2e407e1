"""The hub: what happens is told at least once, in order, to who asked for it, and to nobody inside our own network."""

import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg
import pytest
from django.db import transaction

from careline.cases import deeds
from careline.cases.records.case import Case
from careline.channels.signing import SIGNATURE, TIMESTAMP, signature
from careline.channels.tmf import callbacks, telling
from careline.channels.tmf.models import Delivery, Happening, Subscription
from tests.tmf.conftest import INTERACTION, INTERACTIONS, TICKET, TICKETS, Partner

HUB = "/tmf-api/troubleTicket/v4/hub"
CREATED, CHANGED, MOVED = (f"TroubleTicket{name}Event" for name in ("Create", "AttributeValueChange", "StatusChange"))


@dataclass
class Receiver:
    """A client's own server; `answers` are the statuses that it gives first, then always 204."""

    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    @property
    def types(self) -> list[str]:
        return [one["eventType"] for one in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    held = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = held.answers.pop(0) if held.answers else 204
            if status < 300:
                held.got.append(json.loads(body))
                held.bodies.append(body)
                held.headers.append(dict(self.headers))
            self.send_response(status)
            self.send_header("Location", held.url)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.url = f"http://127.0.0.1:{server.server_port}/events"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield held
    server.shutdown()
    thread.join()
    server.server_close()


def sweep(after: float = 0) -> int:
    return telling.sweep(datetime.now(UTC) + timedelta(seconds=after))


def test_a_subscriber_is_told_of_a_ticket_from_its_creation_on(partner: Partner, receiver: Receiver) -> None:
    made = partner.post(HUB, {"callback": receiver.url})
    assert made.status_code == 201
    assert made.json() == {"id": made.json()["id"], "callback": receiver.url}
    ticket = partner.post(TICKETS, TICKET).json()
    sweep()
    partner.patch(f"{TICKETS}/{ticket['id']}", {"name": "new"})
    sweep()
    Case.objects.update(state="analysing")
    sweep()
    Case.objects.update(state="replied")
    sweep()
    assert receiver.types == [CREATED, CHANGED, MOVED, MOVED, "TroubleTicketResolvedEvent"]
    assert receiver.got[0]["event"]["troubleTicket"]["id"] == ticket["id"]
    assert receiver.got[1]["event"]["troubleTicket"]["name"] == "new"
    assert [one["event"]["troubleTicket"]["status"] for one in receiver.got[2:]] == [
        "inProgress",
        "resolved",
        "resolved",
    ]
    assert len({one["eventId"] for one in receiver.got}) == 5
    assert sweep() == 0


def test_statuses_that_pass_between_two_sweeps_are_all_told_in_order(partner: Partner, receiver: Receiver) -> None:
    partner.post(HUB, {"callback": receiver.url, "query": f"eventType={MOVED}"})
    partner.post(TICKETS, TICKET)
    for state in ("analysing", "support", "plan", "replied"):
        Case.objects.update(state=state)
    sweep()
    told = [one["event"]["troubleTicket"]["status"] for one in receiver.got]
    assert told == ["inProgress", "held", "inProgress", "resolved"]


def test_information_is_asked_for_when_a_ticket_waits_for_the_customer(partner: Partner, receiver: Receiver) -> None:
    from careline.cases.promised import promising

    partner.post(HUB, {"callback": receiver.url, "query": "eventType=TroubleTicketInformationRequiredEvent"})
    docket = partner.post(TICKETS, TICKET).json()["id"]
    with deeds.deed(docket) as case:
        promising.pause(case, "which street?", by="wang", now=datetime.now(UTC))
    sweep()
    assert receiver.types == ["TroubleTicketInformationRequiredEvent"]
    assert receiver.got[0]["event"]["troubleTicket"]["status"] == "pending"


def test_a_query_chooses_events(partner: Partner, receiver: Receiver) -> None:
    partner.post(HUB, {"callback": receiver.url, "query": "event.troubleTicket.severity=High"})
    partner.post(TICKETS, TICKET)
    high = partner.post(TICKETS, TICKET | {"severity": "High", "description": "nothing works"}).json()["id"]
    sweep()
    assert {one["event"]["troubleTicket"]["id"] for one in receiver.got} == {high}


def test_what_was_not_taken_comes_again_and_nothing_overtakes_it(partner: Partner, receiver: Receiver) -> None:
    partner.post(HUB, {"callback": receiver.url})
    receiver.answers = [500, 302]
    partner.post(TICKETS, TICKET)
    Case.objects.update(state="analysing")
    sweep()
    assert receiver.got == []
    sweep(1)  # too soon
    sweep(3)
    assert receiver.got == []  # a redirect is not followed
    sweep(20)
    assert receiver.types == [CREATED, MOVED]


def test_a_deed_that_is_taken_back_is_not_told(partner: Partner, receiver: Receiver) -> None:
    partner.post(HUB, {"callback": receiver.url})
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        partner.post(TICKETS, TICKET)
        raise ZeroDivisionError
    sweep()
    assert receiver.got == []
    assert not Happening.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_late_is_not_missed(
    partner_of: Callable[..., Partner], receiver: Receiver, database_url: str
) -> None:
    """One transaction begins first and commits last: a cursor over ids would have passed it."""
    partner = partner_of()
    partner.post(HUB, {"callback": receiver.url, "query": f"eventType={MOVED}"})
    slow, quick = (partner.post(TICKETS, TICKET).json()["id"] for _ in range(2))
    with psycopg.connect(database_url) as late:
        late.execute("UPDATE case_case SET state = 'analysing' WHERE docket = %s", [slow])
        Case.objects.filter(docket=quick).update(state="analysing")
        sweep()
        assert [one["event"]["troubleTicket"]["id"] for one in receiver.got] == [quick]
        late.commit()
    sweep()
    assert [one["event"]["troubleTicket"]["id"] for one in receiver.got] == [quick, slow]


def test_a_receiver_that_is_down_is_given_up_and_the_log_says_so(
    partner: Partner, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    partner.post(HUB, {"callback": f"http://127.0.0.1:{port}/"})
    partner.post(TICKETS, TICKET)
    with caplog.at_level(logging.WARNING, "careline"):
        for place in range(telling.TRIES_MAX):
            sweep(place * 4000)
    assert "is given up" in caplog.text
    ended = Subscription.objects.get()
    assert ended.ended_at
    assert ended.tries == telling.TRIES_MAX
    assert not Delivery.objects.filter(done_at=None).exists()
    partner.post(TICKETS, TICKET)
    assert not Happening.objects.exists()  # nobody listens any more


def test_one_event_that_is_never_taken_holds_nobody_up_for_ever(partner: Partner, receiver: Receiver) -> None:
    partner.post(HUB, {"callback": receiver.url})
    partner.post(TICKETS, TICKET)
    for place in range(telling.TRIES_MAX):
        receiver.answers = [422]
        sweep(place * 8000)
        receiver.answers = []
        Subscription.objects.update(tries=0)  # it takes other tickets' events meanwhile
    Case.objects.update(state="analysing")
    sweep(telling.TRIES_MAX * 8000)
    assert receiver.types == [MOVED]


def test_bodies_are_signed_with_the_secret_that_was_given(partner: Partner, receiver: Receiver) -> None:
    secret = "a secret of the shop"
    told = partner.post(HUB, {"callback": receiver.url, "secret": secret})
    assert secret not in told.content.decode()
    partner.post(TICKETS, TICKET)
    sweep()
    (headers,), (body,) = receiver.headers, receiver.bodies
    assert headers[SIGNATURE] == signature(headers[TIMESTAMP], body, secret)


def test_events_show_numbers_to_those_who_may_see_them(
    partner: Partner, partner_of: Callable[..., Partner], receiver: Receiver
) -> None:
    partner_of("blind", "tmf:read", "tmf:write").post(HUB, {"callback": receiver.url})
    line = {"id": "+8613900000001", "role": "subscriber", "@referredType": "Individual"}
    partner.post(TICKETS, TICKET | {"relatedParty": [line]})
    sweep()
    assert b"139****0001" in receiver.bodies[0]
    assert b"13900000001" not in receiver.bodies[0]


def test_who_ends_a_subscription_is_told_nothing_more(
    partner: Partner, partner_of: Callable[..., Partner], receiver: Receiver
) -> None:
    made = partner.post(HUB, {"callback": receiver.url})
    partner.post(TICKETS, TICKET)
    assert partner_of("stranger").delete(made["Location"]).status_code == 404
    assert partner.delete(made["Location"]).status_code == 204
    assert partner.delete(made["Location"]).status_code == 404
    assert partner.delete(f"{HUB}/nonsense").status_code == 404
    sweep()
    assert receiver.got == []


@pytest.mark.parametrize(
    "callback",
    [
        "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://[fd00::1]/", "http://192.168.1.1:8080/",
        "http://[::ffff:10.0.0.1]/", "http://[64:ff9b::a00:1]/", "http://0.0.0.0/", "http://224.0.0.1/",
        "http://[2002:a00:1::]/", "ftp://example.org/", "file:///etc/passwd", "http://user:pw@127.0.0.1/", "//x", "x",
        "http://127.0.0.1:99999/", "http://no-such-host.invalid/", "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: 1",
        "http://2130706433.example.invalid/", "http://" + "a" * 3000,
    ],
)  # fmt: skip
def test_callbacks_never_lead_into_our_own_network(partner: Partner, callback: str) -> None:
    refused = partner.post(HUB, {"callback": callback})
    assert refused.status_code == 400
    assert "callback" in refused.json()["message"]
    assert not Subscription.objects.exists()


def test_outside_the_demo_not_even_loopback_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELINE_TMF_CALLBACK_NETWORKS", "10.1.0.0/16")
    with pytest.raises(callbacks.Forbidden):
        callbacks.target_of("http://127.0.0.1/")
    assert callbacks.target_of("http://10.1.2.3/x?y=1").path == "/x?y=1"


@pytest.mark.parametrize(
    "body",
    [
        {}, {"callback": 7}, {"callback": "http://127.0.0.1/", "query": "eventType=NoSuchEvent"},
        {"callback": "http://127.0.0.1/", "query": "colour=red"}, {"callback": "http://127.0.0.1/", "secret": "short"},
        {"callback": "http://127.0.0.1/", "more": 1},
    ],
)  # fmt: skip
def test_a_subscription_that_makes_no_sense_is_refused(partner: Partner, body: dict[str, Any]) -> None:
    assert partner.post(HUB, body).status_code == 400


def test_the_same_subscription_twice_is_a_conflict(partner: Partner, receiver: Receiver) -> None:
    partner.post(HUB, {"callback": receiver.url})
    assert partner.post(HUB, {"callback": receiver.url}).status_code == 409
    assert partner.post(HUB, {"callback": receiver.url, "query": f"eventType={MOVED}"}).status_code == 201


def test_interactions_have_events_of_their_own(partner: Partner, receiver: Receiver) -> None:
    partner.post("/tmf-api/partyInteraction/v4/hub", {"callback": receiver.url})
    path = partner.post(INTERACTIONS, INTERACTION)["Location"]
    sweep()
    partner.patch(path, {"status": "inProgress"})
    partner.delete(path)
    sweep()
    # Of what was changed and then removed only the last can be told: nobody can read the rest any more.
    assert receiver.types == ["PartyInteractionCreateEvent", "PartyInteractionDeleteEvent"]
    assert receiver.got[1]["event"]["partyInteraction"]["status"] == "inProgress"


def test_messages_have_no_events_and_the_hub_says_so(partner: Partner) -> None:
    assert partner.post("/tmf-api/communicationManagement/v4/hub", {"callback": "http://127.0.0.1/"}).status_code == 405


def test_a_receiver_that_never_finishes_is_cut_off(db: None) -> None:
    """One that drips an answer, octet by octet, would keep a sweep for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def drip() -> None:
            line, _ = server.accept()
            with line:
                line.recv(4096)
                try:
                    while not ended.wait(0.02):
                        line.sendall(b"H")
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        began = datetime.now(UTC)
        target = callbacks.target_of(f"http://127.0.0.1:{server.getsockname()[1]}/")
        with pytest.raises((OSError, HTTPException)):
            callbacks.post(target, b"{}", {}, time_limit_seconds=0.2)
        assert datetime.now(UTC) - began < timedelta(seconds=20)
        ended.set()
        thread.join()
