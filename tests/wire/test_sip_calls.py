"""Whole calls between two agents: every way in which one begins, changes and ends."""

from collections.abc import Callable

import pytest

from careline.protocols.sip import (
    Acknowledged,
    Agreed,
    Answered,
    Config,
    Credentials,
    Ended,
    Event,
    Incoming,
    InfoDigit,
    Limits,
    Offer,
    Progress,
    Referred,
    Renegotiated,
    TooManyCalls,
    Transferred,
    Unchanged,
)
from tests.wire.sip_wire import Party, Wire

ALICE, HALL = "192.0.2.1", "192.0.2.9"


def pair(
    transport: str = "udp", *, alice: dict[str, object] | None = None, **hall: object
) -> tuple[Wire, Party, Party]:
    wire = Wire()
    ports = {"udp": 5060, "tcp": 5060}
    caller = Party(wire, ALICE, Config(ALICE, ports, **(alice or {})), transport)  # type: ignore[arg-type]
    callee = Party(wire, HALL, Config(HALL, ports, **hall), transport)  # type: ignore[arg-type]
    return wire, caller, callee


def dial(wire: Wire, caller: Party, callee: Party, **more: object) -> str:
    given = {"sdp": caller.media.offer()} | more
    call, steps = caller.ua.invite("sip:10086@192.0.2.9", callee.hop, wire.now, **given)  # type: ignore[arg-type]
    caller.do(steps)
    return call


def answering(party: Party, call: str, event: Event) -> None:
    """An application that answers at once, and agrees to whatever is offered later."""
    now = party.wire.now
    match event:
        case Incoming(offer=offer):
            sdp = party.media.answer(offer)[0] if offer else party.media.offer()
            party.do(party.ua.ring(call, now))
            party.do(party.ua.answer(call, sdp, now))
        case Offer(sdp=offer):
            party.do(party.ua.accept(call, party.media.answer(offer)[0] if offer else party.media.offer(), now))


def talking(transport: str = "udp", **hall: object) -> tuple[Wire, Party, Party, str]:
    wire, caller, callee = pair(transport, **hall)  # type: ignore[arg-type]
    callee.reacts = answering
    call = dial(wire, caller, callee)
    wire.run(1.0)
    assert callee.kinds == ["Incoming", "Acknowledged"]
    return wire, caller, callee, call


def nothing_left(wire: Wire, *parties: Party) -> None:
    wire.run(wire.now + 70.0)
    for party in parties:
        assert party.left_over() == {}
        assert party.kinds.count("Ended") == sum(isinstance(event, Incoming) for event in party.events()) + (
            party.ua.stats().get("outgoing", 0)
        )


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_call_is_answered_and_hung_up_by_the_caller(transport: str) -> None:
    wire, caller, callee, call = talking(transport)
    assert caller.kinds == ["Progress", "Answered"]
    answered = caller.events(Answered)[0]
    assert isinstance(answered, Answered)
    assert caller.media.take(answered.sdp) == Agreed((HALL, 20_000), "PCMA", 101, "sendrecv")
    caller.do(caller.ua.hang_up(call, wire.now))
    wire.run(2.0)
    assert caller.events()[-1] == Ended("ours")
    assert callee.events()[-1] == Ended("hung_up")
    assert len(caller.started("INVITE")) == len(caller.started("ACK")) == len(caller.started("BYE")) == 1
    nothing_left(wire, caller, callee)


def test_a_call_is_hung_up_by_us_with_a_cause() -> None:
    wire, caller, callee, _ = talking()
    callee.do(callee.ua.hang_up(callee.happened[0][0], wire.now, cause='Q.850;cause=16\r\nX: y;text="done"'))
    nothing_left(wire, caller, callee)
    ended = caller.events()[-1]
    assert isinstance(ended, Ended)
    assert (ended.reason, ended.detail) == ("hung_up", 'Q.850;cause=16 X: y;text="done"')


def test_a_caller_who_gives_up_cancels() -> None:
    wire, caller, callee = pair()
    callee.reacts = lambda party, call, event: party.do(party.ua.ring(call, wire.now))
    call = dial(wire, caller, callee)
    wire.run(1.0)
    caller.do(caller.ua.hang_up(call, wire.now))
    wire.run(2.0)
    assert callee.kinds == ["Incoming", "Ended"]
    assert callee.events()[-1] == Ended("cancelled", 487)
    assert caller.kinds == ["Progress", "Ended"]
    assert len(caller.started("CANCEL")) == 1
    nothing_left(wire, caller, callee)


