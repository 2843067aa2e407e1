"""What we wrote to the line, and what it wants to be written."""

import hashlib
from typing import Annotated, Literal

from django.db import transaction
from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from careline.catalogue import library
from careline.channels.app import paging
from careline.channels.app.operating import operation
from careline.channels.app.shapes import NONE, TWENTY, Cursor, Given, Limit, Moment, Shown, Uuid
from careline.channels.app.versions import check, tell
from careline.channels.app.visit import SUBSCRIBER, Visit, visit_of
from careline.identity import preferences
from careline.identity.preferences import Chosen
from careline.identity.subscriber import Subscriber
from careline.selfcare import notices

router = Router(tags=["notices"])
Sought = Annotated[
    str, Field(max_length=60, pattern=r"^[^\x00]*$", description="Words of the message.", examples=["余额"])
]
KindOf = Literal["offers", "surveys", "order_news", "usage_alerts", "balance_alerts"]
Hour = Annotated[int, Field(ge=0, le=23, description="Of the carrier's day.", examples=[22])]


class NoticeShown(Shown):
    id: Uuid
    at: Moment
    text: str = Field(description="Without the codes that it carried.", examples=["您的余额不足10元。"])
    about: str = Field(
        description="code, case, refund, balance, order, payment, offer, answer, …", examples=["balance"]
    )
    state: str = Field(description="queued, sent, delivered, failed, answered.", examples=["delivered"])
    docket: str | None = Field(description="The case that it names.", examples=[None])
    service: str | None = Field(description="The service that it answers.", examples=["balance"])


class Notices(Shown):
    items: list[NoticeShown]
    next: str | None = Field(description="The cursor of the next page.", examples=[None])


class Quiet(Shown):
    since: Hour
    until: Hour


class QuietGiven(Given):
    since: Hour
    until: Hour


class PreferencesShown(Shown):
    wanted: dict[str, bool] = Field(description="Each kind of letter.", examples=[{"offers": False}])
    quiet: Quiet | None = Field(description="Hours in which none of these letters leaves.")


class PreferencesGiven(Given):
    wanted: dict[KindOf, bool] = Field(max_length=5, description="Kinds to change.", examples=[{"offers": False}])
    quiet: QuietGiven | None = Field(description="null: no quiet hours.")


@operation(
    router, "GET", "/notices", scope="account:read", answers={200: Notices}, summary="What we wrote",
    problems=("not_ready",), headers={200: ("Link",)},
)  # fmt: skip
def list_notices(
    request: HttpRequest, q: Sought = NONE, cursor: Cursor = NONE, limit: Limit = TWENTY
) -> Notices:  # fmt: skip
    """Every message to this line, the newest first, with what is behind it."""
    visit = visit_of(request)
    page = notices.of(visit.msisdn, words=q, after=cursor, size=limit, book=library.current())
    paging.tell(request, page.after or None, limit)
    items = [
        NoticeShown(
            id=one.id, at=one.at, text=one.text, about=one.about, state=one.state, docket=one.docket or None,
            service=one.service or None,
        )
        for one in page.notices
    ]  # fmt: skip
    return Notices(items=items, next=page.after or None)


@operation(
    router, "GET", "/preferences", scope="account:read", answers={200: PreferencesShown}, summary="Which letters are wanted",
    headers={200: ("ETag",)},
)  # fmt: skip
def read_preferences(request: HttpRequest) -> PreferencesShown:
    """What may be switched off. Codes, cases, refunds and what others opened on the line are always told."""
    visit = visit_of(request)
    return _shown(visit, preferences.of(visit.msisdn))


@operation(
    router, "PUT", "/preferences", scope="notices:write", body=True, answers={200: PreferencesShown},
    summary="Choose which letters are wanted", problems=("version_needed", "version_moved"), headers={200: ("ETag",)},
)  # fmt: skip
def set_preferences(request: HttpRequest, body: PreferencesGiven) -> PreferencesShown:
    """Kinds that are not named stay. Needs If-Match with the version that was read."""
    visit = visit_of(request)
    with transaction.atomic():
        Subscriber.objects.select_for_update().filter(msisdn=visit.msisdn.digits).first()
        check(request, version_of(preferences.of(visit.msisdn)))
        for kind, on in body.wanted.items():
            preferences.choose(visit.msisdn, kind, on, by=SUBSCRIBER, now=visit.now)
        quiet = (body.quiet.since, body.quiet.until) if body.quiet else None
        preferences.rest(visit.msisdn, quiet, by=SUBSCRIBER, now=visit.now)
    return _shown(visit, preferences.of(visit.msisdn))


def version_of(chosen: Chosen) -> str:
    told = f"{sorted(chosen.wanted.items())} {chosen.quiet}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _shown(visit: Visit, chosen: Chosen) -> PreferencesShown:
    tell(visit, version_of(chosen))
    quiet = Quiet(since=chosen.quiet[0], until=chosen.quiet[1]) if chosen.quiet else None
    return PreferencesShown(wanted=dict(chosen.wanted), quiet=quiet)
