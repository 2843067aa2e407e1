"""Lines out of and into the tables, many at once: a fixed number of statements however many lines there are.

Nothing is locked while rules are applied. The account row of every line that was asked anything is updated under the
version that was read; whoever finds it changed writes nothing of that line and begins again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from django.db import transaction

from careline.carrier.adapters.sandbox import booking, record
from careline.carrier.adapters.sandbox.line import Holding, Line
from careline.carrier.adapters.sandbox.rules import Day
from careline.carrier.port import Answer
from careline.postgres.sql import columns, execute, run
from careline.values.cause import Cause


@dataclass(frozen=True, slots=True)
class Deed:
    """What became of one reference."""

    msisdn: str
    reference: str
    kind: str
    answer: Answer
    lies: int = 0


_ACCOUNT: LiteralString = (
    "SELECT a.msisdn, a.status, a.basic, a.gift, a.credit_limit, a.points, a.points_expiring, a.alert_below,"
    " a.version, a.rows, a.activated_on, a.suspended_on, a.valid_until, a.password, a.tries, a.locked_until,"
    " a.closing_on, a.left_on,"
)


def load(msisdns: Sequence[str], now: datetime, *, documents: bool) -> dict[str, Line]:
    """The lines that exist among these, with what they hold now; the owner's document only where it is needed."""
    # The accounts of these lines.
    rows = run(
        _ACCOUNT + " l.id_hash FROM sandbox_account a JOIN sandbox_line l USING (msisdn) WHERE msisdn = ANY(%s::text[])"
        if documents
        else _ACCOUNT + " NULL FROM sandbox_account a WHERE msisdn = ANY(%s::text[])",
        [list(msisdns)],
    )
    lines = {row[0]: Line(*row) for row in rows}
    if lines:
        # What they hold or have agreed to hold. Empty settings come as nothing: most are, and reading JSON costs.
        for msisdn, *held in run(
            "SELECT msisdn, number, product, tier, name_zh, name_en, fee, per, paid_to, starts_on, ends_at, ended_by,"
            " ended_channel, nullif(allowances, '{}'), nullif(settings, '{}'), rolled"
            " FROM sandbox_holding WHERE msisdn = ANY(%s::text[]) AND (ends_at IS NULL OR ends_at > %s::timestamptz)"
            " ORDER BY msisdn, number",
            [list(lines), now],
        ):
            holding = Holding(*held)
            holding.allowances, holding.settings = holding.allowances or {}, holding.settings or {}
            lines[msisdn].holdings.append(holding)
    return lines


def deeds(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[Answer, int]]:
    """The recorded answers of these (msisdn, reference), each with the lies it is still to be denied by."""
    msisdns, references = zip(*keys, strict=True)
    # What became of these references?
    rows = run(
        "SELECT d.msisdn, d.reference, d.cause, d.facts, d.lies FROM sandbox_deed d"
        " JOIN unnest(%s::text[], %s::text[]) AS asked (msisdn, reference)"
        " ON d.msisdn = asked.msisdn AND d.reference = asked.reference",
        [list(msisdns), list(references)],
    )
    return {
        (msisdn, reference): (Answer(Cause(cause) if cause else None, record.read(facts)), lies)
        for msisdn, reference, cause, facts, lies in rows
    }


def save(lines: Sequence[Line], done: Sequence[Deed], day: Day) -> set[str]:
    """Write these lines and what was done to them, each line wholly or not at all; the lines that were written."""
    lines = sorted(lines, key=lambda line: line.msisdn)
    with transaction.atomic():
        written = _accounts(lines)
        kept = [line for line in lines if line.msisdn in written]
        remember([deed for deed in done if deed.msisdn in written], day)
        _holdings(kept, day)
        booking.entries(kept, day)
        booking.bills(kept, day)
        booking.usage(kept, day)
        booking.alerts(kept, day)
    return written


