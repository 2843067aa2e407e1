"""The window: where pages and apps bring what a customer picked. The same reception as for a text, answered in the same request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from careline.dialogue.talk import Wish
from careline.hall.reception import Reception
from careline.hall.turn import Arrival, Served
from careline.values.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class Picked:
    """One wish of one customer; (msisdn, link, key) counts once."""

    key: str  # drawn with the form, or given by the app: the same one again is answered from record
    msisdn: Msisdn
    wish: Wish = field(repr=False)
    at: datetime
    channel: str = "web"  # or app
    link: str = "web"  # or the name of the app's token


def arrival(picked: Picked) -> Arrival:
    return Arrival(
        msisdn=picked.msisdn,
        text="",
        link=picked.link,
        message_id=picked.key,
        received_at=picked.at,
        channel=picked.channel,
        address=picked.channel,
        at_once=True,
        wish=picked.wish,
    )


def serve(reception: Reception, picked: Sequence[Picked]) -> list[Served]:
    """How these wishes were served, in their order. `reception` must be one that waits for the carrier.

    Who still waits for the answer to their last wish is tried again for as long as that may last. A Served that is not
    `recorded` was not taken in: nothing happened, and the customer may try again. Raises OperationalError.
    """
    done: dict[int, Served] = {}
    waiting = list(range(len(picked)))
    for _ in range(reception.patience_tries):
        served = reception.receive([arrival(picked[index]) for index in waiting])
        done |= dict(zip(waiting, served, strict=True))
        waiting = [index for index in waiting if done[index].retry_at is not None]
        if not waiting:
            break
        reception.pause()
    return [done[index] for index in range(len(picked))]


def pick(
    reception: Reception,
    msisdn: Msisdn,
    key: str,
    now: datetime,
    *,
    service: str = "",
    verb: str = "",
    values: Mapping[str, str] | None = None,
    **more: object,
) -> Served:
    """`serve` for one wish made of these words; `more` are fields of Wish."""
    wish = Wish(service, verb, values=dict(values or {}), **more)  # type: ignore[arg-type]
    return serve(reception, [Picked(key, msisdn, wish, now)])[0]
