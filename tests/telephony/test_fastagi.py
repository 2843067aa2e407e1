"""Calls of Asterisk's by FastAGI, over real sockets, in the real hall."""

import asyncio
import hashlib
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
import pytest

from careline.channels.telephony.accounts import MediaAccount
from careline.channels.telephony.conversing import Conversing
from careline.channels.telephony.models import Session
from careline.channels.telephony.verbs import Say
from careline.daemons.agi import AgiServer
from careline.ledger.models import Attempt, OpenAttempt
from tests.halls import Hall

from .asterisk import Asterisk
from .players import handed_over

ACCOUNT = MediaAccount(
    name="pbx",
    dialect="agi",
    secret="s3cretword",
    sounds="/var/lib/careline/prompts",
    person="PJSIP/desk",
    person_seconds=20,
)


@dataclass
class Pbx:
    """A running server, what its prompts say, and its calls."""

    server: AgiServer
    loop: asyncio.AbstractEventLoop
    said: dict[str, str]
    hall: Hall
    calls: list[Asterisk] = field(default_factory=list)

    def dial(self, secret: str = "s3cretword") -> Asterisk:
        call = self.connect()
        call.secret = secret
        call.dial()
        return call

    def connect(self) -> Asterisk:
        call = Asterisk(self.server.port, self.hall.fresh().digits)
        self.calls.append(call)
        return call

    def heard(self, call: Asterisk) -> str:
        return "".join(self.said[name.rpartition("/")[2]] for name in call.played)

    def choose(self, call: Asterisk, label: str) -> None:
        for line in re.split(r"[。\n]", self.heard(call)):
            if label in line and (found := re.search(r"请按(\d)", line)):
                return call.press(found[1])
        raise AssertionError(f"{label} is not offered in: {self.heard(call)}")

    def over(self) -> None:
        """Wait until the hall has heard of the end of every call."""
        for _ in range(200):
            if not self.server.live:
                return
            time.sleep(0.02)
        raise AssertionError("a call does not end")


@pytest.fixture
def pbx(transactional_db: None, hall: Hall) -> Iterator[Pbx]:
    said: dict[str, str] = {}

    def voice(say: Say) -> Say:
        clip = hashlib.sha256(say.text.encode()).hexdigest()
        said[clip] = say.text
        return msgspec.structs.replace(say, audio=(clip,))

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = AgiServer(ACCOUNT, Conversing(hall.reception, voice), threads=2, calls_max=3)
    asyncio.run_coroutine_threadsafe(server.start("127.0.0.1", 0), loop).result(20)
    pbx = Pbx(server, loop, said, hall)
    yield pbx
    for call in pbx.calls:
        call.close()
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(20)
    loop.close()


def test_a_caller_hears_his_balance_and_hangs_up(pbx: Pbx) -> None:
    call = pbx.dial()
    assert call.commands[0] == ["ANSWER"]
    assert call.played[0].startswith("/var/lib/careline/prompts/")
    pbx.choose(call, "话费")
    pbx.choose(call, "余额")
    assert "120.00元" in pbx.heard(call)
    call.send("HANGUP\n")
    pbx.over()
    assert Attempt.objects.get(channel="voice", verb="query").outcome == "done"
    assert Session.objects.get().ended_at is not None


def test_an_order_wants_its_yes(pbx: Pbx) -> None:
    call = pbx.dial()
    for label in ("来电显示", "来电显示", "开通", "确定"):
        pbx.choose(call, label)
    assert "已办好来电显示" in pbx.heard(call)
    assert Attempt.objects.get(service="caller_id").outcome == "done"


@pytest.mark.parametrize(
    "how", ["HANGUP\n", "511 Command Not Permitted on a dead channel or intercept routine\n", "200 result=-1\n", ""]
)
def test_however_a_hang_up_shows_the_open_question_is_abandoned(pbx: Pbx, how: str) -> None:
    call = pbx.dial()
    for label in ("来电显示", "来电显示", "开通"):
        pbx.choose(call, label)
    if how:
        call.send(how)
    else:
        call.close()
    pbx.over()
    assert Attempt.objects.get(service="caller_id").outcome == "abandoned"
    assert not OpenAttempt.objects.exists()


