"""A case as its customer sees it: where it is, who owes what until when, what was done, and what may be done about it."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from careline.cases import standing
from careline.cases.looking import timeline
from careline.cases.models import Case
from careline.cases.promised import clocks
from careline.cases.states import State
from careline.channels.portal.phrases import phrases
from careline.channels.portal.telling import WORDS_MAX


def of(case: Case, at: datetime, language: str) -> dict[str, Any]:
    """What templates of cases show, in that language."""
    words = phrases(language)
    how = standing.standing_of(case, at)
    ended = not case.is_open
    asks = case.state == State.CONFIRMING and case.satisfied is None
    return {
        "case": case,
        "label": how.label.read(language),
        "step": how.step.read(language),
        "owes": how.owes.read(language),
        "until": how.until.read(language),
        "promise": _promise(case, at, words),
        "moments": [
            (moment, moment.label.read(language), timezone.localtime(moment.at))
            for moment in reversed(timeline.for_customer(case.docket))
        ],
        "asks": asks,
        "ended": ended,
        "may_rate": case.rating is None and (ended or (case.state == State.CONFIRMING and bool(case.satisfied))),
        "rated": words["rated"].format(n=case.rating) if case.rating is not None else "",
        "may_add": not ended and not asks and not case.satisfied,
        "scale": range(1, 6),
        "longest": WORDS_MAX,
    }


def _promise(case: Case, at: datetime, words: dict[str, str]) -> str:
    """How the 48 hours stand, in words."""
    first = next((clock for clock in clocks.standing(case, at) if clock.what == "first_reply"), None)
    if first is None:
        return ""
    if first.kept_at is not None:
        return words["promise_kept_late" if first.state == "broken" else "promise_kept"]
    late = first.left < timedelta(0)
    return words["promise_late" if late else "promise_left"].format(span=_span(abs(first.left), words))


def _span(span: timedelta, words: dict[str, str]) -> str:
    """A length of time as people say it: the two largest units."""
    minutes = int(span.total_seconds()) // 60
    parts = [(minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute")]
    first = next((place for place, (n, _) in enumerate(parts) if n), 2)
    said = [words[unit if n == 1 else f"{unit}s"].format(n=n) for n, unit in parts[first : first + 2] if n]
    return " ".join(said) or words["minutes"].format(n=0)
