"""Telling alarms by mail, SMS and webhook: each telling is a row that is tried, with longer and longer pauses, until it is taken."""

import json
import logging
import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from careline.hall import retelling
from careline.links import callbacks
from careline.links.signing import SIGNATURE, TIMESTAMP, signature
from careline.outbox import posting
from careline.postgres import sql
from careline.probes import reasons
from careline.probes.models import Alarm, Run, Telling
from careline.values.language import LANGUAGES, Language, Text
from careline.values.msisdn import Msisdn, NotANumber
from careline.values.reference import new_reference

AT_ONCE = 20  # tellings that one sweep tries
TRIES_MAX = 10  # then given up, after some four hours of the pauses below
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(hours=1)
CLAIM = timedelta(minutes=2)  # after which another sweep may try what a dead one had in hand
TIMEOUT_SECONDS = 10
SMS_MAX = 100  # characters, of each language
NETWORKS = "CARELINE_PROBES_WEBHOOK_NETWORKS"  # private networks that the webhook may lead into
KEY = "probes"  # of the letters in the outbox

log = logging.getLogger(__name__)
Tell = Callable[[Alarm, Run | None, bool, datetime], str]  # raised or cleared; what became of it


class NotTaken(Exception):
    """A way did not take it; the text says what came back, and nothing of what was sent."""


def ways() -> Mapping[str, Tell]:
    """By CARELINE_PROBES_MAIL, _SMS (numbers), _WEBHOOK and _WEBHOOK_SECRET; those that are set."""
    found: dict[str, Tell] = {}
    mails = os.environ.get("CARELINE_PROBES_MAIL", "").replace(",", " ").split()
    numbers = os.environ.get("CARELINE_PROBES_SMS", "").replace(",", " ").split()
    hook = os.environ.get("CARELINE_PROBES_WEBHOOK", "")
    if mails and settings.EMAIL_HOST:
        found["mail"] = partial(_by_mail, mails)
    if numbers:
        found["sms"] = partial(_by_sms, numbers)
    if hook:
        found["webhook"] = partial(_by_webhook, hook, os.environ.get("CARELINE_PROBES_WEBHOOK_SECRET", ""))
    return found


def sweep(now: datetime, known: Mapping[str, Tell] | None = None) -> int:
    """Try what is due; returns how many were tried."""
    known = ways() if known is None else known
    due = _claim(now)
    runs = Run.objects.in_bulk([one.alarm.run for one in due if one.alarm.run])
    for one in due:
        way = known.get(one.way)
        try:
            became = way(one.alarm, runs.get(one.alarm.run), one.raised, now) if way else "not configured"
        except Exception as error:  # a mail server or a webhook may do anything
            _failed(one, str(error) if isinstance(error, NotTaken) else type(error).__name__, now)
        else:
            _done(one, became, now)
    return len(due)


def _claim(now: datetime) -> list[Telling]:
    # Due, and of each alarm and way the older first: nobody hears that something is over before hearing of it.
    rows = sql.run(
        "UPDATE probes_telling SET due_at = %s, tries = tries + 1 WHERE id IN (SELECT t.id FROM probes_telling t"
        " WHERE t.done_at IS NULL AND t.due_at <= %s AND NOT EXISTS (SELECT FROM probes_telling b WHERE"
        " b.alarm_id = t.alarm_id AND b.way = t.way AND b.id < t.id AND b.done_at IS NULL)"
        " ORDER BY t.id LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING id",
        [now + CLAIM, now, AT_ONCE],
    )
    return list(Telling.objects.filter(pk__in=[row[0] for row in rows]).select_related("alarm").order_by("id"))


def _done(one: Telling, became: str, now: datetime) -> None:
    with transaction.atomic():
        Telling.objects.filter(pk=one.pk).update(done_at=now)
        _note(one, became)


def _failed(one: Telling, why: str, now: datetime) -> None:
    over = one.tries >= TRIES_MAX
    with transaction.atomic():
        if over:
            Telling.objects.filter(pk=one.pk).update(done_at=now)
        else:
            pause = min(FIRST_PAUSE * 2 ** (one.tries - 1), LONGEST_PAUSE)
            Telling.objects.filter(pk=one.pk).update(due_at=now + pause)
        _note(one, f"{'given up' if over else f'try {one.tries}'}: {why}"[:200])
    (log.error if over else log.warning)("alarm %s not told by %s, try %s: %s", one.alarm_id, one.way, one.tries, why)