def test_keys_pressed_into_the_words_interrupt_them(pbx: Pbx) -> None:
    call = pbx.connect()
    call.keys = "1"
    call.dial()
    assert "余额" in pbx.heard(call)
    assert [words[:2] for words in call.commands].count(["WAIT", "FOR"]) == 1  # only after the second menu


def test_a_value_of_several_keys_ends_with_its_key(pbx: Pbx) -> None:
    call = pbx.dial()
    pbx.choose(call, "话费")
    pbx.choose(call, "某个月的账单")
    before = len(call.commands)
    call.press("2610#")
    waits = [words for words in call.commands[before:] if words[0] == "WAIT"]
    assert [int(words[3]) for words in waits[:4]] == [3000] * 4  # between keys
    assert "10月" in pbx.heard(call)


def test_silence_is_answered(pbx: Pbx) -> None:
    call = pbx.dial()
    first = pbx.heard(call)
    call.silence()
    assert pbx.heard(call)
    assert call.waiting or call.ended
    assert first


def test_nobody_at_the_desk_leads_back_to_the_menu(pbx: Pbx) -> None:
    call = pbx.dial()
    pbx.choose(call, "话费")
    call.press("0")
    assert ["EXEC", "Dial", "PJSIP/desk,20,g"] in call.commands
    assert handed_over(call.variables["_CARELINE_HANDOVER"])["reason"] == "asked"
    pbx.choose(call, "余额")
    assert "120.00元" in pbx.heard(call)


def test_after_a_talk_with_a_person_the_caller_is_asked_or_let_go(pbx: Pbx) -> None:
    call = pbx.connect()
    call.dial_status = "ANSWER"
    call.dial()
    call.press("0")
    assert pbx.heard(call)


def test_a_prompt_that_asterisk_does_not_find_costs_its_sound_only(pbx: Pbx) -> None:
    call = pbx.dial()
    # The same words next time: their file has gone.
    call.missing = call.played[0]
    call.press("*")
    call.press("9")
    assert call.waiting


def test_who_does_not_know_the_secret_hears_nothing(pbx: Pbx) -> None:
    call = pbx.dial(secret="wrong")
    assert call.ended
    assert call.commands == []
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    "said",
    [b"GET / HTTP/1.1\r\n\r\n", b"\n", b"agi_network\n\n", b"x" * 20_000, b"\xff\xfe\n\n", b"agi_a: b\n" * 400],
    ids=["http", "nothing", "no-colon", "long", "binary", "many"],
)
def test_what_is_no_agi_is_let_go(pbx: Pbx, said: bytes) -> None:
    call = pbx.connect()
    call.line.sendall(said)
    call.go()
    assert call.ended
    assert call.commands == []
    pbx.over()


@pytest.mark.parametrize(
    "reply", ["510 Invalid or unknown command", "520-Invalid command syntax.\n520 End of proper usage.", "hello"]
)
def test_a_reply_that_fits_nothing_ends_the_call_as_lost(pbx: Pbx, reply: str) -> None:
    call = pbx.dial()
    call.send(f"{reply}\n")
    call.go()
    pbx.over()
    assert call.ended
    assert Session.objects.get().ended_at is not None


def test_calls_beyond_the_limit_are_not_answered(pbx: Pbx) -> None:
    for _ in range(3):
        pbx.dial()
    late = pbx.connect()
    late.go()
    assert late.ended
    assert (pbx.server.live, pbx.server.refused) == (3, 1)


def test_when_the_process_ends_its_calls_are_lost(pbx: Pbx) -> None:
    call = pbx.dial()
    pbx.choose(call, "话费")

    async def cancel() -> None:
        for task in list(pbx.server._calls):
            task.cancel()

    asyncio.run_coroutine_threadsafe(cancel(), pbx.loop).result(20)
    pbx.over()
    assert Session.objects.get().ended_at is not None
