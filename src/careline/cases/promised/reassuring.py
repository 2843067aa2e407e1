"""Nobody told the customer anything by the time it was promised: we say honestly how it stands, and promise the next."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from careline.cases import standing, telling
from careline.cases.promised import promising
from careline.cases.promised.lateness import Found
from careline.catalogue import library
from careline.catalogue.refusals import NothingPublished
from careline.dialogue.rendering import fill
from careline.hall.reminding import last_links
from careline.outbox import posting
from careline.outbox.posting import Letter
from careline.postgres import sql
from careline.promises import calendars, clock
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

KEY = "case.still_working"
AWAKE = "hotline"  # the calendar by which customers may be written to without being asked
MINUTES = 24 * 60  # to the next notice, where the last one was promised for a moment
_HALL = "10086"  # where the catalogue names no address
_OWED = ["first_reply", "contact", "solution"]  # to the customer


def reassure(found: Sequence[Found], now: datetime) -> None:
    """One letter, one entry of the history and one new promise for each of these cases; six statements at most.

    By night the letter waits until people are awake.
    """
    cases = {one.case: one for one in found}
    if not cases:
        return
    texts = _texts(list(cases.values()), now)
    _post([(one, texts[one.case]) for one in cases.values() if one.msisdn], now)
    # The customer reads in the history of the case what the letter said.
    sql.execute(
        "INSERT INTO case_event (case_id, at, by, did, public, words, detail, channel)"
        " SELECT id, %s, %s, 'progress', true, words, '{}'::jsonb, '' FROM unnest(%s::int8[], %s::text[]) AS t (id, words)",
        [now, promising.CLOCK, list(texts), list(texts.values())],
    )
    _promise_next(list(cases.values()), now)


def _texts(found: Sequence[Found], now: datetime) -> dict[int, str]:
    """Case -> what its customer is told: the step it is at, and by when the answer is due, or that it is late."""
    template = telling.text_of(KEY)
    step = cache(lambda state: telling.written(f"case.step.{state}"))
    until = cache(lambda due_at: standing.until(due_at, now))
    # By when do we owe each of them something?
    due = dict(
        sql.run(
            "SELECT case_id, min(due_at) FROM case_promise WHERE case_id = ANY(%s::int8[]) AND what = ANY(%s::text[])"
            " AND kept_at IS NULL AND cancelled_at IS NULL AND paused_at IS NULL GROUP BY case_id",
            [[one.case for one in found], _OWED],
        )
    )
    return {
        one.case: fill(
            template,
            {"docket": one.docket, "step": step(one.state), "until": until(due.get(one.case))},
            one.language,
        )
        for one in found
    }


def _post(letters: Sequence[tuple[Found, str]], now: datetime) -> None:
    if not letters:
        return
    links = last_links([one.msisdn for one, _ in letters])
    address = _address()
    posting.post(
        [
            Letter(
                id=reference,
                msisdn=Msisdn(one.msisdn),
                channel="sms",
                link=links.get(one.msisdn) or one.link or telling.notice_link(),
                address=address,
                text=text,
                key=KEY,
            )
            for (one, text), reference in zip(letters, new_reference(len(letters)), strict=True)
        ],
        now=now,
        due_at=clock.next_open(calendars.running(AWAKE), now),
    )


def _promise_next(found: Sequence[Found], now: datetime) -> None:
    """The same time again, from now."""

    @cache
    def due(calendar: str, minutes: int) -> tuple[datetime, datetime]:
        hours = calendars.running(calendar)
        at = clock.due(hours, now, timedelta(minutes=minutes))
        return at, promising.warning(hours, now, minutes, at)

    times = [(one.minutes or MINUTES) for one in found]
    dues = [due(one.calendar, minutes) for one, minutes in zip(found, times, strict=True)]
    ids = [one.case for one in found]
    sql.execute(
        "INSERT INTO case_promise (case_id, what, calendar, minutes, promiser, started_at, due_at, warn_at)"
        " SELECT id, 'progress', calendar, minutes, %s, %s, due_at, warn_at FROM"
        " unnest(%s::int8[], %s::text[], %s::int4[], %s::timestamptz[], %s::timestamptz[])"
        " AS t (id, calendar, minutes, due_at, warn_at)",
        [
            promising.CLOCK,
            now,
            ids,
            [one.calendar for one in found],
            times,
            [due_at for due_at, _ in dues],
            [warn_at for _, warn_at in dues],
        ],
    )
    # When is the next of each case's promises due, now that this one is kept and another one made?
    sql.execute(
        "UPDATE case_case c SET next_at = n.at FROM (SELECT case_id, min(due_at) AS at FROM case_promise"
        " WHERE case_id = ANY(%s::int8[]) AND kept_at IS NULL AND cancelled_at IS NULL AND paused_at IS NULL"
        " GROUP BY case_id) n WHERE c.id = n.case_id AND c.next_at IS DISTINCT FROM n.at",
        [ids],
    )


def _address() -> str:
    try:
        return library.current().addresses.get("hall", _HALL)
    except NothingPublished:
        return _HALL
