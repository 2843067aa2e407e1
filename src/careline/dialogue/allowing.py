"""The rules that say no before the carrier is asked; each has its own cause and words."""

from datetime import timedelta

from careline.dialogue.book import OPENS, READS, Table, Verb
from careline.dialogue.intent import Intent
from careline.dialogue.pointing import PERSON
from careline.dialogue.saying import both, local, say_date
from careline.dialogue.turning import Turning
from careline.values.cause import Cause
from careline.values.language import Text

# These are open to every brand: to read about a service, and to get rid of it after a change of brand.
_FOR_ANYONE = frozenset({Verb.DESCRIBE, Verb.STATUS, Verb.CANCEL, Verb.HELP})


def allowed(turning: Turning, intent: Intent, brands: frozenset[str] = frozenset()) -> bool:
    """Whether the book allows this now; if not, the attempt is ended and the reason said. `brands`: those of the code."""
    subscriber, service, verb = turning.subscriber, intent.service, intent.verb
    if service.settings.get("open") == "always":
        return True  # whoever has a complaint has it abroad, at the month's end and on a suspended line as well
    not_yet = _not_started(turning)
    if not_yet is not None:
        refuse_early(turning, intent, not_yet)
        return False
    tables = _ruling(turning, intent)
    if subscriber.abroad and not all(table.abroad for table in tables):
        turning.refuse(intent, Cause.ROAMING)
        return False
    if verb not in READS and any(rest.rests(local(turning.now)) for table in tables for rest in table.rests):
        turning.refuse(intent, Cause.FROZEN, date=both(say_date, turning.today + timedelta(days=1), near=turning.today))
        return False
    if verb in OPENS:
        if subscriber.status == "inactive":
            new = turning.chain.local("sim_activation", Verb.OTHER)
            turning.refuse(intent, Cause.SUSPENDED, "error.inactive", code=new.code.spelling if new else PERSON)
            return False
        if subscriber.status in ("suspended", "released"):
            turning.refuse(intent, Cause.SUSPENDED)
            return False
    if verb not in _FOR_ANYONE:
        for eligible in (brands, service.brands):
            if eligible and subscriber.brand not in eligible:
                turning.refuse(intent, Cause.NOT_ELIGIBLE, label=_brands(turning, eligible))
                return False
    if intent.action.closed:
        turning.refuse(intent, Cause.CLOSED)
        return False
    return True


def refuse_early(turning: Turning, intent: Intent, table: Table) -> None:
    """The table of this code has not started yet."""
    turning.refuse(intent, Cause.NOT_STARTED, date=both(say_date, table.valid_from, near=turning.today))


def _not_started(turning: Turning) -> Table | None:
    """The region's table, when its first day is still to come: until then the region is not served."""
    if any(table.region for table in turning.chain.tables):
        return None
    return next((sheet.table for sheet in turning.chain.early if sheet.table.region), None)


def _ruling(turning: Turning, intent: Intent) -> list[Table]:
    """The tables whose rules hold: the region's own, for its hall serves the line, and the one of the code."""
    return [table for table in turning.chain.tables if table.region or table.id == intent.table]


def _brands(turning: Turning, brands: frozenset[str]) -> Text:
    names = [turning.book.brands.get(brand, Text(brand, brand)) for brand in sorted(brands)]
    return Text("、".join(name.zh for name in names), ", ".join(name.en for name in names))
