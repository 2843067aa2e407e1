"""Who may call, who is believed to call, and what strangers get."""

import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network

import pytest
import pytest_asyncio

from careline.links.calls.call import Call
from careline.links.calls.config import Config, Trunk
from careline.links.calls.endpoint import Endpoint
from careline.links.calls.media import Engine
from careline.simulators.caller import Caller, Unreached
from tests.calls.house import loopback
from tests.calls.raw import SDP, Raw, header, tag

pytestmark = pytest.mark.asyncio(loop_scope="session")

# All of 127.0.0.0/8 is this machine: each address can be another neighbour.
CARRIER = Trunk(name="carrier", networks=(ip_network("127.0.0.0/30"),), trusted=True)
PBX = Trunk(name="pbx", networks=(ip_network("127.0.0.8/30"),), from_header=True)
MUTE = Trunk(name="mute", networks=(ip_network("127.0.0.16/30"),))
PHONES = Trunk(name="phones", networks=(ip_network("127.0.0.24/30"),), username="desk", secret="hush", from_header=True)


class Seen:
    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.calls: list[Call] = []

    @property
    def port(self) -> int:
        return self.endpoint.addresses[0].port

    def stat(self, name: str) -> int:
        return int(self.endpoint.stats().get(name, 0))


@asynccontextmanager
async def running(config: Config, engine: Engine) -> AsyncIterator[Seen]:
    async def takes(call: Call) -> None:
        found.calls.append(call)
        await call.hang_up(486)

    endpoint = Endpoint(config, engine, takes)
    found = Seen(endpoint)
    await endpoint.start()
    try:
        yield found
    finally:
        await endpoint.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def seen(engine: Engine) -> AsyncIterator[Seen]:
    async with running(loopback(CARRIER, PBX, MUTE, PHONES, stranger_answers_per_second=0.0), engine) as one:
        yield one


async def _caller(seen: Seen, host: str, headers: str = "", from_: str = "<sip:13900000001@x>") -> str | None:
    with Raw(seen.port, host) as raw:
        answer = await raw.asks(raw.request("INVITE", "10086", headers=headers, body=SDP, from_=from_))
    assert answer.startswith("SIP/2.0 486"), answer
    caller = seen.calls[-1].caller
    return caller.digits if caller else None


ASSERTED = "P-Asserted-Identity: <tel:+8613800000002>\r\n"


@pytest.mark.parametrize(
    ("host", "headers", "from_", "number"),
    [
        ("127.0.0.1", ASSERTED, "<sip:13900000001@x>", "8613800000002"),
        ("127.0.0.1", ASSERTED + "Privacy: id\r\n", "<sip:13900000001@x>", None),
        ("127.0.0.1", "", "<sip:13900000001@x>", None),  # the carrier asserts, or nobody is known
        ("127.0.0.9", ASSERTED, "<sip:13900000001@x>", "8613900000001"),  # a PBX asserts what it likes
        ("127.0.0.9", "", "<sip:anonymous@anonymous.invalid>", None),
        ("127.0.0.9", "", "<sip:+8613900000001@x>", "8613900000001"),
        ("127.0.0.9", "", "<sip:reception@x>", None),
        ("127.0.0.17", ASSERTED, "<sip:13900000001@x>", None),
    ],
)
async def test_the_number_is_believed_as_far_as_the_neighbour(
    seen: Seen, host: str, headers: str, from_: str, number: str | None
) -> None:
    assert await _caller(seen, host, headers, from_) == number


async def test_a_call_knows_its_trunk_and_where_it_was_diverted(seen: Seen) -> None:
    await _caller(seen, "127.0.0.9", "Diversion: <sip:10010@x>;reason=no-answer\r\n")
    assert (seen.calls[-1].trunk, seen.calls[-1].diversion, seen.calls[-1].called) == ("pbx", "10010", "10086")
    assert ("Max-Forwards", "70") in list(seen.calls[-1].headers)


