"""Single messages against one agent: extensions, forks, routes, and what a peer may do wrong."""

import re

import pytest

from careline.protocols.sip import (
    Answered,
    Config,
    Ended,
    Happened,
    Hop,
    Incoming,
    Limits,
    Negotiation,
    Progress,
    Referred,
    Send,
    Step,
    UserAgent,
    parse,
)
from careline.protocols.sip.message import Message, Request, Response
from tests.wire.torture.messages import request, written

PEER = Hop("udp", "192.0.2.1", 5060)
SDP = Negotiation("192.0.2.9", 20_000).offer()


def agent(**config: object) -> UserAgent:
    return UserAgent(Config("192.0.2.9", **config))  # type: ignore[arg-type]


def sent(steps: list[Step]) -> list[Message]:
    """The messages that went out."""
    return [parse(step.data) for step in steps if isinstance(step, Send)]


def statuses(steps: list[Step]) -> list[int]:
    return [one.status for one in sent(steps) if isinstance(one, Response)]


def happened(steps: list[Step]) -> list[object]:
    return [step.event for step in steps if isinstance(step, Happened)]


class Caller:
    """A peer that writes its own bytes."""

    def __init__(self, ua: UserAgent, **invite: str) -> None:
        self.ua = ua
        self.steps = ua.receive(request(**invite), PEER, 0.0)
        self.call = next((step.call for step in self.steps if isinstance(step, Happened)), "")
        self.to = ""

    def answer(self, now: float = 0.0) -> Message:
        ok = sent(self.ua.answer(self.call, SDP, now))[0]
        self.to = ok.get("To")
        return ok

    def say(
        self, method: str, cseq: int, *, more: str = "", body: str = "", now: float = 0.0, **other: str
    ) -> list[Step]:
        """A request within the dialog."""
        given = {"to": self.to, "via": f"SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{method}{cseq}"} | other
        line = f"{method} sip:careline@192.0.2.9 SIP/2.0"
        return self.ua.receive(request(line, cseq=f"{cseq} {method}", more=more, body=body, **given), PEER, now)


def talking(ua: UserAgent, **invite: str) -> Caller:
    caller = Caller(ua, **invite)
    caller.answer()
    caller.say("ACK", 1)
    assert ua.stats()["talking"] == 1
    return caller


class Callee:
    """A peer that is called, and writes its own bytes."""

    def __init__(self, ua: UserAgent, **more: object) -> None:
        self.ua = ua
        given = {"sdp": SDP} | more
        self.call, steps = ua.invite("sip:bob@192.0.2.1", PEER, 0.0, **given)  # type: ignore[arg-type]
        self.invite = sent(steps)[-1]
        assert isinstance(self.invite, Request)

    def respond(self, line: str, tag: str = "b1", more: str = "", body: bytes = b"", now: float = 0.0) -> list[Step]:
        """A response to the latest INVITE."""
        invite = self.invite
        head = (
            f"SIP/2.0 {line}\nVia: {invite.vias[0]}\nFrom: {invite.get('From')}\nTo: {invite.get('To')};tag={tag}\n"
            f"Call-ID: {invite.call_id}\nCSeq: {invite.get('CSeq')}\n"
        )
        head += "Contact: <sip:bob@192.0.2.1>\n" if "Contact" not in more else ""
        head += f"{more}\n" if more else ""
        head += "Content-Type: application/sdp\n" if body else ""
        data = written(f"{head}Content-Length: {len(body)}\n\n") + body
        return self.ua.receive(data, PEER, now)


# Responses find their way


