"""Everything that we keep of a number as one archive: a page to read and JSON, made while it leaves."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from html import escape
from typing import Any

from django.db import transaction

from careline.brand.reading import brand
from careline.cases.free_text import kept
from careline.identity.records import PrivacyRequest
from careline.journal.writing import write
from careline.postgres import sql
from careline.selfcare import privacy
from careline.selfcare.privacy import Part
from careline.values.msisdn import Msisdn
from careline.values.secret import mask

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]{6}-[0-9]{1,4}|[0-9]{10}")
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.3rem .5rem;text-align:left;"
    "vertical-align:top;overflow-wrap:anywhere}"
)


class TooMany(Exception):
    """It was exported as often as a day allows."""


def request(msisdn: Msisdn, *, by: str, now: datetime) -> None:
    """Count this export, and write it into the journal; raises TooMany. Of two at once no more pass than one by one."""
    with transaction.atomic():
        sql.run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7422)) IS NULL", [msisdn.digits])
        # How many were there in the last day?
        [(count,)] = sql.run(
            "SELECT count(*) FROM identity_privacy_request WHERE msisdn = %s AND what = 'export'"
            " AND asked_at > %s::timestamptz - interval '24 hours'",
            [msisdn.digits, now],
        )
        if count >= privacy.exports_a_day():
            raise TooMany
        PrivacyRequest.objects.create(msisdn=msisdn.digits, what="export", asked_at=now, done_at=now)
        write(who=by, did="privacy_export", what="subscriber", record=msisdn.masked(), now=now)


def archive(msisdn: Msisdn, language: str, now: datetime) -> Iterator[bytes]:
    """The archive by pieces: never more than one hand of records is in memory. Free texts are masked like everywhere."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:
        readable = io.StringIO()
        readable.write(_head(msisdn, language, now))
        for name, part in privacy.parts().items():
            with packed.open(f"{name}.json", "w") as held:
                yield from _part(held, part, msisdn, language, readable, sink)
            yield sink.take()
        readable.write("</body></html>\n")
        packed.writestr("index.html", readable.getvalue())
    yield sink.take()


def _part(
    held: Any, part: Part, msisdn: Msisdn, language: str, readable: io.StringIO, sink: "_Sink"
) -> Iterator[bytes]:
    readable.write(f"<h2>{escape(part.title.read(language))}</h2><p>{escape(part.purpose.read(language))}</p>\n")
    held.write(
        json.dumps({"title": part.title._asdict(), "purpose": part.purpose._asdict()}, ensure_ascii=False)[:-1].encode()
    )
    for table in part.tables:
        held.write(f', "{table.name}": ['.encode())
        readable.write("<table><tr>" + "".join(f"<th>{escape(one)}</th>" for one in table.shown) + "</tr>\n")
        for place, row in enumerate(privacy.rows(part, table, msisdn)):
            shown = {name: value if name in table.whole else _plain(value) for name, value in row.items()}
            held.write(((", " if place else "") + json.dumps(shown, ensure_ascii=False)).encode())
            readable.write("<tr>" + "".join(f"<td>{escape(_said(one))}</td>" for one in shown.values()) + "</tr>\n")
            if place % privacy.HAND == privacy.HAND - 1:
                yield sink.take()
        held.write(b"]")
        readable.write("</table>\n")
    held.write(b"}\n")


def _head(msisdn: Msisdn, language: str, now: datetime) -> str:
    spoken, title = ("en", "what we keep of") if language == "en" else ("zh-Hans", "我们留着的资料：")
    name = f"{brand().name(language)}: {title} {msisdn.national()}"
    return (
        f'<!doctype html><html lang="{spoken}"><head><meta charset="utf-8"><title>{escape(name)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(name)}</h1><p>{now:%Y-%m-%d %H:%M} UTC</p>\n"
    )


def _plain(value: Any) -> Any:
    """A value as JSON has it; whatever a person wrote without numbers of others, passwords and passes."""
    if isinstance(value, str):
        return value if _ID.fullmatch(value) else mask(kept(value))
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _said(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class _Sink(io.RawIOBase):
    """Where the archive is written to, and taken from piece by piece; nothing can be written twice."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def take(self) -> bytes:
        taken, self._held = bytes(self._held), bytearray()
        return taken
