"""The four transaction machines: every edge of their tables, every timer, on either kind of transport."""

import pytest

from careline.protocols.sip.alarms import Alarms
from careline.protocols.sip.config import Timing
from careline.protocols.sip.layer import Layer, Transaction
from careline.protocols.sip.message import Request, Response, parse
from careline.protocols.sip.steps import Hop, Send, Step
from careline.protocols.sip.transaction import CLIENT, INVITE_CLIENT, INVITE_SERVER, SERVER, Input, State
from tests.wire.torture.messages import request

UDP = Hop("udp", "192.0.2.1", 5060)
TCP = Hop("tcp", "192.0.2.1", 5060, 7)


class Machine:
    """One transaction with its layer, and what it did at which second."""

    def __init__(self, method: str, hop: Hop, *, server: bool) -> None:
        self.out: list[Step] = []
        self.alarms = Alarms()
        self.layer = Layer(Timing(), self.alarms, self.out)
        self.now = 0.0
        self.told: list[tuple[float, object]] = []
        self.lost: list[float] = []
        self.sends: list[float] = []
        self.data: list[bytes] = []
        via = "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKmachine"
        message = parse(request(f"{method} sip:a@192.0.2.9 SIP/2.0", via=via, body=""))
        assert isinstance(message, Request)
        self.message = message
        if server:
            self.transaction = self.layer.serve(message, hop, 0.0)
            self.transaction.lost = lambda transaction, now: self.lost.append(now)
        else:
            self.transaction = self.layer.request(method, "z9hG4bKmachine", b"request", hop, self._heard, 0.0)
            self.transaction.ack = lambda response: b"ack"
        self._note()

    def _heard(self, _: Transaction, status: int, response: Response | None, now: float) -> None:
        self.told.append((now, status if response else f"local {status}"))

    def _note(self) -> None:
        for step in self.out:
            assert isinstance(step, Send)
            self.sends.append(round(self.now, 3))
            self.data.append(step.data)
        self.out.clear()

    def at(self, second: float) -> "Machine":
        """Let time pass."""
        while (due := self.alarms.next_at()) is not None and due <= second:
            self.now = due
            self.alarms.ring(due)
            self._note()
        self.now = second
        return self

    def hear(self, status: int) -> "Machine":
        """A response comes."""
        line = f"SIP/2.0 {status} X".encode()
        data = self.message.encode()
        response = parse(line + data[data.index(b"\r\n") :])
        assert isinstance(response, Response)
        self.layer.hear(response, self.now)
        self._note()
        return self

    def say(self, status: int) -> "Machine":
        """The user of a server transaction answers."""
        self.layer.respond(self.transaction, status, f"response {status}".encode(), self.now)
        self._note()
        return self

    def again(self) -> "Machine":
        """The request comes again."""
        self.layer.again(self.transaction, self.now)
        self._note()
        return self

    @property
    def state(self) -> State:
        return self.transaction.state


def client(method: str = "INVITE", hop: Hop = UDP) -> Machine:
    return Machine(method, hop, server=False)


def server(method: str = "INVITE", hop: Hop = UDP) -> Machine:
    return Machine(method, hop, server=True)


