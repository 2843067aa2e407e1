"""Marked lines: pretend customers, taken by one probe at a time and put back to what they were before each run."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction

from careline.carrier.adapters.sandbox.numbers import next_number
from careline.carrier.adapters.sandbox.opening import Opening, Paid, forget_lines, open_lines
from careline.carrier.adapters.sandbox.passwords import hashed
from careline.carrier.port import LineFacts
from careline.desk.models import Screening
from careline.dialogue.keypad.wanting import PASSWORD
from careline.identity import recognising
from careline.postgres import sql
from careline.probes.models import Line
from careline.probes.probe import Probe
from careline.values.msisdn import Msisdn
from careline.values.secret import Secret

BLOCK = "8617099"  # the numbers of our own marked lines begin so; the rest counts
TAKEN = timedelta(minutes=10)  # a run that died gives its line back
_BIRTHDAY = date(1990, 1, 1)
# Of the line itself; what else is said of it is kept elsewhere.
_STATUS = dict.fromkeys(("abroad", "no_password", "stranger", "locked", "screened"), "active")
_LOCKED = timedelta(days=1)
_PLANS = {"gotone": "gotone_standard", "mzone": "mzone_basic"}
_ASKED_BY, _APPROVER = "probes", "probes plan"  # of screenings: two, as for everybody
_password = ""


class NoLine(LookupError):
    """There is no marked line that this probe could use, and none may be opened here."""


def take(probe: Probe, now: datetime, *, sandbox: bool) -> Msisdn:
    """A marked line of the kind that the probe needs, for this run alone; a new one where the carrier is the sandbox.

    Raises NoLine.
    """
    # A free line of this kind; those of a carrier are used whatever language was spoken last.
    found = sql.run(
        "UPDATE probes_line SET taken_until = %s WHERE msisdn = (SELECT msisdn FROM probes_line"
        " WHERE region = %s AND brand = %s AND language = %s AND senior = %s AND ours = %s"
        " AND (taken_until IS NULL OR taken_until < %s) ORDER BY msisdn LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING msisdn",
        [now + TAKEN, probe.region, probe.brand, probe.language, probe.senior, sandbox, now],
    )
    if found:
        msisdn = Msisdn(found[0][0])
    elif not sandbox:
        raise NoLine(f"no marked line of {probe.region}, {probe.brand}, {probe.language} is free")
    else:
        msisdn = Msisdn(f"{BLOCK}{next_number() % 1_000_000:06d}")
        Line.objects.create(
            msisdn=msisdn.digits, region=probe.region, brand=probe.brand, language=probe.language, senior=probe.senior,
            ours=True, marked_at=now, taken_until=now + TAKEN,
        )  # fmt: skip
    if sandbox:
        put_back(msisdn, probe, now)
    return msisdn


def give_back(msisdn: Msisdn) -> None:
    Line.objects.filter(msisdn=msisdn.digits).update(taken_until=None)


def clear(msisdn: Msisdn) -> None:
    """Forget what a probe left in our own rooms: a conversation that was spoilt, and that nobody may be called for it."""
    sql.execute("DELETE FROM hall_conversation WHERE msisdn = %s", [msisdn.digits])
    Screening.objects.filter(msisdn=msisdn.digits, asked_by=_ASKED_BY).delete()


def put_back(msisdn: Msisdn, probe: Probe, now: datetime) -> None:
    """Make the line of the sandbox what it was: nothing switched on, money as the probe wants it, nothing said yet."""
    global _password
    _password = _password or hashed(PASSWORD.example)  # slow on purpose: once for a process
    opening = Opening(
        msisdn, probe.brand, probe.region, language=probe.language, status=_STATUS.get(probe.status, probe.status),
        abroad=probe.status == "abroad", owner_masked="拨*",
        id_number=Secret("110101199001011237"), birthday=_BIRTHDAY, plan=_PLANS.get(probe.brand, "easyown_standard"),
        basic=probe.basic_fen, gift=20_00 if probe.basic_fen else 0, points=3_000 if probe.basic_fen else 0,
        suspended_days_ago=5 if probe.status == "suspended" else None,
        password="" if probe.status == "no_password" else _password, paid=(Paid(12, "card", probe.basic_fen),) if probe.basic_fen else (),
    )  # fmt: skip
    facts = LineFacts(msisdn, probe.brand, probe.region, probe.language, opening.status, opening.abroad, _BIRTHDAY)
    with transaction.atomic():
        forget_lines([msisdn])
        if probe.status == "stranger":
            sql.execute("DELETE FROM identity_subscriber WHERE msisdn = %s", [msisdn.digits])
            sql.execute("DELETE FROM hall_conversation WHERE msisdn = %s", [msisdn.digits])
            return
        open_lines([opening], now)
        # What was said before is forgotten; an old question would be answered by the first key.
        sql.execute("DELETE FROM hall_conversation WHERE msisdn = %s", [msisdn.digits])
        sql.execute("UPDATE identity_subscriber SET menu_on = false, menu = '{}' WHERE msisdn = %s", [msisdn.digits])
        if probe.status == "locked":
            until = [now + _LOCKED, msisdn.digits]
            sql.execute("UPDATE sandbox_account SET locked_until = %s WHERE msisdn = %s", until)
        if probe.status == "screened":
            Screening.objects.create(
                msisdn=msisdn.digits, starts_at=now, ends_at=now + TAKEN, reason="dial test", asked_by=_ASKED_BY,
                approver=_APPROVER, approved_at=now,
            )  # fmt: skip
        recognising.remember([facts], now)
        recognising.keep_languages({msisdn: probe.language})
        recognising.keep_seniors({msisdn: probe.senior})


def mark(msisdns: Iterable[Msisdn], *, now: datetime) -> int:
    """Mark lines that the carrier gave for tests; they must be known (recognised) already. Returns how many are new."""
    known = recognising.recognise(list(msisdns))
    rows = [
        Line(
            msisdn=one.msisdn.digits, region=one.region, brand=one.brand, language=one.language, senior=one.senior,
            ours=False, marked_at=now,
        )
        for one in known.values()
    ]  # fmt: skip
    before = Line.objects.count()
    Line.objects.bulk_create(rows, ignore_conflicts=True)
    return Line.objects.count() - before