@pytest.mark.parametrize(
    ("via", "goes_to"),
    [
        ("192.0.2.1:5062;rport", ("198.51.100.7", 41_000)),
        ("192.0.2.1:5062", ("198.51.100.7", 5062)),
        ("client.example.com", ("198.51.100.7", 5060)),
        ("198.51.100.7;maddr=203.0.113.5", ("198.51.100.7", 5060)),
    ],
)
def test_a_response_goes_back_where_its_request_came_from(via: str, goes_to: tuple[str, int]) -> None:
    source = Hop("udp", "198.51.100.7", 41_000)
    data = request("OPTIONS sip:a@b SIP/2.0", via=f"SIP/2.0/UDP {via};branch=z9hG4bKx", body="")
    (step,) = agent().receive(data, source, 0.0)
    assert isinstance(step, Send)
    assert (step.hop.host, step.hop.port) == goes_to
    top = parse(step.data).via
    assert top.parameters.get("received") == (None if via.startswith("198") else "198.51.100.7")
    assert top.parameters.get("rport") == ("41000" if "rport" in via else None)


def test_a_response_takes_the_connection_of_its_request() -> None:
    stream = Hop("tcp", "198.51.100.7", 41_000, connection=3)
    data = request("OPTIONS sip:a@b SIP/2.0", via="SIP/2.0/TCP 10.0.0.1;branch=z9hG4bKx", body="")
    (step,) = agent().receive(data, stream, 0.0)
    assert step[1] == stream


def test_options_tells_what_we_can_and_whether_we_may() -> None:
    ua = agent()
    ping = request("OPTIONS sip:a@b SIP/2.0", body="")
    (ok,) = sent(ua.receive(ping, PEER, 0.0))
    assert ok.tokens("Supported") == {"100rel", "timer"}
    assert {"invite", "update", "refer", "prack"} <= ok.tokens("Allow")
    assert "application/sdp" in ok.get("Accept")
    ua.drain(0.0)
    assert statuses(ua.receive(ping, PEER, 0.0)) == [503]
    ua.undrain()
    assert statuses(ua.receive(ping, PEER, 0.0)) == [200]
    assert ua.stats()["transactions"] == 0


# What a peer may do wrong


def test_the_same_call_by_two_ways_is_one_call() -> None:
    ua = agent()
    assert statuses(ua.receive(request(), PEER, 0.0)) == [100]
    assert statuses(ua.receive(request(via="SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKother"), PEER, 0.0)) == [482]
    assert statuses(ua.receive(request(), PEER, 0.1)) == [100]  # by the first way it is a repetition
    assert ua.live == 1


def test_a_repeated_invite_gets_its_latest_answer_and_no_second_call() -> None:
    caller = Caller(ua := agent())
    ua.ring(caller.call, 0.0)
    assert statuses(ua.receive(request(), PEER, 0.3)) == [180]
    caller.answer()
    assert ua.receive(request(), PEER, 0.4) == []
    assert statuses(ua.tick(0.6)) == [200]


@pytest.mark.parametrize("method", ["BYE", "INFO", "UPDATE", "PRACK", "NOTIFY"])
def test_outside_of_a_call_these_say_nothing(method: str) -> None:
    assert statuses(agent().receive(request(f"{method} sip:a@b SIP/2.0", body=""), PEER, 0.0)) == [481]
    inside = request(f"{method} sip:a@b SIP/2.0", body="", to="<sip:a@b>;tag=nobody")
    assert statuses(agent().receive(inside, PEER, 0.0)) == [481]


def test_who_knows_only_the_half_of_a_dialog_is_a_stranger() -> None:
    caller = talking(ua := agent())
    assert statuses(caller.say("BYE", 2, from_="<sip:evil@example.net>;tag=guess")) == [481]
    assert ua.live == 1


def test_cancel_for_nothing_is_told_so_and_comes_too_late_after_the_answer() -> None:
    assert statuses(agent().receive(request("CANCEL sip:a@b SIP/2.0", body=""), PEER, 0.0)) == [481]
    caller = talking(ua := agent())
    cancel = request("CANCEL sip:user@example.com SIP/2.0", body="")
    assert statuses(ua.receive(cancel, PEER, 0.1)) == [200]
    assert ua.knows(caller.call)


def test_an_older_request_is_out_of_order() -> None:
    caller = talking(agent())
    assert statuses(caller.say("INFO", 9)) == [200]
    assert statuses(caller.say("INFO", 5)) == [500]


