"""A wire that loses, doubles and reorders: calls always end, both sides agree, and nothing is left over."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careline.protocols.sip import Answered, Config, Ended, Event, Incoming, Limits, NothingFits, Offer
from tests.wire.sip_wire import Party, Wire

ALICE, HALL = "192.0.2.1", "192.0.2.9"

INSERTIONS = [
    b"\r\n", b'"', b"<", b">", b";", b",", b"9" * 15, b"\r\nRequire: 100rel\r\nRSeq: 1", b"\r\nMin-SE: x",
    b"\r\nSession-Expires: 90;refresher=uac", b"\r\nRecord-Route: <sip:x;lr>, <y>", b"\r\nContact: <tel:+1>",
]  # fmt: skip


def answer_to(party: Party, offer: bytes) -> bytes:
    """An answer, whatever was offered."""
    try:
        return party.media.answer(offer)[0]
    except NothingFits:
        return party.media.offer()


def spoilt(data: bytes, chance: random.Random) -> bytes:
    """A message with an octet changed, a piece missing, something put in, a line twice or a line gone."""
    place = chance.randrange(len(data) + 1)
    lines = data.split(b"\r\n")
    match chance.randrange(5):
        case 0:
            return data[:place] + bytes([chance.randrange(256)]) + data[place + 1 :]
        case 1:
            return data[:place] + data[place + chance.randrange(1, 20) :]
        case 2:
            return data[:place] + chance.choice(INSERTIONS) + data[place:]
        case 3:
            lines.insert(chance.randrange(len(lines)), chance.choice(lines))
        case _:
            lines.pop(chance.randrange(len(lines)))
    return b"\r\n".join(lines)


def play(seed: int, loss: float, script: list[str], garbled: float = 0.0) -> tuple[Party, Party]:
    """One call on a bad wire, with these deeds of either side at any time; long enough for every timer to run out."""
    chance = random.Random(seed)

    def channel(_: bytes) -> list[float]:
        copies = 0 if chance.random() < loss else 1 + (chance.random() < 0.1)
        return [chance.choice((0.005, 0.02, 0.3, 0.9)) for _ in range(copies)]

    wire = Wire(channel)
    wire.garbles = lambda data: spoilt(data, chance) if garbled and chance.random() < garbled else data
    limits = Limits(talking_seconds=120.0, ringing_seconds=40.0, transfer_seconds=30.0)
    caller = Party(wire, ALICE, Config(ALICE, limits=limits, session_expires_seconds=90))
    callee = Party(wire, HALL, Config(HALL, limits=limits, session_expires_seconds=90))
    early = chance.random() < 0.5
    answers = chance.random() < 0.9

    def reacts(party: Party, call: str, event: Event) -> None:
        if isinstance(event, Incoming):
            sdp = answer_to(party, event.offer)
            party.do(party.ua.ring(call, wire.now, status=183 if early else 180, sdp=sdp if early else b""))
            if answers:
                party.do(party.ua.answer(call, sdp, wire.now))
        elif isinstance(event, Offer):
            sdp = answer_to(party, event.sdp)
            party.do(party.ua.accept(call, sdp, wire.now))

    caller.reacts = callee.reacts = reacts
    call, steps = caller.ua.invite("sip:10086@192.0.2.9", callee.hop, 0.0, sdp=caller.media.offer())
    caller.do(steps)
    for deed in script:
        wire.run(wire.now + chance.choice((0.0, 0.01, 0.4, 3.0, 20.0)))
        party = callee if deed[0] == "c" else caller
        id = call if party is caller else next((one for one, _ in callee.happened), "")
        now, ua = wire.now, party.ua
        match deed[1:]:
            case "hold":
                party.do(ua.reinvite(id, party.media.offer("sendonly"), now))
            case "update":
                party.do(ua.update(id, party.media.offer(), now))
            case "digit":
                party.do(ua.info(id, "application/dtmf-relay", b"Signal=5\r\n", now))
            case "refer":
                party.do(ua.refer(id, "sip:b@192.0.2.50", now))
            case "bye":
                party.do(ua.hang_up(id, now))
    wire.run(wire.now + 400.0)
    return caller, callee


DEEDS = [side + deed for side in "ac" for deed in ("hold", "update", "digit", "refer", "bye")]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.1, 0.3, 0.6, 0.95]), st.lists(st.sampled_from(DEEDS), max_size=6))
def test_every_call_ends_and_leaves_nothing(seed: int, loss: float, script: list[str]) -> None:
    for party in play(seed, loss, script):
        all_is_over(party)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.2]), st.lists(st.sampled_from(DEEDS), max_size=6))
def test_the_same_holds_on_a_wire_that_garbles(seed: int, loss: float, script: list[str]) -> None:
    for party in play(seed, loss, script, garbled=0.25):
        all_is_over(party)


def all_is_over(party: Party) -> None:
    """Each call ended once, told nothing after that, and left nothing."""
    ends = [call for call, event in party.happened if isinstance(event, Ended)]
    assert sorted(ends) == sorted({call for call, _ in party.happened})
    for call in ends:
        assert isinstance([event for one, event in party.happened if one == call][-1], Ended)
    assert party.left_over() == {}


@pytest.mark.parametrize("seed", range(12))
def test_on_a_wire_that_loses_a_third_both_sides_agree(seed: int) -> None:
    caller, callee = play(seed, 0.3, ["ahold", "cupdate", "abye"])
    ends = [party.events(Ended)[0] for party in (caller, callee) if party.events(Ended)]
    answered = caller.events(Answered)
    # Whoever talks was heard by the other: one answer on one side, one call on the other.
    assert len(callee.events(Incoming)) <= 1
    assert len(answered) <= 1
    if answered:
        assert len(ends) == 2
        assert {end.reason for end in ends if isinstance(end, Ended)} <= {"ours", "hung_up", "lost", "timed_out"}


def test_the_same_on_a_perfect_wire_happens_once_and_in_order() -> None:
    caller, callee = play(0, 0.0, ["adigit", "ahold", "abye"])
    assert callee.kinds == ["Incoming", "Acknowledged", "InfoDigit", "Offer", "Ended"]
    assert caller.kinds == ["Progress", "Answered", "Renegotiated", "Ended"]
