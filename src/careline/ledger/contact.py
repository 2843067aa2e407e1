"""Contacts: one customer on one channel, from hello to goodbye."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from careline.postgres import sql
from careline.values.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class Hello:
    id: str
    msisdn: Msisdn
    channel: str
    address: str
    began_at: datetime


def greet(hellos: Sequence[Hello]) -> None:
    """Write down contacts that begin; one statement."""
    if hellos:
        sql.execute(
            "INSERT INTO ledger_contact (id, msisdn, channel, address, began_at)"
            " SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])",
            [
                [hello.id for hello in hellos],
                [hello.msisdn.digits for hello in hellos],
                [hello.channel for hello in hellos],
                [hello.address for hello in hellos],
                [hello.began_at for hello in hellos],
            ],
        )
