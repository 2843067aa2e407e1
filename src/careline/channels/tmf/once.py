"""Once only: the same key of the same client is the same resource; another body under it is a conflict."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from careline.channels.tmf.entering import Visit
from careline.channels.tmf.models import Once
from careline.channels.tmf.refusing import conflict
from careline.postgres import sql


def fingerprint(body: Mapping[str, Any]) -> str:
    """Of what the body says, whatever the order of its attributes."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def before(visit: Visit, api: str, key: str, body: Mapping[str, Any]) -> str | None:
    """The resource that was made under this key before, or None, and then the key is ours until `made` says what for.

    Call it in the transaction that makes the resource: who comes with the same key meanwhile waits for its end.
    Raises Refused (409) when the key was used with another body.
    """
    if not key:
        return None
    # Is the key new? A row of a transaction that has not ended is waited for.
    fresh = sql.execute(
        "INSERT INTO tmf_once (client, api, key, fingerprint, resource, at) VALUES (%s, %s, %s, %s, '', %s)"
        " ON CONFLICT (client, api, key) DO NOTHING",
        [visit.client, api, key, fingerprint(body), visit.now],
    )
    if fresh:
        return None
    known = Once.objects.get(client=visit.client, api=api, key=key)
    if known.fingerprint != fingerprint(body):
        raise conflict("this key was used before, with another body; nothing was done now")
    return known.resource


def made(visit: Visit, api: str, key: str, resource: str) -> None:
    if key:
        Once.objects.filter(client=visit.client, api=api, key=key).update(resource=resource)
