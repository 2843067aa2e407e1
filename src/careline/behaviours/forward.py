"""Calls forwarded to another number; ordering it again changes the number."""

from collections.abc import Mapping
from typing import Any

from careline.behaviours._switched import Switched
from careline.behaviours._telling import NONE, Values
from careline.dialogue.saying import same, say_number


class Forward(Switched):
    """Parameter of subscribe: `number`, a Msisdn; it is said back in full, to the one who gave it."""

    name = "forward"

    def chosen(self, values: Mapping[str, Any]) -> Values:
        number = values.get("number")
        return {"number": same(say_number(number))} if number else NONE


BEHAVIOUR = Forward()
