"""A reminder when the balance falls below an amount that the customer chooses; ordering it again changes the amount."""

from collections.abc import Mapping
from typing import Any

from careline.behaviours._switched import Switched
from careline.behaviours._telling import NONE, Values
from careline.dialogue.saying import both, say_money
from careline.dialogue.talk import Job


class Alert(Switched):
    """Parameter of subscribe: `amount` in fen."""

    name = "alert"

    def ordered(self, job: Job) -> Mapping[str, Any]:
        return {"amount": int(job.parameters["amount"])}

    def chosen(self, values: Mapping[str, Any]) -> Values:
        fen = values.get("amount")
        return {"amount": both(say_money, int(str(fen)))} if fen else NONE


BEHAVIOUR = Alert()
