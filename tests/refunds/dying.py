"""A clerk's process that dies in the middle of a payment: `python -m tests.refunds.dying before|after REFUND`."""

import os
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime

import django

from careline.carrier.port import Answer, CarrierError, Request


def main(when: str, refund: int, now: datetime) -> None:
    django.setup()
    from careline.carrier.adapters.sandbox.carrier import Sandbox
    from careline.refunds.crediting import Cashier

    class Dying(Sandbox):
        def ask(
            self, requests: Sequence[Request], *, now: datetime, time_limit_seconds: float
        ) -> Iterator[tuple[int, Answer | CarrierError]]:
            if when == "after":
                list(super().ask(requests, now=now, time_limit_seconds=time_limit_seconds))
            os._exit(9)

    Cashier(Dying()).pay(refund, by="wang", now=now)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), datetime.fromisoformat(sys.argv[3]))