def _note(one: Telling, became: str) -> None:
    """What became of it stands with the alarm, for its page."""
    alarm = Alarm.objects.select_for_update().get(pk=one.alarm_id)
    part = "raised" if one.raised else "cleared"
    alarm.told = {**alarm.told, part: {**alarm.told.get(part, {}), one.way: became}}
    alarm.save(update_fields=["told"])


def words(alarm: Alarm, raised: bool) -> Text:
    """The one sentence that is told everywhere, and why; no number in it."""
    said = _headed(alarm, raised)
    if not raised:
        return said
    zh, en = (_because(alarm, language) for language in LANGUAGES)
    return Text(f"{said.zh}：{zh}" if zh else said.zh, f"{said.en}: {en}" if en else said.en)


def _because(alarm: Alarm, language: Language) -> str:
    """Cause and details; the error that was heard is often the cause itself, which is said once."""
    cause, why = retelling.cause_of(alarm.cause, language), reasons.reason(alarm.why, language)
    parts = [why] if cause in why else [cause, why]
    return ("；" if language == "zh" else "; ").join(part for part in parts if part)


def _headed(alarm: Alarm, raised: bool) -> Text:
    if not alarm.probe:
        if raised:
            return Text(f"{alarm.vantage} 的拨测没有执行", f"Dial tests at {alarm.vantage} are not run")
        return Text(f"{alarm.vantage} 的拨测又在执行了", f"Dial tests at {alarm.vantage} are run again")
    what = f"{alarm.probe} ({alarm.vantage})"
    if raised:
        return Text(f"拨测告警 {what}", f"Dial test fails, {what}")
    return Text(f"拨测恢复 {what}", f"Dial test passes again, {what}")


def _by_mail(addresses: list[str], alarm: Alarm, run: Run | None, raised: bool, now: datetime) -> str:
    said, head = words(alarm, raised), _headed(alarm, raised)
    page = settings.SITE + (f"/staff/probes/runs/{run.id}" if run and raised else "/staff/probes/alarms")
    line = get_connection(timeout=TIMEOUT_SECONDS)
    body = f"{said.zh}\n\n{said.en}\n\n{page}\n"
    EmailMessage(f"{head.zh[:120]} / {head.en[:120]}", body, to=addresses, connection=line).send()
    return "sent"


def _by_sms(numbers: list[str], alarm: Alarm, run: Run | None, raised: bool, now: datetime) -> str:
    try:
        lines = [Msisdn.parse(one, country=settings.COUNTRY_CODE) for one in numbers]
    except NotANumber as error:
        raise NotTaken("CARELINE_PROBES_SMS holds what is no number") from error
    said, link = words(alarm, raised), os.environ.get("CARELINE_NOTICE_LINK", "demo")
    letters = [
        posting.Letter(
            id=id_,
            msisdn=line,
            channel="sms",
            link=link,
            address="10086",
            text=f"{said.zh[:SMS_MAX]}\n{said.en[:SMS_MAX]}",
            key=KEY,
        )
        for id_, line in zip(new_reference(len(lines)), lines, strict=True)
    ]
    posting.post(letters, now=now, due_at=now)
    return "posted"


def _by_webhook(url: str, secret: str, alarm: Alarm, run: Run | None, raised: bool, now: datetime) -> str:
    """POST of JSON, signed when there is a secret. It never leads into our own network, and follows no redirect."""
    body = json.dumps(as_json(alarm, run, raised), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "careline"}
    if secret:
        stamp = str(int(now.timestamp()))
        headers |= {TIMESTAMP: stamp, SIGNATURE: signature(stamp, body, secret)}
    try:
        status = callbacks.post(callbacks.target_of(url, NETWORKS), body, headers)
    except callbacks.Forbidden as error:
        raise NotTaken(str(error)) from error
    if not 200 <= status < 300:
        raise NotTaken(f"it answered {status}")
    return str(status)


def as_json(alarm: Alarm, run: Run | None, raised: bool) -> dict[str, Any]:
    return {
        "alarm": alarm.pk, "state": "raised" if raised else "cleared", "probe": alarm.probe, "vantage": alarm.vantage,
        "class": run.kind if run else "", "cause": alarm.cause, "why": alarm.why, "run": str(run.id) if run else "",
        "raised_at": alarm.raised_at.isoformat(), "cleared_at": alarm.cleared_at.isoformat() if alarm.cleared_at else "",
    }  # fmt: skip