def test_a_second_reinvite_before_the_first_is_answered_must_wait() -> None:
    caller = talking(agent())
    body = SDP.decode()
    assert statuses(caller.say("INVITE", 2, body=body)) == []
    (later,) = sent(caller.say("INVITE", 3, body=body))
    assert isinstance(later, Response)
    assert later.status == 500
    assert 0 <= int(later.get("Retry-After")) <= 10


def test_a_reinvite_may_be_cancelled() -> None:
    caller = talking(ua := agent())
    caller.say("INVITE", 2, body=SDP.decode())
    steps = caller.say("CANCEL", 2, via="SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKINVITE2")
    assert sorted(statuses(steps)) == [200, 487]
    assert ua.accept(caller.call, SDP, 0.2) == []
    assert ua.knows(caller.call)


def test_unknown_extensions_and_bodies_are_refused_inside_a_call_too() -> None:
    caller = talking(ua := agent())
    assert statuses(caller.say("INFO", 2, more="Require: x")) == [420]
    isup = caller.say("INVITE", 3, body="hello", more="Content-Encoding: gzip")
    assert statuses(isup) == [415]
    assert statuses(caller.say("MESSAGE", 4)) == [405]
    assert statuses(caller.say("DANCE", 5)) == [501]
    assert statuses(caller.say("OPTIONS", 6)) == [200]
    assert ua.knows(caller.call)


def test_strangers_may_be_kept_out() -> None:
    assert statuses(agent(admitted=lambda hop: False).receive(request(), PEER, 0.0)) == [403]


def test_floods_cost_no_memory() -> None:
    ua = agent(limits=Limits(calls=5, transactions=20))
    for n in range(300):
        ua.receive(request(via=f"SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{n}", call_id=f"{n}@flood"), PEER, n / 1000)
        ua.receive(
            request("SUBSCRIBE sip:a@b SIP/2.0", via=f"SIP/2.0/UDP a;branch=z9hG4bKs{n}", call_id=f"s{n}", body=""),
            PEER,
            0.0,
        )
    stats = ua.stats()
    assert (stats["calls"], stats["dialogs"]) == (5, 5)
    assert stats["transactions"] <= 20
    assert stats["timers"] <= 60
    ua.tick(1_000.0)
    ua.tick(2_000.0)
    assert {
        name: ua.stats()[name] for name in ("calls", "dialogs", "transactions", "timers", "merge_keys")
    } == dict.fromkeys(("calls", "dialogs", "transactions", "timers", "merge_keys"), 0)


# 100rel


def test_a_demanded_provisional_is_repeated_until_its_prack() -> None:
    caller = Caller(ua := agent(), more="Require: 100rel")
    (ringing,) = sent(ua.ring(caller.call, 0.0))
    rseq = ringing.get("RSeq")
    assert ringing.tokens("Require") == {"100rel"}
    assert statuses(ua.tick(0.5)) == statuses(ua.tick(1.5)) == [180]
    caller.to = ringing.get("To")
    assert statuses(caller.say("PRACK", 2, more=f"RAck: {rseq} 7 INVITE", now=1.6)) == [481]
    assert statuses(caller.say("PRACK", 3, more=f"RAck: {rseq} 1 INVITE", now=1.6)) == [200]
    assert ua.tick(10.0) == []
    (second,) = sent(ua.ring(caller.call, 10.0, status=183, sdp=SDP))
    assert int(second.get("RSeq")) == int(rseq) + 1


def test_without_a_prack_the_call_fails() -> None:
    caller = Caller(ua := agent(), more="Supported: 100rel")
    ua.ring(caller.call, 0.0, status=183, sdp=SDP)
    assert ua.answer(caller.call, SDP, 0.1) == []  # waits for the PRACK
    found: list[Step] = []
    while "Ended" not in [type(event).__name__ for event in happened(found)]:
        at = ua.next_at()
        assert at is not None
        found = ua.tick(at)
    assert (at, statuses(found)) == (32.0, [504])
    assert happened(found) == [Ended("lost", 504, "no PRACK")]


