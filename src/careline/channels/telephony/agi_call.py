"""One call of Asterisk's by FastAGI: verbs become commands, and what comes of them goes to the hall."""

import asyncio
import contextlib
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from careline.channels.telephony import audio, sessions
from careline.channels.telephony.accounts import MediaAccount
from careline.channels.telephony.agi import HungUp, Line, NotAgi
from careline.channels.telephony.conversing import Conversing, Told, Turn
from careline.channels.telephony.verbs import Gather, HangUp, Record, Say, Transfer
from careline.dialogue.talk import Event

log = logging.getLogger(__name__)

ALL_KEYS = "0123456789*#"
NO_CLIP = "an-error-has-occurred"  # of Asterisk's core sounds: said where a prompt could not be made
TALK_SECONDS_MAX = 4 * 3600.0  # with a person
END_SECONDS = 10.0  # for telling the hall that a call is over

T = TypeVar("T")
Run = Callable[..., Awaitable[T]]  # runs something that blocks, elsewhere


@dataclass(slots=True)
class AgiCall:
    """One call; `run` carries calls of the hall into threads."""

    line: Line
    account: MediaAccount
    conversing: Conversing
    run: "Run[Turn | None]"
    session: str = ""

    async def serve(self) -> None:
        """The whole call; the hall always hears of its end. Raises nothing but cancellation."""
        end = Event.LOST
        remote = sessions.new_id()  # Asterisk's own id comes again when a dialplan calls us twice
        try:
            await self._talk(await self._known(), remote)
            end = Event.HUNG_UP
        except HungUp:
            end = Event.HUNG_UP
        except NotAgi as error:
            log.warning("account %s: a call ends: %s", self.account.name, error)
        except Exception:
            log.exception("account %s: a call failed", self.account.name)
        finally:
            told = Told(end, self.session, remote)
            telling = asyncio.ensure_future(self.run(self.conversing.over, told, self.account))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(END_SECONDS):
                    await asyncio.shield(telling)

    async def _known(self) -> Mapping[str, str]:
        """The environment, if it knows the account's secret (the first argument of AGI() in the dialplan)."""
        environment = await self.line.environment()
        given = environment.get("arg_1", "")
        if self.account.secret and not hmac.compare_digest(given.encode(), self.account.secret.encode()):
            raise NotAgi("the secret is wrong or missing")
        return environment

    async def _talk(self, environment: Mapping[str, str], remote: str) -> None:
        await self.line.command("ANSWER")
        caller = environment.get("callerid", "")
        called = next(
            (environment[name] for name in ("dnid", "extension") if environment.get(name, "")[:1].isdigit()), ""
        )
        told = Told(Event.HELLO, remote=remote, caller=caller, called=called)
        while True:
            turn = await self.run(self.conversing.turn, told, self.account)
            assert turn is not None
            self.session = turn.session or self.session
            following = await self._perform(turn)
            if following is None:
                with contextlib.suppress(HungUp):
                    await self.line.command("HANGUP")
                return
            event, keys = following
            told = Told(event, turn.session, remote, turn.next, keys)

    async def _perform(self, turn: Turn) -> tuple[Event, str] | None:
        """Do these verbs; what happened then, None when the call is to end."""
        *before, last = turn.verbs
        barge_in = isinstance(last, Gather) and last.barge_in
        key = ""
        for verb in before:
            if isinstance(verb, Say) and not key:
                key = await self._say(verb, ALL_KEYS if barge_in else "")
        match last:
            case Gather():
                keys = await self._gather(last, key)
                return (Event.KEYS, keys) if keys else (Event.SILENCE, "")
            case Transfer():
                return Event.RETURNED, await self._connect(last)
            case Record():
                return Event.SILENCE, ""  # no act asks for it, and there is nowhere to put it
            case HangUp() | Say():
                return None

    async def _say(self, say: Say, escapes: str) -> str:
        """Play the words; the key that interrupted them, if one did."""
        names = [self._name(clip) for clip in say.audio] or [NO_CLIP]
        for name in names:
            reply = await self.line.command("STREAM", "FILE", name, escapes)
            if reply.result < 0:
                # A file that is not there and a hang-up look the same; only the second ends the call.
                if (await self.line.command("CHANNEL", "STATUS")).result < 0:
                    raise HungUp
                log.error("account %s: Asterisk cannot play %s", self.account.name, name)
            elif reply.result > 0:
                return chr(reply.result)
        return ""

    def _name(self, clip: str) -> str:
        if self.account.sounds:
            return f"{self.account.sounds.rstrip('/')}/{clip[:2]}/{clip}"  # Asterisk finds the .al itself
        return f"{self.account.base_url.rstrip('/')}/telephony/audio/{audio.name_of(clip)}.wav"

    async def _gather(self, gather: Gather, keys: str) -> str:
        """The keys, with the one that was pressed into the words."""
        while len(keys) < gather.keys_max and not (gather.ends_with and keys.endswith(gather.ends_with)):
            seconds = gather.between_seconds if keys else gather.silence_seconds
            reply = await self.line.command("WAIT", "FOR", "DIGIT", str(round(seconds * 1000)))
            if reply.result < 0:
                raise HungUp
            if reply.result == 0:
                break
            keys += chr(reply.result)
        return keys

    async def _connect(self, transfer: Transfer) -> str:
        """Ring the person; how it ended, as Event.RETURNED wants it."""
        # Inherited by the called channel; the dialplan makes a header of it where that is wanted.
        await self.line.command("SET", "VARIABLE", "_CARELINE_HANDOVER", transfer.handover)
        # g: go on here when the person hangs up.
        await self.line.command(
            "EXEC", "Dial", f"{transfer.to},{transfer.seconds},g", seconds=transfer.seconds + TALK_SECONDS_MAX
        )
        status = await self.line.command("GET", "VARIABLE", "DIALSTATUS")
        return "talked" if status.data == "ANSWER" else "nobody"
