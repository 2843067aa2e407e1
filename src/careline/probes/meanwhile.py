"""What happens to a marked line's conversation between two steps, so that an error is met which time or chance would bring.

Nothing of the hall is changed: it finds another record of this one conversation than it wrote, as it might any day.
"""

import msgspec
from django.db import transaction

from careline.dialogue.talk import State
from careline.postgres import sql
from careline.values.msisdn import Msisdn

LAPSE = "lapse"  # the time of whatever was asked is over
WITHDRAW = "withdraw"  # what was asked about is no longer in the catalogue
DAMAGE = "damage"  # the open question cannot be made sense of: an error of our own
LOSE = "lose"  # the record cannot be read at all: the hall cannot take anything in
STUMBLE = "stumble"  # the carrier begins to fail or refuse as the probe says; nothing of the conversation
HOWS = (LAPSE, WITHDRAW, DAMAGE, LOSE)
_GONE = "withdrawn"  # no service is called so
_UNREADABLE = "{"


def changed(state: State, how: str) -> State:
    """The state as it is found then. Raises ValueError where there is none to find (LOSE)."""
    if how == LAPSE:
        timed = {name: _over(value) for name, value in state.items() if name in ("question", "waiting", "left")}
        return {**state, **timed}
    question = dict(state.get("question") or {})
    if how == WITHDRAW:
        if question.get("intent"):
            question["intent"] = {**question["intent"], "service": _GONE}
        question["options"] = [
            {**one, "service": _GONE} if "service" in one else one for one in question.get("options") or ()
        ]
        return {**state, "question": question}
    if how == DAMAGE:
        return {**state, "question": {"kind": "confirm", **question, "until": DAMAGE}}
    raise ValueError(f"{how} leaves no state; there are {', '.join(HOWS)}")


def _over(kept: object) -> object:
    if isinstance(kept, list):
        return [_over(one) for one in kept]
    return {**kept, "until": 0} if isinstance(kept, dict) else kept


def happen(msisdn: Msisdn, channel: str, how: str) -> None:
    """Let it happen to this line's conversation on this channel; nothing where there is none."""
    with transaction.atomic():
        rows = sql.run(
            "SELECT state FROM hall_conversation WHERE msisdn = %s AND channel = %s FOR UPDATE",
            [msisdn.digits, channel],
        )
        if not rows:
            return
        state = (
            _UNREADABLE if how == LOSE else msgspec.json.encode(changed(msgspec.json.decode(rows[0][0]), how)).decode()
        )
        # Who has read it before must read it again.
        sql.execute(
            "UPDATE hall_conversation SET state = %s, version = version + 1 WHERE msisdn = %s AND channel = %s",
            [state, msisdn.digits, channel],
        )
