"""What is kept about the line, a copy to take along, and deletion; the last two only for who has just shown who they are."""

from typing import Literal

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.debug import sensitive_variables
from ninja import Router, Status
from pydantic import Field

from careline.channels.app.devices import device_of
from careline.channels.app.operating import operation
from careline.channels.app.problems import Problem
from careline.channels.app.shapes import Given, Moment, Shown, Uuid
from careline.channels.app.visit import SUBSCRIBER, Visit, visit_of
from careline.channels.portal import codes
from careline.selfcare import privacy, privacy_deletion, privacy_export
from careline.values.assurance import Assurance

router = Router(tags=["privacy"])


class Proof(Given):
    """Not needed while the token proves the service password; else a code that was asked for with POST /codes."""

    ticket: Uuid | None = Field(default=None, description="From POST /codes, asked for by this device.")
    code: str | None = Field(default=None, pattern=r"^[0-9]{6}$", description="From the message.", examples=["482913"])


class DeletionGiven(Proof):
    word: Literal["delete"] = Field(description="Typed by the customer, who has seen what goes.", examples=["delete"])


class KeptShown(Shown):
    why: str = Field(description="Why it stays.", examples=["办过的业务要能对证"])
    until: Moment | None = Field(description="null: as long as the reason holds.")
    count: int = Field(description="How many records.", examples=[3])


class PartShown(Shown):
    name: str = Field(description="For programs.", examples=["attempts"])
    title: str = Field(description="What it is.", examples=["办理记录"])
    purpose: str = Field(description="What it is needed for.", examples=["说明每一笔费用是谁办的"])
    records: int = Field(description="How many there are.", examples=[17])
    goes: int = Field(description="How many would be deleted.", examples=[14])
    kept: list[KeptShown]


class DeletionShown(Shown):
    asked_at: Moment
    done_at: Moment | None = Field(description="null: it is going on.")
    parts_done: int = Field(description="Parts that are finished.", examples=[3])
    parts: int = Field(description="Parts in all.", examples=[11])
    gone: int = Field(description="Records that are gone.", examples=[14])


class PrivacyShown(Shown):
    parts: list[PartShown]
    exports_a_day: int = Field(description="How often it may be exported.", examples=[3])
    deletion: DeletionShown | None = Field(description="The last one.")


@operation(
    router, "GET", "/privacy", scope="privacy", answers={200: PrivacyShown}, summary="What is kept about the line"
)
def read_privacy(request: HttpRequest) -> PrivacyShown:
    """Each kind of records: why, how much, what may be deleted, and why the rest stays until when."""
    visit = visit_of(request)
    language = visit.language
    parts = [
        PartShown(
            name=one.name, title=one.part.title.read(language), purpose=one.part.purpose.read(language),
            records=one.records, goes=one.goes,
            kept=[KeptShown(why=kept.why.read(language), until=kept.until, count=kept.count) for kept in one.kept],
        )
        for one in privacy.standing(visit.msisdn, visit.now)
    ]  # fmt: skip
    return PrivacyShown(parts=parts, exports_a_day=privacy.exports_a_day(), deletion=_deletion(visit))


@operation(
    router, "POST", "/privacy/export", scope="privacy", body=True, answers={200: None}, summary="A copy to take along",
    problems=("prove_first", "too_often"), once=False, media="application/zip",
)  # fmt: skip
@sensitive_variables()
def export_data(request: HttpRequest, body: Proof) -> StreamingHttpResponse:
    """A ZIP archive with a page to read and JSON of every part; a few times a day."""
    visit = visit_of(request)
    prove(visit, body.ticket, body.code)
    try:
        privacy_export.request(visit.msisdn, by=SUBSCRIBER, now=visit.now)
    except privacy_export.TooMany as often:
        raise Problem("too_often", headers={"Retry-After": "86400"}) from often
    pieces = privacy_export.archive(visit.msisdn, visit.language, visit.now)
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="careline-{visit.now:%Y%m%d}.zip"'
    return answer


@operation(
    router, "POST", "/privacy/deletion", scope="privacy", body=True, answers={202: DeletionShown}, summary="Delete what may go",
    problems=("prove_first",),
)  # fmt: skip
@sensitive_variables()
def delete_data(request: HttpRequest, body: DeletionGiven) -> Status[DeletionShown]:
    """Begins it; GET /privacy says how it goes on, and what had to stay. Who asks twice meanwhile has asked once."""
    visit = visit_of(request)
    prove(visit, body.ticket, body.code)
    privacy_deletion.request(visit.msisdn, by=SUBSCRIBER, now=visit.now)
    begun = _deletion(visit)
    assert begun is not None
    return Status(202, begun)


@sensitive_variables()
def prove(visit: Visit, ticket: str | None, code: str | None) -> None:
    """Raises Problem (403) unless this token proves the password, or this code was just sent to the line for this device."""
    if visit.assurance >= Assurance.PASSWORD:
        return
    if ticket and code:
        named = device_of(visit.client, visit.known.name)
        if codes.prove(ticket, code, device=named, now=visit.now) == visit.msisdn:
            return
        raise Problem("wrong_code", status=403)
    raise Problem("prove_first")


def _deletion(visit: Visit) -> DeletionShown | None:
    asked = privacy_deletion.latest(visit.msisdn)
    if asked is None:
        return None
    done, parts, gone = privacy_deletion.progress(asked)
    return DeletionShown(asked_at=asked.asked_at, done_at=asked.done_at, parts_done=done, parts=parts, gone=gone)