def test_nobody_is_cancelled_before_it_said_anything() -> None:
    wire, caller, callee = pair()
    call = dial(wire, caller, callee)
    caller.do(caller.ua.hang_up(call, wire.now))
    assert caller.started("CANCEL") == []
    wire.run(1.0)
    assert len(caller.started("CANCEL")) == 1
    assert callee.events()[-1] == Ended("cancelled", 487)
    nothing_left(wire, caller, callee)


def test_an_answer_that_crosses_the_cancel_is_hung_up() -> None:
    wire, caller, callee = pair()
    call = dial(wire, caller, callee)
    wire.run(0.05)
    callee.do(callee.ua.answer(callee.happened[0][0], callee.media.offer(), wire.now))
    caller.do(caller.ua.hang_up(call, wire.now))
    wire.run(1.0)
    assert caller.kinds == ["Ended"]
    assert callee.kinds == ["Incoming", "Acknowledged", "Ended"]
    assert callee.events()[-1] == Ended("hung_up")
    nothing_left(wire, caller, callee)


@pytest.mark.parametrize(("status", "retry"), [(486, None), (503, 30), (603, None)])
def test_a_call_is_refused(status: int, retry: int | None) -> None:
    wire, caller, callee = pair()
    callee.reacts = lambda party, call, event: party.do(party.ua.reject(call, status, wire.now, retry_after=retry))
    dial(wire, caller, callee)
    wire.run(1.0)
    ended = caller.events()[-1]
    assert isinstance(ended, Ended)
    assert (ended.reason, ended.status) == ("refused", status)
    assert (b"Retry-After: 30" in callee.sent[-1]) is (retry is not None)
    assert len(caller.started("ACK")) == 1
    nothing_left(wire, caller, callee)


def test_a_caller_who_lets_it_ring_is_let_go() -> None:
    wire, caller, callee = pair()
    dial(wire, caller, callee, time_limit_seconds=1_000)
    wire.run(200.0)
    assert callee.events()[-1] == Ended("timed_out", 480)
    assert caller.events()[-1] == Ended("refused", 480, "Temporarily Unavailable")
    nothing_left(wire, caller, callee)


def test_a_call_of_ours_that_nobody_takes_is_cancelled() -> None:
    wire, caller, callee = pair()
    dial(wire, caller, callee, time_limit_seconds=20)
    wire.run(25.0)
    assert caller.events() == [Ended("timed_out", 408, "no answer")]
    assert callee.events()[-1] == Ended("cancelled", 487)
    nothing_left(wire, caller, callee)


def test_a_call_to_nobody_times_out_after_seven_tries() -> None:
    wire, caller, callee = pair()
    del wire.parties[HALL]
    dial(wire, caller, callee)
    wire.run(40.0)
    assert caller.events() == [Ended("timed_out", 408, "no response")]
    assert len(caller.started("INVITE")) == 7
    nothing_left(wire, caller)


def test_a_hop_that_is_not_there_ends_the_call_at_once() -> None:
    wire, caller, callee = pair("tcp")
    dial(wire, caller, callee)
    caller.do(caller.ua.unreachable(callee.hop, wire.now))
    assert caller.events() == [Ended("refused", 503, "unreachable")]


def test_without_an_ack_the_call_is_lost_after_half_a_minute() -> None:
    wire, caller, callee = pair()
    callee.reacts = answering
    wire.channel = lambda data: [] if data.startswith((b"ACK", b"BYE")) else [0.01]
    dial(wire, caller, callee)
    wire.run(31.0)
    assert "Ended" not in callee.kinds
    wire.run(33.0)
    assert callee.events()[-1] == Ended("lost", 408, "no ACK")
    assert 8 <= len([one for one in callee.started("SIP/2.0 200") if b"CSeq: 1 INVITE" in one]) <= 12
    wire.run(150.0)
    assert callee.left_over() == {}


def test_a_hang_up_before_the_ack_waits_for_it() -> None:
    wire, caller, callee = pair()
    callee.reacts = answering
    dial(wire, caller, callee)
    wire.run(0.015)
    callee.do(callee.ua.hang_up(callee.happened[0][0], wire.now))
    assert callee.events()[-1] == Ended("ours")
    assert callee.started("BYE") == []
    wire.run(1.0)
    assert len(callee.started("BYE")) == 1
    assert caller.events()[-1] == Ended("hung_up")
    nothing_left(wire, caller, callee)


def test_both_hang_up_at_once() -> None:
    wire, caller, callee, call = talking()
    caller.do(caller.ua.hang_up(call, wire.now))
    callee.do(callee.ua.hang_up(callee.happened[0][0], wire.now))
    wire.run(2.0)
    assert (caller.events()[-1], callee.events()[-1]) == (Ended("ours"), Ended("ours"))
    nothing_left(wire, caller, callee)


