"""The door: every request is let in, read, counted and answered here; what goes wrong becomes a problem, never a traceback."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables

from careline.channels.app import devices, once, pace
from careline.channels.app.problems import Problem, answer_of
from careline.channels.app.reading import body_of, check_accept
from careline.channels.app.visit import Visit, address_of, name, settle, settled
from careline.identity import tokens
from careline.values.reference import new_reference

log = logging.getLogger(__name__)
View = Callable[..., HttpResponseBase]
APP_HEADER = "X-Careline-App"
ANYBODY, APP = "anybody", "app"  # in place of a scope: no token, or the app's own


@dataclass(frozen=True, slots=True)
class Duty:
    """What an operation asks of a request. `scope` "" is any signed-in device."""

    scope: str
    once: bool = False  # needs an Idempotency-Key
    reads_body: bool = False
    problems: tuple[str, ...] = ()  # what it may answer beside what all may


def gate(duty: Duty) -> Callable[[View], View]:
    """The checks before an operation, and its answer kept under its key."""

    def around(run: View) -> View:
        @sensitive_variables()
        def guarded(request: HttpRequest, **given: Any) -> HttpResponseBase:
            check_accept(request)
            holder, client, counted = _let_in(request, duty)
            body = body_of(request) if duty.reads_body else {}
            now = moment()
            if not duty.once:
                settle(request, Visit(client, now, holder, body=body, headers=counted))
                return run(request, **given)
            assert holder is not None, "only what subscribers do is kept under a key"
            key = once.key_of(request.headers.get("Idempotency-Key"))
            asked = once.fingerprint(str(request.method), request.path, body)
            # What it is called in the rooms below: two customers may draw the same key.
            named = once.fingerprint(str(holder.device), key, asked)[:40]
            settle(request, Visit(client, now, holder, key, named, body, counted))
            return _once(holder, key, asked, lambda: run(request, **given), now)

        return guarded

    return around


def door(view: View) -> View:
    """Outermost: every trouble is told as a problem, and every answer has the headers of this door."""

    @csrf_exempt  # no cookie opens anything here
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        reference = new_reference()[0]
        name(request, reference)
        answer: HttpResponseBase
        try:
            answer = view(request, *args, **given)
            if answer.status_code == 405:
                allowed = {"Allow": answer.headers.get("Allow", "")}
                answer = answer_of(Problem("method_not_allowed", headers=allowed), reference)
        except Problem as problem:
            answer = answer_of(problem, reference)
        except OperationalError:
            log.exception("the database is away (%s)", reference)
            answer = answer_of(Problem("fault", status=503, headers={"Retry-After": "5"}), reference)
        except Exception:
            log.exception("the app interface failed (%s)", reference)
            answer = answer_of(Problem("fault"), reference)
        visit = settled(request)
        for header, value in (visit.headers if visit is not None else {}).items():
            answer.headers.setdefault(header, value)
        answer.headers["X-Request-Id"] = reference
        answer.headers.setdefault("Cache-Control", "no-store")
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer

    return opened


def nowhere(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """Any other address below the interface."""
    raise Problem("no_such_address")


def moment() -> datetime:
    return datetime.now(UTC)


@sensitive_variables()
def _let_in(request: HttpRequest, duty: Duty) -> tuple[devices.Holder | None, str, dict[str, str]]:
    if duty.scope == ANYBODY:
        return None, "", {}
    if duty.scope == APP:
        counted = pace.keep(f"at {address_of(request)}", pace.ENTERING_PER_MINUTE)
        return None, app_of(request).name, counted
    header = request.headers.get("Authorization", "")
    if not header:
        raise Problem("no_token", headers={"WWW-Authenticate": 'Bearer realm="careline"'})
    kind, _, plain = header.partition(" ")
    holder = devices.who(plain.strip(), moment()) if kind.lower() == "bearer" else None
    if holder is None:
        wrong = {"WWW-Authenticate": 'Bearer realm="careline", error="invalid_token"'}
        raise Problem("bad_token", headers=wrong)
    counted = pace.keep(str(holder.device), pace.PER_MINUTE)
    if duty.scope and duty.scope not in holder.scopes:
        asked = f'Bearer realm="careline", error="insufficient_scope", scope="{duty.scope}"'
        raise Problem("scope_missing", headers={"WWW-Authenticate": asked}, scope=duty.scope)
    return holder, holder.client, counted


@sensitive_variables()
def app_of(request: HttpRequest) -> tokens.Client:
    """The app by its token; raises Problem (401)."""
    header = request.headers.get(APP_HEADER, "")
    if not header:
        raise Problem("no_app", headers={"WWW-Authenticate": "Careline-App"})
    client = tokens.check(header, moment())
    if client is None or not client.may(devices.APP):
        raise Problem("bad_app", headers={"WWW-Authenticate": "Careline-App"})
    return client


def _once(
    holder: devices.Holder, key: str, asked: str, run: Callable[[], HttpResponseBase], now: datetime
) -> HttpResponseBase:
    known = once.before(holder.device, key, asked, now)
    if known is not None:
        return known
    try:
        answer = run()
    except BaseException:
        once.released(holder.device, key)
        raise
    assert isinstance(answer, HttpResponse)
    once.answered(holder.device, key, answer)
    return answer