def test_our_prack_tells_which_and_repetitions_are_swallowed() -> None:
    callee = Callee(agent())
    more = "Require: 100rel\nRSeq: 7"
    steps = callee.respond("183 Session Progress", more=more, body=SDP)
    (prack,) = sent(steps)
    assert prack.get("RAck") == "7 1 INVITE"
    assert happened(steps) == [Progress(183, SDP)]
    assert callee.respond("183 Session Progress", more=more, body=SDP) == []
    assert happened(callee.respond("180 Ringing", more="Require: 100rel\nRSeq: 9")) == []  # 8 is missing
    assert happened(callee.respond("180 Ringing", more="Require: 100rel\nRSeq: 8")) == [Progress(180)]
    # The answer came early and for certain: the 200 need not repeat it.
    assert happened(callee.respond("200 OK")) == [Answered(SDP)]


# Session timers


def test_a_session_that_is_too_short_is_refused_with_the_least() -> None:
    steps = agent(min_se_seconds=120).receive(request(more="Session-Expires: 60\nSupported: timer"), PEER, 0.0)
    (refusal,) = sent(steps)
    assert isinstance(refusal, Response)
    assert (refusal.status, refusal.get("Min-SE")) == (422, "120")


@pytest.mark.parametrize(
    ("asked", "expected", "require"),
    [
        ("Supported: timer\nSession-Expires: 300", "300;refresher=uac", {"timer"}),
        ("Supported: timer\nSession-Expires: 300;refresher=uas", "300;refresher=uas", set()),
        ("Supported: timer\nSession-Expires: 9999", "1800;refresher=uac", {"timer"}),
        ("Supported: timer\nSession-Expires: 100\nMin-SE: 400", "400;refresher=uac", {"timer"}),
        ("Supported: timer", "1800;refresher=uac", {"timer"}),
        ("Subject: x", "1800;refresher=uas", set()),
    ],
)
def test_who_refreshes_and_when_is_settled_in_the_answer(asked: str, expected: str, require: set[str]) -> None:
    ok = Caller(agent(), more=asked).answer()
    assert ok.get("Session-Expires") == expected
    assert ok.tokens("Require") == require


def test_a_peer_that_does_not_refresh_is_hung_up() -> None:
    talking(ua := agent(), more="Supported: timer\nSession-Expires: 300;refresher=uac")
    assert happened(ua.tick(267.0)) == []
    steps = ua.tick(268.0)
    assert [one.method for one in sent(steps) if isinstance(one, Request)] == ["BYE"]
    assert happened(steps) == [Ended("lost", 0, "the session was not refreshed")]


def test_a_refresh_of_the_peer_gives_it_more_time() -> None:
    caller = talking(ua := agent(), more="Supported: timer\nSession-Expires: 300;refresher=uac")
    (ok,) = sent(caller.say("UPDATE", 2, more="Supported: timer\nSession-Expires: 300;refresher=uac", now=200.0))
    assert ok.get("Session-Expires") == "300;refresher=uac"
    assert happened(ua.tick(460.0)) == []
    assert len(happened(ua.tick(468.0))) == 1


@pytest.mark.parametrize(("allow", "method"), [("INVITE, BYE, UPDATE", "UPDATE"), ("INVITE, BYE", "INVITE")])
def test_we_refresh_at_half_time_in_the_way_the_peer_allows(allow: str, method: str) -> None:
    talking(ua := agent(), more=f"Supported: timer\nSession-Expires: 300;refresher=uas\nAllow: {allow}")
    (refresh,) = sent(ua.tick(150.0))
    assert isinstance(refresh, Request)
    assert refresh.method == method
    assert refresh.get("Session-Expires") == "300;refresher=uac"
    assert (SDP in refresh.body) is (method == "INVITE")