def test_a_call_without_an_offer_gets_ours_and_answers_in_its_ack() -> None:
    wire, caller, callee = pair()
    callee.reacts = answering

    def answered(party: Party, call: str, event: Event) -> None:
        if isinstance(event, Answered):
            party.do(party.ua.acknowledge(call, party.media.answer(event.sdp)[0], wire.now))

    caller.reacts = answered
    call = dial(wire, caller, callee, sdp=b"")
    wire.run(1.0)
    acknowledged = callee.events(Acknowledged)[0]
    assert isinstance(acknowledged, Acknowledged)
    assert callee.media.take(acknowledged.answer).remote == (ALICE, 20_000)
    caller.do(caller.ua.hang_up(call, wire.now))
    nothing_left(wire, caller, callee)


@pytest.mark.parametrize("by", ["caller", "callee"])
@pytest.mark.parametrize("method", ["reinvite", "update"])
def test_either_side_holds_and_resumes(by: str, method: str) -> None:
    wire, caller, callee, call = talking()
    caller.reacts = answering
    one, id, other = (caller, call, callee) if by == "caller" else (callee, callee.happened[0][0], caller)
    change: Callable[..., list[object]] = getattr(one.ua, method)
    one.do(change(id, one.media.offer("sendonly"), wire.now))  # type: ignore[arg-type]
    wire.run(2.0)
    offer, answer = other.events(Offer)[0], one.events(Renegotiated)[0]
    assert isinstance(offer, Offer)
    assert isinstance(answer, Renegotiated)
    assert other.media.answer(offer.sdp)[1].held
    assert one.media.take(answer.answer).direction == "sendonly"
    one.do(change(id, one.media.offer(), wire.now))  # type: ignore[arg-type]
    wire.run(3.0)
    assert len(one.events(Renegotiated)) == 2
    assert len(one.started("UPDATE")) == (2 if method == "update" else 0)
    one.do(one.ua.hang_up(id, wire.now))
    nothing_left(wire, caller, callee)


def test_an_offer_that_does_not_fit_changes_nothing() -> None:
    wire, caller, callee, call = talking()
    callee.reacts = lambda party, id, event: party.do(party.ua.refuse(id, 488, wire.now))
    caller.do(caller.ua.reinvite(call, caller.media.offer(), wire.now))
    wire.run(2.0)
    assert caller.events()[-1] == Unchanged(488)
    assert caller.ua.knows(call)


def test_when_both_offer_at_once_one_waits() -> None:
    wire, caller, callee, call = talking()
    caller.reacts = answering
    other = callee.happened[0][0]
    caller.do(caller.ua.reinvite(call, caller.media.offer("sendonly"), wire.now))
    callee.do(callee.ua.reinvite(other, callee.media.offer("sendonly"), wire.now))
    wire.run(1.02)
    assert len([one for one in caller.sent + callee.sent if one.startswith(b"SIP/2.0 491")]) == 2
    wire.run(10.0)
    assert len(caller.events(Renegotiated)) == len(callee.events(Renegotiated)) == 1
    caller.do(caller.ua.hang_up(call, wire.now))
    nothing_left(wire, caller, callee)


def test_an_answered_call_asks_for_our_offer_in_a_reinvite_without_one() -> None:
    wire, caller, callee, call = talking()
    caller.do(caller.ua.reinvite(call, b"", wire.now))
    wire.run(2.0)
    assert callee.events(Offer) == [Offer(b"")]
    assert b"m=audio" in caller.events(Renegotiated)[0].answer  # type: ignore[union-attr]


def test_digits_come_by_info() -> None:
    wire, caller, callee, call = talking()
    for kind, body in [
        ("application/dtmf-relay", b"Signal=5\r\nDuration=160\r\n"),
        ("application/dtmf-relay", b"signal = *\n"),
        ("application/dtmf-relay", b"Signal=11\r\nDuration=90"),
        ("application/dtmf", b"0"),
        ("application/dtmf", b"hash"),
        ("text/plain", b"5"),
    ]:
        caller.do(caller.ua.info(call, kind, body, wire.now))
        wire.run(wire.now + 0.1)
    assert callee.events(InfoDigit) == [InfoDigit("5", 160), InfoDigit("*"), InfoDigit("#", 90), InfoDigit("0")]
    assert len(callee.started("SIP/2.0 415")) == 1


