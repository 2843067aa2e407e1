"""Session descriptions, passwords and identities: the values that calls are decided by."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.protocols.sip import (
    Agreed,
    Credentials,
    Malformed,
    Negotiation,
    NothingFits,
    Request,
    digest,
    identity,
    parse,
    sdp,
)
from careline.protocols.sip.digest import Answerer, Gate, Verdict
from careline.protocols.sip.headers import NameAddr, parameters, quoted, split_list
from careline.protocols.sip.uri import Uri, escaped
from tests.wire.torture.messages import request

HOME = "192.0.2.9"


def offer(
    media: str = "m=audio 4000 RTP/AVP 8 0 101", *, host: str = "192.0.2.1", more: str = "", session: str = ""
) -> bytes:
    family = "IP6" if ":" in host else "IP4"
    lines = f"v=0\no=a 1 1 IN IP4 192.0.2.1\ns=-\nc=IN {family} {host}\nt=0 0\n{session}{media}\na=rtpmap:101 telephone-event/8000\n{more}"
    return lines.replace("\n", "\r\n").encode()


def answered(body: bytes, **ours: object) -> tuple[str, Agreed]:
    text, agreed = Negotiation(HOME, 20_000, **ours).answer(body)  # type: ignore[arg-type]
    return text.decode(), agreed


def test_the_first_codec_of_theirs_that_is_ours_is_taken() -> None:
    text, agreed = answered(offer("m=audio 4000 RTP/AVP 18 0 8 101", more="a=rtpmap:18 G729/8000\na=ptime:30\n"))
    assert agreed == Agreed(("192.0.2.1", 4000), "PCMU", 101, "sendrecv", 30)
    assert "m=audio 20000 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n" in text
    assert "a=ptime:20" in text


def test_the_event_type_is_theirs_and_may_be_missing() -> None:
    _, agreed = answered(offer("m=audio 4000 RTP/AVP 8 96", more="a=rtpmap:96 telephone-event/8000\n"))
    assert agreed.event_type == 96
    text, agreed = answered(offer("m=audio 4000 RTP/AVP 8"))
    assert agreed.event_type is None
    assert "telephone-event" not in text
    assert (
        answered(offer("m=audio 4000 RTP/AVP 8 96", more="a=rtpmap:96 telephone-event/48000\n"))[1].event_type is None
    )


@pytest.mark.parametrize(
    ("theirs", "ours", "held"),
    [
        ("sendrecv", "sendrecv", False),
        ("sendonly", "recvonly", True),
        ("recvonly", "sendonly", False),
        ("inactive", "inactive", True),
    ],
)
def test_the_answer_to_a_direction_is_its_reverse(theirs: str, ours: str, held: bool) -> None:
    for body in (offer(more=f"a={theirs}\n"), offer(session=f"a={theirs}\n")):
        text, agreed = answered(body)
        assert (agreed.direction, agreed.held) == (ours, held)
        assert f"a={ours}\r\n" in text


def test_the_old_hold_sends_nothing_anywhere() -> None:
    _, agreed = answered(offer(host="0.0.0.0"))
    assert (agreed.remote, agreed.direction, agreed.held) == (None, "recvonly", True)


def test_one_stream_is_taken_and_the_others_are_refused_in_their_places() -> None:
    body = offer(
        "m=video 5000 RTP/AVP 96\na=rtpmap:96 H264/90000\nm=audio 4000 RTP/AVP 8\nm=audio 4002 RTP/AVP 0\nm=image 6000 udptl t38"
    )
    ours = Negotiation(HOME, 20_000)
    text = ours.answer(body)[0].decode()
    lines = [line for line in text.splitlines() if line.startswith("m=")]
    assert lines == ["m=video 0 RTP/AVP 96", "m=audio 20000 RTP/AVP 8", "m=audio 0 RTP/AVP 0", "m=image 0 UDPTL t38"]
    later = [line for line in ours.offer("sendonly").decode().splitlines() if line.startswith("m=")]
    assert [line.split()[1] for line in later] == ["0", "20000", "0", "0"]


def test_a_stream_may_live_elsewhere_and_in_ipv6() -> None:
    _, agreed = answered(offer("m=audio 4000 RTP/AVP 8\nc=IN IP4 192.0.2.55"))
    assert agreed.remote == ("192.0.2.55", 4000)
    text, agreed = Negotiation("2001:db8::9", 20_000).answer(offer(host="2001:db8::1"))
    assert agreed.remote == ("2001:db8::1", 4000)
    assert b"c=IN IP6 2001:db8::9\r\n" in text


@pytest.mark.parametrize(
    "body",
    [
        offer("m=audio 4000 RTP/AVP 18"),
        offer("m=audio 0 RTP/AVP 8"),
        offer("m=audio 4000 RTP/SAVP 8"),
        offer("m=video 4000 RTP/AVP 96"),
        offer("m=audio 99999 RTP/AVP 8"),
        offer("m=audio x RTP/AVP 8"),
        offer("m=audio 4000 RTP/AVP 8", more="a=rtpmap:8 G722/8000\n"),
        offer(host="224.2.1.1"),
        offer(host="media.example.com"),
        offer("m=audio 4000 RTP/AVP 8\n" * 40),
        b"",
        b"v=0\r\n",
        b"hello",
        b"\xff" * 100,
    ],
)
def test_what_does_not_fit_is_refused(body: bytes) -> None:
    with pytest.raises(NothingFits):
        Negotiation(HOME, 20_000).answer(body)


def test_the_version_moves_with_every_change_and_only_then() -> None:
    ours = Negotiation(HOME, 20_000, session_id=77)
    versions = [
        ours.offer(direction).split(b"\r\n")[1].split()[2] for direction in ("sendrecv", "sendrecv", "sendonly")
    ]
    assert versions == [b"1", b"1", b"2"]
    assert b"o=- 77 1 IN IP4 192.0.2.9\r\n" in Negotiation(HOME, 1, session_id=77).offer()


def test_our_offer_and_our_answer_understand_each_other() -> None:
    one, other = Negotiation(HOME, 20_000), Negotiation("192.0.2.8", 30_000, codecs=("PCMU",))
    answer, theirs = other.answer(one.offer("sendonly"))
    assert (theirs.remote, theirs.direction) == ((HOME, 20_000), "recvonly")
    assert one.take(answer) == Agreed(("192.0.2.8", 30_000), "PCMU", 101, "sendonly")
    with pytest.raises(NothingFits):
        one.take(answer.replace(b"30000", b"0"))


@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_description_breaks_the_parser(junk: bytes, place: int) -> None:
    body = offer()
    try:
        Negotiation(HOME, 20_000).answer(body[:place] + junk + body[place:])
        sdp.parse(body[:place] + junk)
    except (NothingFits, Malformed):
        pass


# Passwords

USERS = {"alice": "s3cret"}


def gate() -> Gate:
    return Gate("hall", USERS)


@pytest.mark.parametrize("which", [0, 1])
def test_a_right_answer_to_either_algorithm_is_good(which: int) -> None:
    side = gate()
    answerer = Answerer(Credentials("alice", "s3cret"))
    challenge = side.challenges(10.0)[which]
    assert ("SHA-256" in challenge, "MD5" in challenge) == (which == 0, which == 1)
    given = answerer.answer([challenge], "INVITE", "sip:a@b")
    assert given is not None
    assert side.judge([given], "INVITE", "sip:a@b", 11.0) == (Verdict.GOOD, "alice")


def test_the_strongest_that_is_understood_is_answered() -> None:
    answerer = Answerer(Credentials("alice", "s3cret"))
    unknown = 'Digest realm="x", nonce="1", algorithm=SHA-512-256, qop="auth"'
    given = answerer.answer(["Basic realm=x", unknown, *gate().challenges(0.0)], "INVITE", "sip:a@b")
    assert given is not None
    assert "algorithm=SHA-256" in given
    assert (
        answerer.answer(["Basic realm=x", unknown, 'Digest realm="x", nonce="1", qop="auth-int"'], "BYE", "sip:b")
        is None
    )


def test_the_count_goes_up_with_every_use_of_a_nonce() -> None:
    side, answerer = gate(), Answerer(Credentials("alice", "s3cret"))
    challenges = side.challenges(0.0)
    first, second = [answerer.answer(challenges, "INVITE", "sip:a@b") or "" for _ in range(2)]
    assert ("nc=00000001" in first, "nc=00000002" in second) == (True, True)
    assert side.judge([first], "INVITE", "sip:a@b", 1.0)[0] is Verdict.GOOD
    assert side.judge([second], "INVITE", "sip:a@b", 1.0)[0] is Verdict.GOOD
    assert side.judge([second], "INVITE", "sip:a@b", 1.0)[0] is Verdict.STALE  # a replay
    assert side.judge([first], "INVITE", "sip:a@b", 1.0)[0] is Verdict.STALE


def test_an_old_or_foreign_nonce_is_stale() -> None:
    side, answerer = gate(), Answerer(Credentials("alice", "s3cret"))
    given = answerer.answer(side.challenges(0.0), "INVITE", "sip:a@b") or ""
    assert side.judge([given], "INVITE", "sip:a@b", 301.0)[0] is Verdict.STALE
    foreign = answerer.answer(gate().challenges(0.0), "INVITE", "sip:a@b") or ""
    assert side.judge([foreign], "INVITE", "sip:a@b", 1.0)[0] is Verdict.STALE
    assert "stale=true" in side.challenges(0.0, stale=True)[0]


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (('username="alice"', 'username="bob"'), Verdict.WRONG),
        (('realm="hall"', 'realm="other"'), Verdict.MISSING),
        (("nc=00000001", "nc=1"), Verdict.WRONG),
        (("nc=00000001", "nc=00000002"), Verdict.WRONG),
        (("qop=auth, ", ""), Verdict.WRONG),
        (("algorithm=SHA-256", "algorithm=MD5"), Verdict.WRONG),
        (("algorithm=SHA-256", "algorithm=ROT13"), Verdict.WRONG),
        (('uri="sip:a@b"', 'uri="sip:c@b"'), Verdict.WRONG),
        (('response="', 'response="0'), Verdict.WRONG),
        (("Digest ", "Basic "), Verdict.MISSING),
        (('response="', 'response='), Verdict.WRONG),
    ],
)  # fmt: skip
def test_any_change_makes_an_answer_worthless(change: tuple[str, str], verdict: Verdict) -> None:
    side = gate()
    given = Answerer(Credentials("alice", "s3cret")).answer(side.challenges(0.0), "INVITE", "sip:a@b") or ""
    assert change[0] in given
    assert side.judge([given.replace(*change)], "INVITE", "sip:a@b", 1.0)[0] is verdict
    assert side.judge([given], "BYE", "sip:a@b", 1.0)[0] is Verdict.WRONG
    assert side.judge([], "INVITE", "sip:a@b", 1.0)[0] is Verdict.MISSING


def test_the_memory_for_nonces_is_bounded() -> None:
    side, answerer = Gate("hall", USERS, nonces_max=5), Answerer(Credentials("alice", "s3cret"))
    for _ in range(20):
        given = answerer.answer(side.challenges(0.0), "INVITE", "sip:a@b") or ""
        assert side.judge([given], "INVITE", "sip:a@b", 1.0)[0] is Verdict.GOOD
    assert len(side) == 5


def test_the_arithmetic_is_that_of_the_rfc() -> None:
    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()

    expected = md5(
        f"{md5('Mufasa:testrealm@host.com:Circle Of Life')}:abc:00000001:0a4f113b:auth:{md5('GET:/dir/index.html')}"
    )
    given = digest.answer(
        "md5", "Mufasa", "testrealm@host.com", "Circle Of Life", "GET", "/dir/index.html", "abc", "00000001", "0a4f113b"
    )
    assert given == expected
    # The worked example of RFC 2617 §3.5.
    nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
    worked = digest.answer(
        "md5", "Mufasa", "testrealm@host.com", "Circle Of Life", "GET", "/dir/index.html", nonce, "00000001", "0a4f113b"
    )
    assert worked == "6629fae49393a05397450978507c4ef1"


def test_a_password_is_never_shown() -> None:
    assert "s3cret" not in repr(Credentials("alice", "s3cret"))


# Identities


def invited(
    more: str = "", *, from_: str = "<sip:13900000001@192.0.2.1>;tag=1", line: str = "INVITE sip:10086@h SIP/2.0"
) -> Request:
    message = parse(request(line, from_=from_, more=more))
    assert isinstance(message, Request)
    return message


@pytest.mark.parametrize(
    ("more", "from_", "trusted", "untrusted"),
    [
        ("", "<sip:13900000001@h>;tag=1", "8613900000001", "8613900000001"),
        ("", "<tel:+85291234567>;tag=1", "85291234567", "85291234567"),
        ("", "<sip:alice@h>;tag=1", None, None),
        ("", '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1', None, None),
        ("P-Asserted-Identity: <sip:+8613800000002@h>", "<sip:alice@h>;tag=1", "8613800000002", None),
        ("P-Asserted-Identity: <sip:alice@h>, <tel:+86-138-0000-0002>", "<sip:x@h>;tag=1", "8613800000002", None),
        ("P-Preferred-Identity: <sip:+8613800000003@h>", "<sip:13900000001@h>;tag=1", "8613900000001", "8613800000003"),
        ("P-Asserted-Identity: <sip:+8613800000002@h>\nPrivacy: id", "<sip:a@h>;tag=1", None, None),
        ("P-Asserted-Identity: <sip:+8613800000002@h>\nPrivacy: none", "<sip:a@h>;tag=1", "8613800000002", None),
        ("P-Asserted-Identity: broken<", "<sip:13900000001@h>;tag=1", "8613900000001", "8613900000001"),
        ("P-Asserted-Identity: <tel:13800000002;phone-context=+86>", "<sip:a@h>;tag=1", "8613800000002", None),
        ("", "<sip:+8613900000001;cpc=ordinary@h;user=phone>;tag=1", "8613900000001", "8613900000001"),
    ],
)
def test_a_number_is_believed_from_those_we_trust(
    more: str, from_: str, trusted: str | None, untrusted: str | None
) -> None:
    message = invited(more, from_=from_)
    assert identity.caller(message, trusted=True) == trusted
    assert identity.caller(message, trusted=False) == untrusted


def test_what_was_dialled_is_told_without_its_parameters() -> None:
    assert identity.called(invited(line="INVITE sip:10086;npdi@h SIP/2.0")) == "10086"
    assert identity.called(invited(line="INVITE tel:+8610086 SIP/2.0")) == "+8610086"
    assert identity.called(invited(line="INVITE sip:1%000%0A86@h SIP/2.0")) == "1086"
    assert identity.called(invited(line="INVITE sip:h SIP/2.0")) == ""


def test_the_first_diversion_is_the_number_that_was_dialled() -> None:
    assert identity.diversion(invited()) == ""
    assert identity.diversion(invited("Diversion: <sip:2@h>;reason=busy, <sip:1@h>;reason=no-answer")) == "1"
    assert identity.diversion(invited("Diversion: <sip:2@h>\nDiversion: <tel:+861>")) == "+861"
    history = "History-Info: <sip:10010@h>;index=1, <sip:10086@h?Reason=SIP%3Bcause%3D302>;index=1.1"
    assert identity.diversion(invited(history)) == "10010"
    assert identity.diversion(invited("History-Info: <sip:10086@h>;index=1")) == ""
    assert identity.diversion(invited("Diversion: garbage<")) == ""


# Headers


def test_lists_are_cut_at_commas_that_cut() -> None:
    assert split_list('"a, b" <sip:x@h;p=1,2>, <sip:y@h>,, sip:z@h') == [
        '"a, b" <sip:x@h;p=1,2>',
        "<sip:y@h>",
        "sip:z@h",
    ]
    with pytest.raises(Malformed):
        split_list('"open, <sip:x@h>')


@given(st.text(alphabet=st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=30))
def test_what_is_quoted_reads_the_same(text: str) -> None:
    assert parameters(f";x={quoted(text)};y=1") == {"x": text, "y": "1"}
    assert NameAddr.parse(f"{quoted(text)} <sip:a@b>;tag=7").display == text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_what_is_escaped_in_a_user_reads_the_same(text: str) -> None:
    assert Uri.parse(f"sip:{escaped(text)}@h").user == text