def test_timer_a_doubles_and_timer_b_gives_up() -> None:
    machine = client().at(100.0)
    assert machine.sends == [0.0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert machine.told == [(32.0, "local 408")]
    assert (machine.state, len(machine.layer), len(machine.alarms)) == (State.TERMINATED, 0, 0)


def test_over_tcp_an_invite_is_sent_once() -> None:
    machine = client(hop=TCP).at(100.0)
    assert (machine.sends, machine.told) == ([0.0], [(32.0, "local 408")])


def test_a_provisional_response_stops_both_for_as_long_as_it_rings() -> None:
    machine = client().at(0.2).hear(100).at(20.0).hear(180).at(500.0)
    assert (machine.sends, machine.told) == ([0.0], [(0.2, 100), (20.0, 180)])
    assert (machine.state, len(machine.alarms)) == (State.PROCEEDING, 0)


@pytest.mark.parametrize("before", [None, 180])
def test_a_failure_is_acknowledged_each_time_until_timer_d(before: int | None) -> None:
    machine = client()
    if before:
        machine.hear(before)
    machine.at(1.0).hear(486).at(5.0).hear(486).at(32.9).hear(486)
    assert machine.data.count(b"ack") == 3
    assert [status for _, status in machine.told if status != 180] == [486]
    assert machine.state is State.COMPLETED
    assert machine.hear(200).state is State.COMPLETED
    machine.at(33.0)
    assert (machine.state, len(machine.layer)) == (State.TERMINATED, 0)


def test_over_tcp_a_failure_ends_at_once() -> None:
    machine = client(hop=TCP).hear(486)
    assert (machine.data, machine.state, len(machine.layer)) == ([b"request", b"ack"], State.TERMINATED, 0)


@pytest.mark.parametrize("hop", [UDP, TCP])
def test_a_success_is_delivered_each_time_until_timer_m(hop: Hop) -> None:
    machine = client(hop=hop).at(1.0).hear(200).at(3.0).hear(200).at(32.9).hear(200)
    assert [status for _, status in machine.told] == [200, 200, 200]
    assert machine.state is State.ACCEPTED
    assert b"ack" not in machine.data
    assert machine.at(33.0).state is State.TERMINATED


def test_timer_e_doubles_up_to_t2_and_timer_f_gives_up() -> None:
    machine = client("OPTIONS").at(100.0)
    assert machine.sends == [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert machine.told == [(32.0, "local 408")]


def test_a_provisional_response_slows_timer_e_to_t2() -> None:
    machine = client("OPTIONS").at(0.6).hear(100).at(100.0)
    assert machine.sends == [0.0, 0.5, 1.5, 5.5, 9.5, 13.5, 17.5, 21.5, 25.5, 29.5]
    assert machine.told == [(0.6, 100), (32.0, "local 408")]


@pytest.mark.parametrize(("hop", "gone"), [(UDP, 6.0), (TCP, 1.0)])
@pytest.mark.parametrize("status", [200, 404])
def test_timer_k_swallows_what_comes_late(hop: Hop, gone: float, status: int) -> None:
    machine = client("BYE", hop).at(1.0).hear(status)
    assert (machine.state is State.TERMINATED) is (hop is TCP)
    machine.at(5.9).hear(status)
    assert machine.told == [(1.0, status)]
    machine.at(6.0)
    assert (machine.state, len(machine.layer), len(machine.alarms)) == (State.TERMINATED, 0, 0)


@pytest.mark.parametrize("method", ["INVITE", "OPTIONS"])
def test_a_client_that_cannot_send_says_so(method: str) -> None:
    machine = client(method)
    machine.layer.unreachable(UDP, 0.1)
    assert (machine.told, len(machine.layer), len(machine.alarms)) == ([(0.1, "local 503")], 0, 0)


def test_a_repeated_invite_gets_the_latest_response() -> None:
    machine = server().again()
    assert machine.data == []
    machine.say(100).again().say(180).again().again()
    assert machine.data == [b"response 100"] * 2 + [b"response 180"] * 3


def test_timer_g_repeats_a_failure_and_timer_h_gives_up() -> None:
    machine = server().at(1.0).say(486).at(100.0)
    assert machine.sends == [1.0, 1.5, 2.5, 4.5, 8.5, 12.5, 16.5, 20.5, 24.5, 28.5, 32.5]
    assert (machine.lost, machine.state) == ([33.0], State.TERMINATED)


def test_over_tcp_a_failure_is_sent_once_and_still_waits_for_its_ack() -> None:
    machine = server(hop=TCP).say(486).at(31.0)
    assert (machine.sends, machine.state) == ([0.0], State.COMPLETED)
    assert machine.layer.acknowledged(machine.transaction, 31.0)
    assert (machine.state, len(machine.layer)) == (State.TERMINATED, 0)


def test_the_ack_of_a_failure_is_swallowed_until_timer_i() -> None:
    machine = server().say(486).at(0.6)
    assert machine.layer.acknowledged(machine.transaction, 0.6)
    assert machine.state is State.CONFIRMED
    machine.at(3.0).again()
    assert machine.layer.acknowledged(machine.transaction, 3.0)
    assert machine.sends == [0.0, 0.5]
    machine.at(5.6)
    assert (machine.state, len(machine.layer), len(machine.alarms)) == (State.TERMINATED, 0, 0)


@pytest.mark.parametrize("hop", [UDP, TCP])
def test_after_a_success_repeated_invites_are_swallowed_until_timer_l(hop: Hop) -> None:
    machine = server(hop=hop).say(200).at(1.0).again().say(200)
    assert machine.data == [b"response 200"] * 2
    assert not machine.layer.acknowledged(machine.transaction, 1.0)
    assert machine.at(31.9).state is State.ACCEPTED
    assert machine.at(32.0).state is State.TERMINATED


@pytest.mark.parametrize(("hop", "seconds"), [(UDP, 32.0), (TCP, 0.0)])
def test_a_served_request_is_answered_again_until_timer_j(hop: Hop, seconds: float) -> None:
    machine = server("BYE", hop).again()
    assert machine.data == []
    machine.say(100).again().say(200)
    if seconds:
        machine.at(seconds - 0.1).again()
        assert machine.data == [b"response 100"] * 2 + [b"response 200"] * 2
    machine.at(seconds)
    assert (machine.state, len(machine.layer), len(machine.alarms)) == (State.TERMINATED, 0, 0)


@pytest.mark.parametrize(("method", "state"), [("INVITE", State.PROCEEDING), ("BYE", State.TERMINATED)])
def test_a_server_that_cannot_send_says_so(method: str, state: State) -> None:
    machine = server(method)
    machine.say(100)
    machine.layer.unreachable(UDP, 0.1)
    assert (machine.lost, machine.state) == ([0.1], state)


@pytest.mark.parametrize("table", [INVITE_CLIENT, CLIENT, INVITE_SERVER, SERVER])
def test_every_state_of_a_table_can_be_reached_and_left(
    table: dict[tuple[State, Input], tuple[State, tuple[object]]],
) -> None:
    reached, left = {State.START}, {state for state, _ in table}
    while new := {to for (state, _), (to, _) in table.items() if state in reached} - reached:
        reached |= new
    assert reached - {State.TERMINATED} == left
    assert State.TERMINATED in reached


def test_what_a_table_does_not_know_changes_nothing() -> None:
    machine = client().hear(200)
    machine.hear(486).hear(180)
    assert (machine.state, machine.told) == (State.ACCEPTED, [(0.0, 200)])


def test_cancelled_alarms_are_swept() -> None:
    alarms, rung = Alarms(), list[int]()
    armed = [alarms.arm(float(n), lambda subject, now: rung.append(subject), n) for n in range(5_000)]
    for alarm in armed[1:]:
        alarms.cancel(alarm)
        alarms.cancel(alarm)
    assert len(alarms) == 1
    assert len(alarms._heap) < 2_500
    alarms.ring(10_000.0)
    assert (rung, alarms.next_at()) == ([0], None)
