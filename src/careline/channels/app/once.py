"""Once only: the same key with the same request is answered from record; with another body it is refused."""

import json
import uuid
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.utils.crypto import salted_hmac

from careline.channels.app.models import KEY_LENGTH, Once
from careline.channels.app.problems import Problem, Told
from careline.postgres import sql

KEPT = timedelta(hours=48)
# A request that was never answered, because its process died, may be tried again: what is done is once under this key.
FORSAKEN = timedelta(minutes=2)
REPLAYED = "Idempotent-Replayed"
_HEADERS = ("Content-Type", "ETag", "Location", "Link", "Retry-After")
# Of these nothing came to pass, and the next try may end in another way.
_NOT_KEPT = frozenset({"invalid", "too_many", "too_often", "scope_missing", "version_needed", "version_moved"})


def key_of(header: str | None) -> str:
    """The key as it was sent; raises Problem (400)."""
    if header is None or not header.strip():
        raise Problem("key_missing")
    key = header.strip().strip('"')
    if not 8 <= len(key) <= KEY_LENGTH or not key.isascii() or not key.isprintable() or " " in key:
        raise Problem("key_bad", f"8 to {KEY_LENGTH} visible ASCII characters")
    return key


def fingerprint(method: str, path: str, body: object) -> str:
    """Of what is asked, whatever the order of names in it; keyed, since bodies hold passwords."""
    told = json.dumps([method, path, body], sort_keys=True, ensure_ascii=True)
    return salted_hmac("careline.channels.app.once", told, algorithm="sha256").hexdigest()


def before(device: uuid.UUID, key: str, asked: str, now: datetime) -> HttpResponse | None:
    """What was answered before; None when the key is ours now, until `answered` or `released`.

    Raises Problem: key_reused (422), key_in_flight (409).
    """
    # Is the key new, or one that nobody answers any more?
    ours = sql.run(
        "INSERT INTO app_once AS o (device, key, fingerprint, at, status, headers, body)"
        " VALUES (%s, %s, %s, %s, 0, '{}', '') ON CONFLICT (device, key) DO UPDATE"
        " SET at = excluded.at, status = 0, fingerprint = excluded.fingerprint, headers = '{}', body = ''"
        " WHERE o.at <= %s OR (o.status = 0 AND o.at <= %s AND o.fingerprint = excluded.fingerprint) RETURNING 1",
        [device, key, asked, now, now - KEPT, now - FORSAKEN],
    )
    if ours:
        return None
    known = Once.objects.filter(device=device, key=key).first()
    if known is None:  # let go of in this very moment
        raise Problem("key_in_flight", headers={"Retry-After": "1"})
    if known.fingerprint != asked:
        raise Problem("key_reused")
    if known.status == 0:
        raise Problem("key_in_flight", headers={"Retry-After": "1"})
    answer = HttpResponse(known.body.encode(), status=known.status)
    for name, value in known.headers.items():
        answer[name] = value
    answer[REPLAYED] = "true"
    return answer


def answered(device: uuid.UUID, key: str, answer: HttpResponse) -> None:
    """Keep the answer for whoever asks again; let go of the key when nothing came to pass."""
    if answer.status_code >= 500 or (isinstance(answer, Told) and answer.code in _NOT_KEPT):
        released(device, key)
        return
    headers = {name: answer[name] for name in _HEADERS if name in answer}
    body = answer.content.decode()
    Once.objects.filter(device=device, key=key).update(status=answer.status_code, headers=headers, body=body)


def released(device: uuid.UUID, key: str) -> None:
    Once.objects.filter(device=device, key=key, status=0).delete()


def forget(now: datetime, limit: int = 5000) -> int:
    """Forget answers that nobody may ask for again; how many."""
    # Whose time is over?
    return sql.execute(
        "DELETE FROM app_once WHERE (device, key) IN (SELECT device, key FROM app_once WHERE at < %s LIMIT %s)",
        [now - KEPT, limit],
    )