def _accounts(lines: Sequence[Line]) -> set[str]:
    # Change the accounts whose version is still the one that was read, in the order of their numbers.
    rows = run(
        "UPDATE sandbox_account a SET status = n.status, basic = n.basic, gift = n.gift, points = n.points,"
        " points_expiring = n.points_expiring, alert_below = n.alert_below, version = n.version + 1, rows = n.rows,"
        " activated_on = n.activated_on, suspended_on = n.suspended_on, valid_until = n.valid_until,"
        " password = n.password, tries = n.tries, locked_until = n.locked_until, closing_on = n.closing_on,"
        " left_on = n.left_on"
        " FROM (SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::int[], %s::int[],"
        " %s::int[], %s::int[], %s::int[], %s::date[], %s::date[], %s::date[], %s::text[], %s::smallint[],"
        " %s::timestamptz[], %s::date[], %s::date[]) AS t (msisdn, status, basic, gift, points, points_expiring, alert_below, version,"
        " rows, activated_on, suspended_on, valid_until, password, tries, locked_until, closing_on, left_on) ORDER BY msisdn) n"
        " WHERE a.msisdn = n.msisdn AND a.version = n.version RETURNING a.msisdn",
        columns(
            [
                (
                    line.msisdn, line.status, line.basic, line.gift, line.points, line.points_expiring,
                    line.alert_below, line.version, line.rows, line.activated_on, line.suspended_on,
                    line.valid_until, line.password, line.tries, line.locked_until, line.closing_on, line.left_on,
                )
                for line in lines
            ]
        ),
    )  # fmt: skip
    return {row[0] for row in rows}


def remember(deeds: Sequence[Deed], day: Day) -> None:
    """Write down what each reference did, in the transaction that does it; the key refuses a second time."""
    if not deeds:
        return
    execute(
        "INSERT INTO sandbox_deed (msisdn, reference, kind, at, cause, facts, lies)"
        " SELECT t.msisdn, t.reference, t.kind, %s::timestamptz, t.cause, t.facts::jsonb, t.lies"
        " FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::smallint[])"
        " AS t (msisdn, reference, kind, cause, facts, lies)",
        [
            day.now,
            *columns(
                [
                    (
                        deed.msisdn,
                        deed.reference,
                        deed.kind,
                        deed.answer.refused or "",
                        record.written(dict(deed.answer.facts)),
                        deed.lies,
                    )
                    for deed in deeds
                ]
            ),
        ],
    )


def _holdings(lines: Sequence[Line], day: Day) -> None:
    begun = [(line.msisdn, held) for line in lines for held in line.changes.begun]
    new = {id(held) for _, held in begun}
    changed = [(line.msisdn, held) for line in lines for held in line.holdings if held.changed and id(held) not in new]
    # Ended ones first, then those that go on: at no moment does a line hold a product twice.
    for group in (
        [(msisdn, held) for msisdn, held in changed if held.ends_at is not None],
        [(msisdn, held) for msisdn, held in changed if held.ends_at is None],
    ):
        if group:
            _change(group)
    if begun:
        execute(
            "INSERT INTO sandbox_holding (msisdn, number, product, tier, name_zh, name_en, fee, per, paid_to, since,"
            " starts_on, ends_at, by, channel, ended_by, ended_channel, allowances, settings, rolled, reference)"
            " SELECT msisdn, number, product, tier, name_zh, name_en, fee, per, paid_to, %s::timestamptz, starts_on,"
            " ends_at, by, channel, ended_by, ended_channel, allowances::jsonb, settings::jsonb, rolled, reference"
            " FROM unnest(%s::text[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int[], %s::text[],"
            " %s::text[], %s::date[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],"
            " %s::text[], %s::int[], %s::text[])"
            " AS t (msisdn, number, product, tier, name_zh, name_en, fee, per, paid_to, starts_on, ends_at, by, channel,"
            " ended_by, ended_channel, allowances, settings, rolled, reference)",
            [
                day.now,
                *columns(
                [
                    (
                        msisdn, held.number, held.product, held.tier, held.name_zh, held.name_en, held.fee, held.per,
                        held.paid_to, held.starts_on, held.ends_at, held.by, held.channel, held.ended_by,
                        held.ended_channel, record.plain(held.allowances),
                        record.plain(held.settings), held.rolled, held.reference,
                    )
                    for msisdn, held in begun
                ]
            ),
            ],
        )  # fmt: skip


def _change(changed: Sequence[tuple[str, Holding]]) -> None:
    execute(
        "UPDATE sandbox_holding h SET ends_at = n.ends_at, ended_by = n.ended_by, ended_channel = n.ended_channel,"
        " settings = n.settings::jsonb, rolled = n.rolled"
        " FROM unnest(%s::text[], %s::int[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::int[])"
        " AS n (msisdn, number, ends_at, ended_by, ended_channel, settings, rolled)"
        " WHERE h.msisdn = n.msisdn AND h.number = n.number",
        columns(
            [
                (
                    msisdn, held.number, held.ends_at, held.ended_by, held.ended_channel,
                    record.plain(held.settings), held.rolled,
                )
                for msisdn, held in changed
            ]
        ),
    )  # fmt: skip
