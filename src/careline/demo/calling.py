"""A call or a USSD session without a network: someone presses keys, and the hall answers as on the telephone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from careline.dialogue.book import Verb
from careline.dialogue.keypad.ways import keys_to
from careline.dialogue.talk import Event
from careline.hall.reception import Reception
from careline.hall.telephone import Act, Moment, answer
from careline.identity import recognising
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

WENT = "@"  # begins a press that names what is to be reached: @caller_id.subscribe


class NoWay(LookupError):
    """The menu of this customer does not lead there."""


@dataclass(slots=True)
class Caller:
    """One session of one customer; each deed is one moment and what the channel does then."""

    reception: Reception
    msisdn: Msisdn
    clock: Callable[[], datetime]
    channel: str = "voice"
    address: str = "10086"
    session: str = field(default_factory=lambda: new_reference()[0])
    moments: int = 0

    def dial(self) -> Act:
        return self.happen(Event.HELLO)

    def press(self, keys: str) -> Act:
        """Press these keys in one moment, after all that was said; `@service.verb` goes there through the menu."""
        return self.happen(Event.KEYS, self.way(keys) if keys.startswith(WENT) else keys)

    def silence(self) -> Act:
        return self.happen(Event.SILENCE)

    def hang_up(self) -> Act:
        return self.happen(Event.HUNG_UP)

    def happen(self, event: Event, keys: str = "", heard_percent: int = 100) -> Act:
        """Raises RuntimeError where the hall could not take it in."""
        moment = Moment(
            session=self.session,
            number=self.moments,
            msisdn=self.msisdn,
            event=event,
            at=self.clock(),
            keys=keys,
            channel=self.channel,
            link="talk",
            address=self.address,
            heard_percent=heard_percent,
        )
        self.moments += 1
        (act,) = answer(self.reception, [moment])
        if act is None:
            raise RuntimeError("the hall could not take this moment in")
        return act

    def way(self, wished: str) -> str:
        """The keys that lead from the first node to `@service.verb` or `@service.verb.tier`. Raises NoWay."""
        service, _, rest = wished.removeprefix(WENT).partition(".")
        verb, _, tier = rest.partition(".")
        known = recognising.recognise([self.msisdn]).get(self.msisdn)
        if known is None or verb not in tuple(Verb):
            raise NoWay(wished)
        keys = keys_to(self.reception.book(), known, self.clock(), service, Verb(verb), tier=tier)
        if keys is None:
            raise NoWay(wished)
        return keys
