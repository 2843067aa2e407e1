"""A day's statement of a provider beside our own rows: what agrees, what one of us has and the other has not."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from careline.dialogue.saying import local
from careline.payments.models import Payment, Step
from careline.payments.states import How, StepState, What
from careline.values.money import NotAnAmount, parse_amount

COLUMNS = ("reference", "kind", "amount")  # of the file; reference is ours, amount in yuan
KINDS = ("payment", "refund")
ROWS_MAX = 200_000

Key = tuple[str, str]  # reference, kind


class NotAStatement(ValueError):
    """The file cannot be read as a statement; the message says which line and why."""


@dataclass(frozen=True, slots=True)
class Found:
    """One payment or refund on either side; fen, None where that side has none."""

    reference: str
    kind: str
    ours: int | None
    theirs: int | None


@dataclass(frozen=True, slots=True)
class Reconciled:
    matched: int
    fen: int  # what was taken less what was given back, of what agrees
    missing: Sequence[Found]  # we have it, the provider has not
    extra: Sequence[Found]  # the provider has it, we have not
    differing: Sequence[Found]  # both have it, with other amounts

    @property
    def agrees(self) -> bool:
        return not (self.missing or self.extra or self.differing)


def read(text: str) -> Mapping[Key, int]:
    """A statement as CSV with a head line; fen by reference and kind, several of one kind summed. Raises NotAStatement."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if rows.fieldnames is None or not set(COLUMNS) <= {name.strip() for name in rows.fieldnames}:
        raise NotAStatement(f"the first line names the columns {', '.join(COLUMNS)}")
    found: dict[Key, int] = defaultdict(int)
    for number, row in enumerate(rows, start=2):
        if number > ROWS_MAX:
            raise NotAStatement(f"more than {ROWS_MAX} lines")
        reference, kind = (row["reference"] or "").strip().lower(), (row["kind"] or "").strip()
        if not reference or len(reference) > 100 or kind not in KINDS:
            raise NotAStatement(f"line {number}: a reference, and one of {', '.join(KINDS)}")
        try:
            found[reference, kind] += int(parse_amount(row["amount"] or ""))
        except NotAnAmount:
            raise NotAStatement(f"line {number}: an amount such as 12.50") from None
    return found


def compare(ours: Mapping[Key, int], theirs: Mapping[Key, int]) -> Reconciled:
    """Pure; each side is fen by reference and kind."""
    found = [Found(*key, ours.get(key), theirs.get(key)) for key in sorted({*ours, *theirs})]
    agreed = [one for one in found if one.ours is not None and one.ours == one.theirs]
    return Reconciled(
        matched=len(agreed),
        fen=sum((one.ours or 0) * (1 if one.kind == "payment" else -1) for one in agreed),
        missing=[one for one in found if one.theirs is None],
        extra=[one for one in found if one.ours is None],
        differing=[one for one in found if one.ours is not None and one.theirs is not None and one.ours != one.theirs],
    )


def ours(provider: str, day: date) -> Mapping[Key, int]:
    """What we took and gave back by this provider on that day, at the carrier's time; two statements."""
    since, until = _of_day(day)
    taken = Payment.objects.filter(
        how=How.PROVIDER.value, provider=provider, captured_at__gte=since, captured_at__lt=until, captured__gt=0
    )
    found: dict[Key, int] = defaultdict(int)
    for pk, fen in taken.values_list("pk", "captured"):
        found[str(pk), "payment"] += fen
    back = Step.objects.filter(
        payment__how=How.PROVIDER.value,
        payment__provider=provider,
        what=What.GIVE_BACK.value,
        state=StepState.DONE.value,
        ended_at__gte=since,
        ended_at__lt=until,
    )
    for pk, fen in back.values_list("payment_id", "fen"):
        found[str(pk), "refund"] += fen
    return found


def written(rows: Iterable[tuple[str, str, int, datetime]]) -> str:
    """A statement as the sandbox would send it: CSV with the columns above and the time."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow([*COLUMNS, "at"])
    for reference, kind, fen, at in rows:
        sheet.writerow([reference, kind, f"{fen // 100}.{fen % 100:02d}", local(at).isoformat(timespec="seconds")])
    return out.getvalue()


def _of_day(day: date) -> tuple[datetime, datetime]:
    zone = local(datetime.fromisoformat("2026-01-01T00:00:00+00:00")).tzinfo
    first = datetime(day.year, day.month, day.day, tzinfo=zone)
    return first, first + timedelta(days=1)
