"""The story of any time, step by step, without a circle that decided anything: from our records or the golden set, and as a file."""

from datetime import UTC

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe

from careline.circle import decisions_file, facts, golden
from careline.circle.printed.as_html import exhibit_html
from careline.circle.printed.printing import KINDS, printed
from careline.circle.story import Section, Story
from careline.circle.telling import tell
from careline.identity.gates import Gate
from careline.insight.asking import Filters
from careline.journal.writing import write
from careline.staff.access import actor, now, through
from careline.staff.views.insight_frame import Asked, asked, show


@through(Gate.SEE_STATISTICS)
def story(request: HttpRequest) -> HttpResponse:
    """One step of the story, with the way to the one before and the next; about twenty questions to the database."""
    one = asked(request)
    told = _told(one)
    steps = by_step(told)
    names = list(steps)
    step = request.GET.get("step", "")
    at = names.index(step) if step in names else 0
    here = reverse("staff:circle-any")

    def address(place: int) -> str:
        return f"{here}{one.query(step=names[place])}" if 0 <= place < len(names) else ""

    sections = [
        (section, [mark_safe(exhibit_html(shown, told.language)) for shown in section.exhibits])  # noqa: S308  escaped there
        for section in steps[names[at]]
    ]
    file = reverse("staff:circle-any-file", args=["pdf"])[: -len("pdf")]
    golden_set = f"{here}?source={golden.SOURCE}&from={golden.PERIOD.since}&to={golden.PERIOD.until}"
    return show(
        request, "insight-circle", one, [], "staff/circle_any.html", story=told, told=sections, number=at + 1,
        steps=[(address(place), steps[name][0].title, place == at) for place, name in enumerate(names)],
        back=address(at - 1), onward=address(at + 1), of=len(names), step=names[at],
        files=[(kind.upper(), f"{file}{kind}{one.query()}") for kind in KINDS],
        golden_set=golden_set if golden.SOURCE in one.known and one.values["source"] != golden.SOURCE else "",
    )  # fmt: skip


@through(Gate.SEE_STATISTICS)
def file(request: HttpRequest, kind: str) -> HttpResponse:
    """The whole story as a file; that it was taken is journaled."""
    if kind not in KINDS:
        raise Http404
    one = asked(request)
    if one.unknown:
        raise Http404(one.unknown[0])
    told = _told(one)
    write(who=actor(request), did="export", what="circle", record=f"{one.period.since} {one.period.until}", now=now(),
          detail={"kind": kind, "sources": list(one.filters.sources)})  # fmt: skip
    answer = HttpResponse(printed(told, kind), content_type=KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="circle-{one.period.since}-{one.period.until}.{kind}"'
    return answer


def _told(one: Asked) -> Story:
    is_golden = one.values["source"] == golden.SOURCE
    decided = golden.decisions() if is_golden else decisions_file.template()
    filters: Filters = one.filters
    return tell(facts.collect(one.period, filters, decided, now().astimezone(UTC)), one.language)


def by_step(told: Story) -> dict[str, list[Section]]:
    """Sections by the step that they belong to: the survey is one, and so is the confirmation with its causes."""
    steps: dict[str, list[Section]] = {}
    for section in told.sections:
        family = section.key.partition("-")[0]
        steps.setdefault({"cause": "confirmation"}.get(family, family), []).append(section)
    return steps