async def test_a_neighbour_may_call_only_the_numbers_of_its_trunk(engine: Engine) -> None:
    some = Trunk(name="some", networks=(ip_network("127.0.0.1/32"),), numbers=("10086",))
    async with running(loopback(some), engine) as seen:
        with Raw(seen.port) as raw:
            assert (await raw.asks(raw.request("INVITE", "10010", body=SDP))).startswith("SIP/2.0 404")
            assert (await raw.asks(raw.request("INVITE", "10086", body=SDP))).startswith("SIP/2.0 486")
            assert (await raw.asks(raw.request("INVITE", "+10086", body=SDP))).startswith("SIP/2.0 486")


async def test_a_stranger_is_forbidden_to_call(seen: Seen) -> None:
    with Raw(seen.port, "127.0.1.1") as raw:
        assert (await raw.asks(raw.request("INVITE", "10086", body=SDP))).startswith("SIP/2.0 403")
    assert not seen.calls


async def test_scanners_are_counted_and_ignored(seen: Seen) -> None:
    with Raw(seen.port, "127.0.1.2") as raw, Raw(seen.port) as neighbour:
        for _ in range(60):
            raw.send(raw.request("OPTIONS", "100"))
        # A neighbour's answer comes after all of those were looked at.
        assert (await neighbour.asks(neighbour.request("OPTIONS", "10086"))).startswith("SIP/2.0 200")
        answers = 0
        while not raw.silent():
            answers += 1
    assert answers <= 10
    assert seen.stat("strangers_ignored") == 50
    assert seen.stat("strangers") == 10
    assert not seen.calls


def _proof(
    challenge: str, port: int, *, secret: str = "hush", method: str = "INVITE", count: int = 1, nonce: str = ""
) -> str:
    """The Authorization of RFC 2617 with MD5, reckoned here once more from the text of the RFC."""
    realm = re.search(r'realm="([^"]*)"', challenge)
    given = re.search(r'nonce="([^"]*)"', challenge)
    assert realm
    assert given
    nonce = nonce or given[1]
    uri = f"sip:10086@127.0.0.1:{port}"

    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    nc = f"{count:08x}"
    answer = md5(f"{md5(f'desk:{realm[1]}:{secret}')}:{nonce}:{nc}:abcdef:auth:{md5(f'{method}:{uri}')}")
    return (
        f'Authorization: Digest username="desk", realm="{realm[1]}", nonce="{nonce}", uri="{uri}", algorithm=MD5, '
        f'qop=auth, nc={nc}, cnonce="abcdef", response="{answer}"\r\n'
    )


def _challenge(answer: str) -> str:
    """The challenge with MD5, of those that came."""
    assert answer.startswith("SIP/2.0 401"), answer
    lines = [line for line in answer.split("\r\n") if line.lower().startswith("www-authenticate:")]
    return next((one for one in lines if "algorithm=MD5" in one or "algorithm" not in one), lines[-1])


def _ack(raw: Raw, request: str, answer: str) -> None:
    """Acknowledge a refusal, as its transaction wants."""
    branch = header(request, "Via").partition("branch=")[2].partition(";")[0]
    raw.send(raw.request("ACK", "10086", call_id=header(request, "Call-ID"), to_tag=tag(answer), branch=branch))


async def _ask(raw: Raw, *, headers: str = "", call_id: str, cseq: int = 1) -> str:
    request = raw.request("INVITE", "10086", headers=headers, body=SDP, call_id=call_id, cseq=cseq)
    answer = await raw.asks(request)
    _ack(raw, request, answer)
    return answer


async def test_who_knows_the_secret_may_call(seen: Seen) -> None:
    with Raw(seen.port, "127.0.0.25") as raw:
        challenge = _challenge(await _ask(raw, call_id="knows"))
        answer = await _ask(raw, headers=_proof(challenge, seen.port), call_id="knows", cseq=2)
    assert answer.startswith("SIP/2.0 486")
    assert seen.calls[-1].trunk == "phones"