def test_a_longer_session_is_asked_for_when_they_want_one() -> None:
    callee = Callee(agent(session_expires_seconds=90))
    _, again = sent(callee.respond("422 Too Small", more="Min-SE: 600"))
    assert isinstance(again, Request)
    assert (again.cseq, again.get("Session-Expires"), again.get("Min-SE")) == (2, "600", "600")
    assert again.call_id == callee.invite.call_id


# Forks and routes


def test_the_second_answer_of_a_fork_is_acknowledged_and_hung_up() -> None:
    callee = Callee(ua := agent())
    callee.respond("180 Ringing", tag="b1")
    callee.respond("180 Ringing", tag="b2")
    assert happened(callee.respond("200 OK", tag="b1", body=SDP)) == [Answered(SDP)]
    steps = callee.respond("200 OK", tag="b2", body=SDP)
    assert [one.method for one in sent(steps) if isinstance(one, Request)] == ["ACK", "BYE"]
    assert {one.to.tag for one in sent(steps)} == {"b2"}
    assert happened(steps) == []
    again = sent(callee.respond("200 OK", tag="b1", body=SDP))
    assert [(one.method, one.to.tag) for one in again if isinstance(one, Request)] == [("ACK", "b1")]
    assert ua.knows(callee.call)


def test_our_requests_take_the_route_that_was_recorded() -> None:
    route = "Record-Route: <sip:192.0.2.70;lr>, <sip:192.0.2.71;lr>"
    caller = talking(ua := agent(), more=route, contact="<sip:caller@192.0.2.1:5099>")
    (step,) = [step for step in ua.hang_up(caller.call, 1.0) if isinstance(step, Send)]
    bye = parse(step.data)
    assert isinstance(bye, Request)
    assert (bye.uri, bye.all("Route")) == ("sip:caller@192.0.2.1:5099", ["<sip:192.0.2.70;lr>", "<sip:192.0.2.71;lr>"])
    assert step.hop == Hop("udp", "192.0.2.70", 5060)


def test_our_routes_are_those_of_the_answer_backwards() -> None:
    callee = Callee(ua := agent())
    steps = callee.respond(
        "200 OK", more="Record-Route: <sip:192.0.2.71;lr>\nRecord-Route: <sip:192.0.2.70;lr>", body=SDP
    )
    (ack,) = [step for step in steps if isinstance(step, Send)]
    assert parse(ack.data).all("Route") == ["<sip:192.0.2.70;lr>", "<sip:192.0.2.71;lr>"]
    assert ack.hop.host == "192.0.2.70"
    assert ua.knows(callee.call)


def test_a_strict_router_is_addressed_itself() -> None:
    caller = talking(ua := agent(), more="Record-Route: <sip:192.0.2.70>", contact="<sip:caller@192.0.2.1:5099>")
    (bye,) = sent(ua.hang_up(caller.call, 1.0))
    assert isinstance(bye, Request)
    assert (bye.uri, bye.all("Route")) == ("sip:192.0.2.70", ["<sip:caller@192.0.2.1:5099>"])


@pytest.mark.parametrize(
    ("source", "contact", "goes_to"),
    [
        ("192.0.2.1", "sip:a@192.0.2.1:5099", ("192.0.2.1", 5099)),
        ("8.8.8.8", "sip:a@192.168.1.5:5099", ("8.8.8.8", 41_000)),
        ("8.8.8.8", "sip:a@9.9.9.9", ("9.9.9.9", 5060)),
        ("10.0.0.8", "sip:a@10.0.0.9", ("10.0.0.9", 5060)),
        ("8.8.8.8", "sip:a@phone.example.com", ("8.8.8.8", 41_000)),
        ("8.8.8.8", "sip:a@239.1.1.1", ("8.8.8.8", 41_000)),
        ("8.8.8.8", "sip:a@127.0.0.1", ("8.8.8.8", 41_000)),
    ],
)
def test_a_contact_is_believed_where_it_can_be_true(source: str, contact: str, goes_to: tuple[str, int]) -> None:
    ua, hop = agent(), Hop("udp", source, 41_000)
    steps = ua.receive(request(contact=f"<{contact}>"), hop, 0.0)
    (call,) = [step.call for step in steps if isinstance(step, Happened)]
    ok = sent(ua.answer(call, SDP, 0.0))[0]
    ua.receive(
        request("ACK sip:a@b SIP/2.0", to=ok.get("To"), cseq="1 ACK", via="SIP/2.0/UDP a;branch=z9hG4bKa", body=""),
        hop,
        0.1,
    )
    (step,) = [step for step in ua.hang_up(call, 1.0) if isinstance(step, Send)]
    assert (step.hop.host, step.hop.port) == goes_to


