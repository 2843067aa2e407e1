"""Alarms: raised after so many failures in a row, told once, cleared after as many good runs; a probe that flaps is told once."""

import hashlib
import hmac
import json
import logging
import os
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from careline.probes.models import Alarm, Run

RAISE_AFTER = 2  # failures in a row
CLEAR_AFTER = 2  # good runs in a row
FLAPS = 3  # alarms within FLAP_TIME: it flaps, and is told no more until it is quiet for that long
FLAP_TIME = timedelta(hours=2)
TIMEOUT_SECONDS = 5.0

log = logging.getLogger(__name__)
Tell = Callable[[Alarm, Run, bool], str]  # raised or cleared; what became of it


@dataclass(frozen=True, slots=True)
class Ways:
    """How alarms are told. Each is tried by itself: one that breaks holds up no other."""

    ways: Mapping[str, Tell]

    def tell(self, alarm: Alarm, run: Run, *, raised: bool) -> dict[str, str]:
        told: dict[str, str] = {}
        for name, way in self.ways.items():
            try:
                told[name] = way(alarm, run, raised)
            except Exception as error:  # a mail server or a webhook may do anything
                told[name] = f"{type(error).__name__}"
                log.error("an alarm could not be told by %s: %s", name, type(error).__name__)
        return told


def judge(run: Run, ways: Ways, now: datetime) -> Alarm | None:
    """Raise or clear the alarm of this run's probe and vantage point, and tell it; the alarm when something changed."""
    newest = list(
        Run.objects.filter(probe=run.probe, vantage=run.vantage)
        .order_by("-ended_at")
        .values_list("passed", flat=True)[: max(RAISE_AFTER, CLEAR_AFTER)]
    )
    with transaction.atomic():
        alarm = Alarm.objects.select_for_update().filter(probe=run.probe, vantage=run.vantage, cleared_at=None).first()
        if alarm is None and newest[:RAISE_AFTER] == [False] * RAISE_AFTER:
            before = Alarm.objects.filter(probe=run.probe, vantage=run.vantage, raised_at__gte=now - FLAP_TIME).count()
            alarm = Alarm.objects.create(
                probe=run.probe, vantage=run.vantage, raised_at=now, cause=run.cause, why=run.why, run=run.id,
                flapping=before >= FLAPS,
            )  # fmt: skip
            raised = True
        elif alarm is not None and newest[:CLEAR_AFTER] == [True] * CLEAR_AFTER:
            alarm.cleared_at = now
            alarm.save(update_fields=["cleared_at"])
            raised = False
        else:
            return None
    if not alarm.flapping:
        alarm.told = {**alarm.told, ("raised" if raised else "cleared"): ways.tell(alarm, run, raised=raised)}
        alarm.save(update_fields=["told"])
    return alarm


def configured(post: Callable[[str, str], None] | None = None) -> Ways:
    """By CARELINE_PROBES_MAIL, CARELINE_PROBES_SMS (numbers; `post` puts a text into the outbox), CARELINE_PROBES_WEBHOOK."""
    ways: dict[str, Tell] = {}
    mails = os.environ.get("CARELINE_PROBES_MAIL", "").split()
    numbers = os.environ.get("CARELINE_PROBES_SMS", "").split()
    hook = os.environ.get("CARELINE_PROBES_WEBHOOK", "")
    if mails and settings.EMAIL_HOST:
        ways["mail"] = by_mail(mails)
    if numbers and post is not None:
        ways["sms"] = by_sms(numbers, post)
    if hook:
        ways["webhook"] = by_webhook(hook, os.environ.get("CARELINE_PROBES_WEBHOOK_SECRET", ""))
    return Ways(ways)


def words(alarm: Alarm, run: Run, raised: bool) -> str:
    zh = "拨测告警" if raised else "拨测恢复"
    en = "Probe fails" if raised else "Probe passes again"
    return f"{zh} / {en}: {alarm.probe} ({alarm.vantage}) {run.kind} {run.cause} {run.why}".strip()


def by_mail(addresses: list[str]) -> Tell:
    def tell(alarm: Alarm, run: Run, raised: bool) -> str:
        said = words(alarm, run, raised)
        send_mail(said[:120], f"{said}\n\n/staff/probes/{run.id}\n", None, addresses)
        return "sent"

    return tell


def by_sms(numbers: list[str], post: Callable[[str, str], None]) -> Tell:
    def tell(alarm: Alarm, run: Run, raised: bool) -> str:
        for number in numbers:
            post(number, words(alarm, run, raised)[:200])
        return "posted"

    return tell


def by_webhook(url: str, secret: str) -> Tell:
    """POST of JSON; Careline-Signature is the HMAC-SHA256 of timestamp, full stop and body. Redirects are not followed."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("a webhook is an address that begins with http:// or https://")

    def tell(alarm: Alarm, run: Run, raised: bool) -> str:
        body = json.dumps(as_json(alarm, run, raised), ensure_ascii=False).encode()
        stamp = str(int(alarm.raised_at.timestamp()))
        signature = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "Careline-Timestamp": stamp,
            "Careline-Signature": signature,
        }
        request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 (the scheme was looked at)
        with _opener().open(request, timeout=TIMEOUT_SECONDS) as answer:
            return str(answer.status)

    return tell


def as_json(alarm: Alarm, run: Run, raised: bool) -> dict[str, Any]:
    return {
        "alarm": alarm.pk, "state": "raised" if raised else "cleared", "probe": alarm.probe, "vantage": alarm.vantage,
        "class": run.kind, "cause": run.cause, "why": run.why, "run": str(run.id), "at": run.ended_at.isoformat(),
    }  # fmt: skip


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        return None


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects())