async def test_who_does_not_know_it_is_challenged_again(seen: Seen) -> None:
    with Raw(seen.port, "127.0.0.25") as raw:
        challenge = _challenge(await _ask(raw, call_id="guess"))
        again = await _ask(raw, headers=_proof(challenge, seen.port, secret="guess"), call_id="guess", cseq=2)
    assert again.startswith(("SIP/2.0 401", "SIP/2.0 403"))
    assert not seen.calls


async def test_a_proof_counts_once(seen: Seen) -> None:
    with Raw(seen.port, "127.0.0.25") as raw:
        challenge = _challenge(await _ask(raw, call_id="replay"))
        proof = _proof(challenge, seen.port)
        assert (await _ask(raw, headers=proof, call_id="replay", cseq=2)).startswith("SIP/2.0 486")
        assert (await _ask(raw, headers=proof, call_id="replay2")).startswith("SIP/2.0 401")
        following = _proof(challenge, seen.port, count=2)
        assert (await _ask(raw, headers=following, call_id="replay3")).startswith("SIP/2.0 486")


async def test_a_nonce_that_we_never_gave_is_stale(seen: Seen) -> None:
    with Raw(seen.port, "127.0.0.25") as raw:
        challenge = _challenge(await _ask(raw, call_id="stale"))
        again = await _ask(raw, headers=_proof(challenge, seen.port, nonce="bm9uY2U="), call_id="stale", cseq=2)
    assert again.startswith("SIP/2.0 401")
    assert not seen.calls


async def test_who_proves_it_is_no_stranger_and_who_guesses_becomes_one(seen: Seen) -> None:
    with Raw(seen.port, "127.0.0.25") as raw:
        for at in range(15):
            challenge = _challenge(await _ask(raw, call_id=f"good{at}"))
            answer = await _ask(raw, headers=_proof(challenge, seen.port), call_id=f"good{at}", cseq=2)
            assert answer.startswith("SIP/2.0 486")
        for at in range(10):
            _challenge(await _ask(raw, call_id=f"bad{at}"))
        with pytest.raises(TimeoutError):
            await raw.asks(raw.request("INVITE", "10086", body=SDP), timeout_seconds=0.2)


async def test_our_own_telephone_answers_challenges(engine: Engine) -> None:
    everybody = Trunk(name="all", networks=(ip_network("127.0.0.1/32"),), username="desk", secret="hush")
    async with running(loopback(everybody), engine) as seen:
        uri = f"sip:10086@127.0.0.1:{seen.port}"
        async with Caller(username="desk", secret="hush") as knows, Caller(username="desk", secret="no") as guesses:
            with pytest.raises(Unreached) as caught:
                await knows.call(uri)
            assert caught.value.status == 486
            with pytest.raises(Unreached) as caught:
                await guesses.call(uri)
            assert caught.value.status in (401, 403)
    assert len(seen.calls) == 1


async def test_a_neighbour_whose_challenges_we_answer_need_not_be_challenged(engine: Engine) -> None:
    carrier = Trunk(
        name="carrier", networks=(ip_network("127.0.0.1/32"),), username="desk", secret="hush", challenged=False
    )
    async with running(loopback(carrier), engine) as seen:
        with Raw(seen.port) as raw:
            assert (await raw.asks(raw.request("INVITE", "10086", body=SDP))).startswith("SIP/2.0 486")
        challenging = Trunk(name="all", networks=(ip_network("127.0.0.1/32"),), username="desk", secret="hush")
        async with running(loopback(challenging), engine) as other:
            with pytest.raises(Unreached) as caught:
                await seen.endpoint.dial(f"sip:10086@127.0.0.1:{other.port}", trunk="carrier")
            assert caught.value.status == 486
            assert len(other.calls) == 1