def test_a_transfer_is_told_as_it_goes() -> None:
    wire, caller, callee, call = talking()
    id = callee.happened[0][0]
    callee.do(callee.ua.refer(id, "sip:agent7@192.0.2.50", wire.now, referred_by="sip:hall@192.0.2.9"))
    wire.run(2.0)
    assert caller.events(Referred) == [Referred("sip:agent7@192.0.2.50", "<sip:hall@192.0.2.9>")]
    caller.do(caller.ua.report(call, 180, wire.now))
    wire.run(3.0)
    caller.do(caller.ua.report(call, 200, wire.now))
    wire.run(4.0)
    caller.do(caller.ua.report(call, 200, wire.now))  # once is enough
    assert callee.events(Transferred) == [Transferred(100), Transferred(180), Transferred(200)]
    assert len(caller.started("NOTIFY")) == 3
    callee.do(callee.ua.hang_up(id, wire.now))
    nothing_left(wire, caller, callee)


def test_a_transfer_that_nobody_tells_of_ends() -> None:
    wire, _, callee, _ = talking()
    callee.do(callee.ua.refer(callee.happened[0][0], "sip:agent7@192.0.2.50", wire.now))
    wire.run(200.0)
    assert callee.events(Transferred) == [Transferred(100), Transferred(408)]


def test_the_full_hall_says_when_to_come_again() -> None:
    wire, caller, callee = pair(limits=Limits(calls=1))
    dial(wire, caller, callee)
    dial(wire, caller, callee)
    wire.run(1.0)
    assert [type(event).__name__ for event in callee.events()] == ["Incoming"]
    refusal = callee.started("SIP/2.0 503")
    assert b"Retry-After: 10" in refusal[0]
    assert caller.events()[-1] == Ended("refused", 503, "Service Unavailable")
    with pytest.raises(TooManyCalls):
        dial(wire, callee, caller)


def test_a_draining_hall_keeps_its_calls_and_takes_no_new_ones() -> None:
    wire, caller, callee, call = talking()
    callee.do(callee.ua.drain(wire.now))
    dial(wire, caller, callee)
    wire.run(2.0)
    assert len(callee.started("SIP/2.0 503")) == 1
    caller.do(caller.ua.hang_up(call, wire.now))
    wire.run(3.0)
    assert callee.events()[-1] == Ended("hung_up")


@pytest.mark.parametrize(("password", "comes"), [("right", True), ("wrong", False)])
def test_a_stranger_proves_a_password(password: str, comes: bool) -> None:
    wire, caller, callee = pair(realm="hall", users={"alice": "right"})
    callee.reacts = answering
    call = dial(wire, caller, callee, credentials=Credentials("alice", password))
    wire.run(1.0)
    assert len(caller.started("INVITE")) == 2
    if comes:
        assert callee.events(Incoming)[0].authenticated == "alice"  # type: ignore[union-attr]
        caller.do(caller.ua.hang_up(call, wire.now))
    else:
        assert callee.events() == []
        assert caller.events() == [Ended("refused", 401, "Unauthorized")]
    nothing_left(wire, caller, callee)


def test_early_media_comes_before_the_answer() -> None:
    wire, caller, callee = pair()

    def early(party: Party, call: str, event: Event) -> None:
        if isinstance(event, Incoming):
            sdp = party.media.answer(event.offer)[0]
            party.do(party.ua.ring(call, wire.now, status=183, sdp=sdp))
            party.do(party.ua.answer(call, sdp, wire.now))

    callee.reacts = early
    call = dial(wire, caller, callee)
    wire.run(1.0)
    progress, answered = caller.events()
    assert isinstance(progress, Progress)
    assert isinstance(answered, Answered)
    assert progress.status == 183
    assert progress.sdp == answered.sdp != b""
    assert len(caller.started("PRACK")) == 1
    assert callee.started("SIP/2.0 200")[0].count(b"PRACK") == 1  # the 200 of the INVITE waited for it
    caller.do(caller.ua.hang_up(call, wire.now))
    nothing_left(wire, caller, callee)


def test_a_talk_that_nobody_ends_is_ended() -> None:
    wire, caller, callee, _ = talking(limits=Limits(talking_seconds=600.0), session_expires_seconds=0)
    wire.run(700.0)
    assert callee.events()[-1] == Ended("timed_out", detail="the longest talk is over")
    assert caller.events()[-1] == Ended("hung_up")
    nothing_left(wire, caller, callee)


def test_commands_for_calls_that_are_gone_do_nothing() -> None:
    wire, caller, _, call = talking()
    caller.do(caller.ua.hang_up(call, wire.now))
    ua, now = caller.ua, wire.now
    assert ua.answer(call, b"x", now) == ua.ring(call, now) == ua.hang_up(call, now) == ua.reinvite("?", b"", now) == []
    assert ua.accept(call, b"", now) == ua.refuse(call, 488, now) == ua.report(call, 200, now) == []
