"""The torture messages of RFC 4475: the good ones are understood, the bad ones told so, and nothing breaks."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careline.protocols.sip import (
    Config,
    Happened,
    Hop,
    Incoming,
    Malformed,
    Request,
    Response,
    Send,
    UserAgent,
    bodies,
    parse,
    sdp,
)
from careline.protocols.sip.headers import NameAddr, Via
from careline.protocols.sip.stream import StreamParser
from careline.protocols.sip.uri import Uri
from tests.wire.torture import messages
from tests.wire.torture.messages import request, written

HOP = Hop("udp", "192.0.2.1", 5060)


def understood(text: bytes) -> Request:
    message = parse(text)
    assert isinstance(message, Request)
    return message


def answers(data: bytes, **config: object) -> list[int]:
    """The statuses with which an agent answers, 100 left out."""
    agent = UserAgent(Config("192.0.2.9", **config))  # type: ignore[arg-type]
    steps = agent.receive(data, HOP, 0.0)
    statuses = [int(step.data.split(b" ")[1]) for step in steps if isinstance(step, Send)]
    return [status for status in statuses if status != 100] + (
        [0] if any(isinstance(step, Happened) for step in steps) else []
    )


RINGS = [0]  # the call reaches the application


def test_odd_white_space_folds_and_compact_forms_are_read() -> None:
    message = understood(written(messages.WSINV))
    assert message.uri == "sip:vivekg@chair.example.com;unknownparam"
    assert (message.cseq, message.cseq_method) == (9, "INVITE")
    assert (message.to.tag, message.from_.tag) == ("1918181833n", "98asjd8")
    assert message.from_.display == 'J Rosenberg \\"'
    assert message.to.uri.user == "vivekg"
    assert (message.via.transport, message.via.host, message.via.branch) == ("udp", "192.0.2.2", "390skdjuw")
    assert [Via.parse(one).transport for one in message.vias] == ["udp", "tcp", "udp"]
    assert Via.parse(message.vias[1]).branch == "z9hG4bK9ikj8"
    assert message.get("Subject") == ""
    assert message.get("NewFangledHeader") == "newfangled value continued newfangled value"
    assert message.get("UnknownHeaderWithUnusualValue") == ";;,,;;,;"
    contact = NameAddr.parse(message.get("Contact"))
    assert (contact.display, contact.parameters["q"], contact.parameters["newparam"]) == (
        'Quoted string ""', "0.33", "newvalue",
    )  # fmt: skip
    assert message.get("Max-Forwards") == "0068"
    assert message.body.startswith(b"v=0\r\n")


def test_every_character_of_methods_users_and_tokens_is_taken() -> None:
    message = understood(written(messages.INTMETH))
    assert message.method == messages.METHOD
    assert Uri.parse(message.uri).host == "example.com"
    assert message.from_.tag == "_token~1'+`*%!-."
    assert message.from_.parameters["fromparam''~+*_!.-%"] == "работающий"
    assert message.to.display == "BEL:\x07 DEL:\x7f"
    assert message.get("extensionHeader-!.%*+_`'~") == "\ufeff大停電"
    assert answers(written(messages.INTMETH)) == [501]


def test_escapes_are_data_and_never_structure() -> None:
    message = understood(written(messages.ESC01))
    uri = Uri.parse(message.uri)
    assert (uri.user, uri.host) == ("sips:user@example.com", "example.net")
    assert message.to.uri.user == "user"
    contact = NameAddr.parse(message.get("Contact")).uri
    assert contact.user == "caller"
    assert contact.parameter("lr") == ""
    assert contact.parameter("name") == "value%41"
    assert Uri.parse("sip:null-%00-null@example.com").user == "null-\0-null"
    assert understood(request("RE%47IST%45R sip:registrar.example.com SIP/2.0")).method == "RE%47IST%45R"


def test_a_display_name_may_stand_close_to_its_address() -> None:
    assert understood(request(from_="caller<sip:caller@example.com>;tag=323")).from_.display == "caller"


def test_long_values_are_taken_up_to_their_limit() -> None:
    long = "x" * 4_000
    message = understood(request(more=f"Unknown-{'Long' * 20}: {long}", from_=f"<sip:{'a' * 1000}@b>;tag={'t' * 900}"))
    assert message.fields[f"Unknown-{'Long' * 20}"] == [long]
    assert answers(request(more=f"Unknown: {'x' * 9_000}")) == [400]


def test_octets_behind_the_length_are_dropped() -> None:
    message = understood(request() + b"INVITE sip:another@example.com SIP/2.0\r\n\r\n")
    assert message.body == messages.SDP.replace("\n", "\r\n").encode()


def test_semicolons_and_questions_may_stand_in_a_user() -> None:
    uri = Uri.parse("sip:user;par=u%40example.net@example.com")
    assert (uri.user, uri.host, uri.parameters) == ("user;par=u@example.net", "example.com", ())


@pytest.mark.parametrize("transport", ["UDP", "TCP", "TLS", "SCTP", "UNKNOWN"])
def test_any_transport_may_stand_in_via(transport: str) -> None:
    message = understood(request(via=f"SIP/2.0/{transport} t1.example.com;branch=z9hG4bKkdjuw"))
    assert message.via.transport == transport.lower()


def test_a_session_is_found_among_many_bodies() -> None:
    message = understood(written(messages.MPART))
    assert sdp.parse(bodies.description(message)).media[0].port == 49217
    assert answers(written(messages.MPART)) == RINGS


def test_reasons_may_be_foreign_or_missing() -> None:
    foreign, empty = parse(written(messages.UNREASON)), parse(written(messages.NOREASON))
    assert isinstance(foreign, Response)
    assert isinstance(empty, Response)
    assert (foreign.status, foreign.reason[-7:]) == (200, "простое")
    assert (empty.status, empty.reason) == (100, "")


def test_a_caller_of_the_old_rfc_is_served() -> None:
    message = understood(written(messages.INV2543))
    assert (message.via.branch, message.from_.tag, message.from_.uri.user) == ("", "", "+13035551111")
    assert answers(written(messages.INV2543).replace(b"Call-ID", b"Contact: <sip:a@192.0.2.1>\r\nCall-ID")) == RINGS


def test_an_empty_branch_is_told_apart_by_the_rest() -> None:
    agent = UserAgent(Config("192.0.2.9"))
    first = request("OPTIONS sip:user@example.com SIP/2.0", via="SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK", body="")
    bye = request("BYE sip:user@example.com SIP/2.0", via="SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK", body="", cseq="2 BYE")
    assert len(agent.receive(first, HOP, 0.0)) == 1
    assert b" 481 " in agent.receive(bye, HOP, 0.0)[0][0]


@pytest.mark.parametrize(
    ("what", "message", "expected"),
    [
        ("badinv01: separators without anything between", request(via="SIP/2.0/UDP 192.0.2.15;;,;,,"), []),
        ("clerr: a body shorter than its length", request(length="9999"), [400]),
        ("ncl: a negative length", request(length="-999"), [400]),
        ("scalar02: a CSeq beyond 2**31", request(cseq="36893488147419103232 INVITE"), [400]),
        ("scalar02: Max-Forwards beyond 255", request().replace(b"Forwards: 70", b"Forwards: 300"), [400]),
        ("scalar02: Expires beyond 2**32", request(more="Expires: 1000000000000000000000000000000"), [400]),
        ("quotbal: a quote without end", request(to='"Mr J. User <sip:j.user@example.com>'), [400]),
        ("ltgtruri: brackets around the Request-URI", request("INVITE <sip:user@example.com> SIP/2.0"), [400]),
        ("lwsruri: white space in the Request-URI", request("INVITE sip:user@example.com; lr SIP/2.0"), [400]),
        ("lwsstart: two spaces in the start line", request("INVITE  sip:user@example.com  SIP/2.0"), [400]),
        ("trws: a space behind the version", request("OPTIONS sip:remote@example.com SIP/2.0 ", body=""), [400]),
        ("regbadct: an address with ? needs brackets", request(contact="sip:user@example.com?Route=%3Csip:a%3E"), [400]),
        ("badaspec: white space within brackets", request(to='"Watson" < t.watson@example.org >'), [400]),
        ("baddn: a display name of no tokens", request(from_="Bell, Alexander <sip:a@example.com>;tag=43"), [400]),
        ("badvers: another version", request("OPTIONS sip:t.watson@example.org SIP/7.0", body=""), [505]),
        ("mismatch01: a method unlike CSeq", request("OPTIONS sip:user@example.com SIP/2.0", cseq="8 INVITE"), [400]),
        ("mismatch02: an unknown method unlike CSeq", request("NEWMETHOD sip:u@example.com SIP/2.0", cseq="8 INVITE"), [400]),
        ("insuf: no Call-ID, From and To", written("INVITE sip:a@b SIP/2.0\nCSeq: 1 INVITE\nVia: SIP/2.0/UDP a;branch=z9hG4bKx\n\n"), []),
        ("unkscm: an unknown scheme", request("OPTIONS nobodyKnowsThisScheme:totallyopaque SIP/2.0", body=""), [200]),
        ("unkscm, for a call", request("INVITE nobodyKnowsThisScheme:totallyopaque SIP/2.0"), [416]),
        ("novelsc: a known scheme that is not ours", request("INVITE soap.beep://192.0.2.103:3002 SIP/2.0"), [416]),
        ("unksm2: unknown schemes in To and From", request(to="isbn:2983792873", from_="<http://www.example.com>;tag=3"), RINGS),
        ("bext01: unknown extensions", request(more="Require: nothingSupportsThis, nothingSupportsThisEither"), [420]),
        ("invut: an unknown body", request(body=messages.SDP).replace(b"application/sdp", b"application/unknown"), [415]),
        ("multi01: two values where one is allowed", request(more="CSeq: 59 INVITE"), []),
        ("multi01: two Max-Forwards", request(more="Max-Forwards: 5"), [400]),
        ("mcl01: two lengths", request(more="Content-Length: 5"), [400]),
        ("zeromf: Max-Forwards 0 has arrived", request("OPTIONS sip:user@example.com SIP/2.0", body="").replace(b": 70", b": 0"), [200]),
        ("sdp01: an answer in no language of ours", request(more="Accept: text/nobodyKnowsThis"), [406]),
        ("regaut01: registering is for registrars", request("REGISTER sip:example.com SIP/2.0", body=""), [405]),
        ("a control character in a value", request(more="Subject: a\x00b"), []),
        ("a bare line feed in a value", request().replace(b"torture.1", b"torture\n1"), []),
        ("a bad port in Via", request(via="SIP/2.0/UDP 192.0.2.1:99999;branch=z9hG4bKx"), []),
        ("a header without a colon", request(more="Nonsense"), [400]),
        ("too many headers", request(more="\n".join(f"X-{n}: y" for n in range(200))), []),
        ("a call without a way back", request().replace(b"Contact: <sip:caller@192.0.2.1>\r\n", b""), [400]),
        ("a Contact that cannot be reached", request(contact="<sip:@>"), [400]),
        ("a good one", request(), RINGS),
        ("tel: is dialled too", request("INVITE tel:+8610086 SIP/2.0"), RINGS),
        ("an IPv6 address", request("INVITE sip:u@[2001:db8::10] SIP/2.0", via="SIP/2.0/UDP [2001:db8::9]:6050;branch=z9hG4bK"), RINGS),
    ],
)  # fmt: skip
def test_a_bad_request_is_refused_with_its_reason(what: str, message: bytes, expected: list[int]) -> None:
    assert answers(message) == expected, what


@pytest.mark.parametrize(
    "response",
    [
        "SIP/2.0 4294967301 better not break the receiver",
        "SIP/2.0 099 Too Small",
        "SIP/3.0 200 OK",
        "SIP/2.0",
    ],
)
def test_a_bad_response_is_dropped(response: str) -> None:
    agent = UserAgent(Config("192.0.2.9"))
    data = written(messages.UNREASON)
    steps = agent.receive(response.encode() + data[data.index(b"\r\n") :], HOP, 0.0)
    assert steps == []
    assert agent.stats()["dropped"] == 1


def test_a_response_for_somebody_else_is_dropped() -> None:
    data = written(messages.UNREASON).replace(b"Call-ID", b"Via: SIP/2.0/UDP 192.0.2.77;branch=z9hG4bKother\r\nCall-ID")
    agent = UserAgent(Config("192.0.2.9"))
    assert agent.receive(data, HOP, 0.0) == []
    assert agent.stats()["dropped"] == 1


def test_a_refusal_tells_what_is_not_understood() -> None:
    agent = UserAgent(Config("192.0.2.9"))
    steps = agent.receive(request(more="Require: holograms, 100rel"), HOP, 0.0)
    assert b"SIP/2.0 420 Bad Extension\r\n" in steps[0][0]
    assert b"Unsupported: holograms\r\n" in steps[0][0]


def test_an_ack_is_never_answered() -> None:
    assert answers(request("ACK sip:user@example.com SIP/2.0", length="-1", body="")) == []
    assert answers(request("ACK sip:user@example.com SIP/2.0", more="Require: x", body="")) == []


GOOD = [
    written(messages.WSINV), written(messages.ESC01), written(messages.UNREASON), written(messages.MPART), request(),
    request("OPTIONS sip:a SIP/2.0", body=""), request("BYE sip:a@b SIP/2.0", body="", to="<sip:a@b>;tag=1"),
    request(more="Session-Expires: 90;refresher=uac\nSupported: timer, 100rel\nRAck: 1 1 INVITE\nAccept: */*\nExpires: 4"),
    request(
        more='Authorization: Digest username="a", realm="r", nonce="n", uri="sip:user@example.com", '
        'nc=00000001, qop=auth, response="x"'
    ),
]  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(GOOD), st.integers(0, 2**32), st.integers(1, 12))
def test_no_mutation_breaks_the_agent(message: bytes, seed: int, changes: int) -> None:
    chance = random.Random(seed)
    data = bytearray(message)
    for _ in range(changes):
        place = chance.randrange(len(data) + 1)
        what = chance.randrange(4)
        if what == 0:
            data[place : place + 1] = bytes([chance.randrange(256)])
        elif what == 1:
            del data[place : place + chance.randrange(1, 30)]
        elif what == 2:
            data[place:place] = chance.choice(
                [b"\r\n", b"\0", b'"', b"<", b">", b";", b",", b"\\", b"%", b"[", b"\xff", b"9" * 40]
            )
        else:
            data[place:place] = data[: chance.randrange(60)]
    agent = UserAgent(Config("192.0.2.9", realm="r", users={"a": "b"}))
    for step in agent.receive(bytes(data), HOP, 0.0):
        if isinstance(step, Send):
            # What we answer keeps its lines, whatever it repeats.
            head = step.data.partition(b"\r\n\r\n")[0].split(b"\r\n")
            assert re.fullmatch(rb"SIP/2.0 \d\d\d [ -~]+", head[0])
            assert all(re.match(rb"[A-Za-z-]+: [^\r\n\0]*$", line) for line in head[1:])
    agent.tick(1_000.0)
    assert agent.live == 0


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_garbage_is_dropped(data: bytes) -> None:
    agent = UserAgent(Config("192.0.2.9"))
    assert agent.receive(data, HOP, 0.0) == []
    assert agent.stats().get("malformed", 0) + agent.stats().get("keep_alives", 0) == 1


@pytest.mark.parametrize("data", [b"\r\n\r\n", b"\0", b""])
def test_a_keep_alive_is_no_garbage(data: bytes) -> None:
    agent = UserAgent(Config("192.0.2.9"))
    assert agent.receive(data, HOP, 0.0) == []
    assert "malformed" not in agent.stats()


def test_a_stream_may_be_cut_anywhere() -> None:
    parts = [request(), request("OPTIONS sip:a SIP/2.0", body=""), written(messages.NOREASON)]
    whole = b"\r\n".join(parts) + b"\r\n\r\n" + parts[0]
    for size in (1, 3, 7, 50, 100_000):
        parser = StreamParser()
        found = [one for start in range(0, len(whole), size) for one in parser.receive(whole[start : start + size])]
        assert [one.cseq_method for one in found] == ["INVITE", "OPTIONS", "INVITE", "INVITE"]
        assert found[0].body == found[3].body == messages.SDP.replace("\n", "\r\n").encode()
        assert (parser.take(), parser.take(), parser.waiting_octets) == (b"\r\n", b"", 0)


@pytest.mark.parametrize(
    "stream",
    [
        request().replace(re.search(rb"Content-Length: \d+\r\n", request())[0], b""),  # type: ignore[index]
        request(length="99999999"),
        b"x" * 40_000,
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
def test_a_stream_that_cannot_be_framed_is_closed(stream: bytes) -> None:
    with pytest.raises(Malformed):
        StreamParser().receive(stream)


def test_the_address_of_a_broken_request_of_a_stream_is_told() -> None:
    with pytest.raises(Malformed) as trouble:
        StreamParser().receive(request(length="-5"))
    agent = UserAgent(Config("192.0.2.9"))
    steps = agent.broken(trouble.value, HOP, 0.0)
    assert b"SIP/2.0 400 Bad Content-Length" in steps[0][0]


def test_what_is_encoded_reads_the_same() -> None:
    for data in GOOD:
        message = parse(data)
        again = parse(message.encode())
        assert (again.headers, again.body) == (
            [*((n, v) for n, v in message.headers if n != "Content-Length"), ("Content-Length", str(len(message.body)))],
            message.body,
        )  # fmt: skip


def test_the_caller_is_told_to_the_application() -> None:
    agent = UserAgent(Config("192.0.2.9", trusted=lambda hop: True))
    step = agent.receive(request(more="P-Asserted-Identity: <sip:+8613900000001@x>"), HOP, 0.0)[-1]
    assert isinstance(step, Happened)
    assert isinstance(step.event, Incoming)
    assert step.event.caller == "8613900000001"