def test_when_a_connection_is_lost_the_contact_is_called_by_a_new_one() -> None:
    ua, stream = agent(), Hop("tcp", "192.0.2.1", 41_000, connection=3)
    contact = "<sip:a@192.0.2.1:5099;transport=tcp>"
    steps = ua.receive(request(contact=contact), stream, 0.0)
    (call,) = [step.call for step in steps if isinstance(step, Happened)]
    to = sent(ua.answer(call, SDP, 0.0))[0].get("To")
    ack = request("ACK sip:a@b SIP/2.0", to=to, cseq="1 ACK", via="SIP/2.0/TCP a;branch=z9hG4bKa", body="")
    ua.receive(ack, stream, 0.1)
    info = request("INFO sip:a@b SIP/2.0", to=to, cseq="2 INFO", via="SIP/2.0/TCP a;branch=z9hG4bKi", body="")
    again = stream._replace(port=41_007, connection=4)
    ua.receive(info, again, 0.2)
    ua.info(call, "application/dtmf", b"5", 0.3)
    assert ua.unreachable(again, 0.4) == []
    (step,) = [step for step in ua.hang_up(call, 1.0) if isinstance(step, Send)]
    assert step.hop == Hop("tcp", "192.0.2.1", 5099)


def test_a_call_is_hung_up_before_its_offer_was_answered() -> None:
    callee = Callee(ua := agent(), sdp=b"")
    assert happened(callee.respond("200 OK", body=SDP)) == [Answered(SDP)]
    steps = ua.hang_up(callee.call, 1.0)
    assert [one.method for one in sent(steps) if isinstance(one, Request)] == ["ACK", "BYE"]
    assert happened(steps) == [Ended("ours")]


# Words in headers of ours


def test_what_we_are_given_cannot_grow_a_second_line() -> None:
    callee = Callee(agent(), headers=[("X-Journey", "a\r\nX-Evil: b")], caller="8613900000001", asserted="tel:+8610086")
    assert callee.invite.get("X-Journey") == "a X-Evil: b"
    assert callee.invite.get("P-Asserted-Identity") == "<tel:+8610086>"
    assert callee.invite.from_.uri.user == "8613900000001"


def test_a_refer_needs_one_target_that_can_be_called() -> None:
    caller = talking(agent())
    assert statuses(caller.say("REFER", 2)) == [400]
    assert statuses(caller.say("REFER", 3, more="Refer-To: <http://x.example>")) == [416]
    steps = caller.say("REFER", 4, more="Refer-To: <sip:b@192.0.2.50?Replaces=x>")
    assert statuses(steps) == [202]
    notify = sent(steps)[1]
    assert (notify.get("Event"), notify.body) == ("refer;id=4", b"SIP/2.0 100 Trying\r\n")
    assert re.match(r"active;expires=\d+", notify.get("Subscription-State"))
    assert happened(steps) == [Referred("sip:b@192.0.2.50?Replaces=x")]
    assert statuses(caller.say("REFER", 5, more="Refer-To: <sip:c@192.0.2.51>")) == [491]


def test_a_new_call_says_who_it_is_once() -> None:
    steps = agent().receive(request(), PEER, 0.0)
    assert [type(event) for event in happened(steps)] == [Incoming]
    assert statuses(steps) == [100]
