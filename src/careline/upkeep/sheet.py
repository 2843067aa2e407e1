"""The monthly sheet of upkeep: every criterion with its verdict, and the records behind it, in one language, for print."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from careline.identity.models import Staff
from careline.insight import clock
from careline.prompts import notices
from careline.upkeep import diary, machines, notice_clock, policy, quiz, rounds
from careline.upkeep.duties import duties
from careline.upkeep.sheet_words import FOUND, KINDS, PARTS, STATES, words
from careline.values.period import Month

REFERENCES_MAX = 6  # proofs named for one day; the others are counted


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is asked for: what, what was found, and whether it is met (None: nothing to judge by)."""

    name: str
    asked: str
    found: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class Part:
    """A table of records."""

    key: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    language: str
    month: str
    title: str
    below: str
    made_at: datetime
    criteria: Sequence[Criterion]
    parts: Sequence[Part]

    @property
    def met(self) -> bool | None:
        """Whether all criteria are met that could be judged; None where none could."""
        judged = [one.met for one in self.criteria if one.met is not None]
        return all(judged) if judged else None

    def verdict(self, met: bool | None) -> str:
        return words("none" if met is None else "met" if met else "not_met", self.language)


def sheet(month: Month, language: str, now: datetime) -> Sheet:
    """The month as far as it is over; the same records in either language."""
    maker = _Maker(month, language, now)
    return Sheet(
        language, str(month), words("title", language).format(month=month),
        words("below", language).format(at=maker.minute(now)), now, maker.criteria(), maker.parts(),
    )  # fmt: skip


class _Maker:
    """What the parts of one sheet share: its records, read once."""

    def __init__(self, month: Month, language: str, now: datetime) -> None:
        self._month, self._language, self._now = month, language, now
        self._today = now.astimezone(clock.zone()).date()
        self._end = min(month.last, self._today)
        self._days = diary.days(month.first, month.last)
        self._kept = diary.verdict(self._days, self._today)
        self._notices = notice_clock.rows(month, now)
        self._rounds = rounds.between(month.first, month.last)
        self._due = [one for one in rounds.schedule(month.first, month.last, now) if one.state in ("made", "missed")]
        self._roster = policy.roster(self._end)
        self._known = quiz.standing(self._end)
        self._standing = policy.standing(month.plus(1).first if self._today > month.last else self._end)
        self._names = {one.username: str(one) for one in Staff.objects.all()}

    def criteria(self) -> list[Criterion]:
        kept, rate, age = self._kept, notice_clock.rate(self._notices, self._now), machines.age(self._end)
        log = rounds.verdict(self._rounds)
        made = sum(one.state == "made" for one in self._due)
        standing = self._standing
        says = [self._yes("exists", standing.exists), self._yes("used", standing.used),
                self._yes("adequate", standing.adequate)]  # fmt: skip
        missing = ", ".join(f"{day:%m-%d}" for day in kept.missing)
        found = self._say("days_found", done=kept.done, due=kept.due) + (
            self._say("missing", days=missing) if missing else ""
        )
        passed = sum(one.passed is not None for one in self._known)
        return [
            self._one("diary", found, kept.met),
            self._one(
                "notices", f"{rate.in_time}/{rate.decided}", rate.conforms if rate.decided else None,
                hours=f"{notices.DUE.total_seconds() / 3600:g}",
            ),
            self._one("age", str(age), age.met, years=duties().old_years, percent=duties().old_percent_max),
            self._one("log", self._say("log_found", n=log.rounds, crashes=log.crashes, losses=log.losses), log.met),
            self._one("rounds", f"{made}/{len(self._due)}", made == len(self._due) if self._due else None),
            self._one("roster", self._say("roster_found", n=self._roster.dedicated, all=len(self._roster.people)),
                      self._roster.met),
            self._one("rules", ", ".join(says), standing.met if standing.exists else False),
            self._one("known", f"{passed}/{len(self._known)}", quiz.verdict(self._known), steps=len(duties().steps)),
        ]  # fmt: skip

    def parts(self) -> list[Part]:
        return [
            self._diary(), self._texts(), self._inspections(), self._findings(), self._machines(), self._people(),
            self._assessments(),
        ]  # fmt: skip

    def _diary(self) -> Part:
        rows = []
        for held in self._days.values():
            if held.day > self._today:
                break
            if not held.due and not held.proofs:
                continue
            state = "done" if held.maintained else "missing" if held.due and held.day < self._today else "free"
            told = [
                f"{KINDS[one.kind.value].read(self._language)} {self._who(one.by)} {self.minute(one.at)[-5:]}"
                + (f" ×{one.count}" if one.count > 1 else "") + f" [{one.ref}]"
                for one in held.proofs[:REFERENCES_MAX]
            ]  # fmt: skip
            if len(held.proofs) > REFERENCES_MAX:
                told.append(self._say("more", n=len(held.proofs) - REFERENCES_MAX))
            told += [
                self._say("explained", words=one.words, who=self._who(one.by), at=self.minute(one.at))
                for one in held.explained
            ]
            rows.append((f"{held.day:%m-%d}", STATES[state].read(self._language), "\n".join(told)))
        return self._part("diary", ("day", "state", "proofs"), rows)

    def _texts(self) -> Part:
        rows = [
            (
                one.notice.title, self.minute(one.notice.arrived_at),
                self.minute(one.notice.published_at) if one.notice.published_at else "–",
                f"{one.hours:.2f}", STATES[one.state].read(self._language), f"notice:{one.notice.pk}",
            )
            for one in reversed(self._notices)
        ]  # fmt: skip
        return self._part("texts", ("notice", "arrived", "published", "hours", "state", "proof"), rows)

    def _inspections(self) -> Part:
        rows = [
            (
                f"{one.day:%m-%d}", one.slot.name.read(self._language), STATES[one.state].read(self._language),
                f"{self._who(one.round.by)} {self.minute(one.round.at)[-5:]}" if one.round else "–",
                FOUND[one.round.found].read(self._language) if one.round
                else "\n".join(told.words for told in one.explained),
                f"round:{one.round.pk}" if one.round else "",
            )
            for one in self._due
        ]  # fmt: skip
        return self._part("inspections", ("day", "round", "state", "who", "found", "proof"), rows)

    def _findings(self) -> Part:
        rows = []
        for one in self._rounds:
            finding = getattr(one, "finding", None)
            if finding is None:
                continue
            closed = self.minute(finding.closed_at) if finding.closed_at else STATES["open"].read(self._language)
            steps = "\n".join(
                f"{self.minute(step.at)} {self._who(step.by)}: {step.words}" for step in finding.steps.order_by("at")
            )
            rows.append((self.minute(one.at), FOUND[one.found].read(self._language), one.words, steps, closed))
        return self._part("findings", ("found_at", "found", "what", "followed", "closed"), rows)

    def _machines(self) -> Part:
        rows = [
            (one.name, one.kind, one.place, str(one.bought_on), str(machines.years(one.bought_on, self._end)),
             STATES["old" if machines.is_old(one, self._end) else "young"].read(self._language))
            for one in machines.in_use(self._end)
        ]  # fmt: skip
        return self._part("machines", ("machine", "kind", "place", "bought", "years", "state"), rows)

    def _people(self) -> Part:
        known = {one.maintainer.who: one for one in self._known}
        rows = []
        for one in self._roster.people:
            held = known[one.who]
            shown = self._say("passed_until", day=held.until) if held.passed else self._say("not_passed")
            read = self._say("not_yet") if one.who in self._standing.lacking else self._say("yes")
            rows.append((self._who(one.who), PARTS[one.part].read(self._language), str(one.since), shown, read))
        rules = self._standing.rules
        note = self._say("rules_note", number=rules.number, title=rules.title, day=rules.valid_from) if rules else ""
        return self._part("people", ("who", "part", "since", "check", "acknowledged"), rows, note)

    def _assessments(self) -> Part:
        rows = []
        for one in policy.assessments(self._month).values():
            shares = [one.facts.get(name, {}) for name in ("days", "notices", "rounds")]
            told = [f"{share.get('done', 0)}/{share.get('of', 0)}" for share in shares]
            verdict = words("met" if one.met else "not_met", self._language)
            rows.append((self._who(one.who), *told, verdict, one.words, f"{self._who(one.by)} {self.minute(one.at)}"))
        return self._part("assessments", ("who", "days", "texts", "rounds", "verdict", "words", "by"), rows)

    def _part(self, key: str, head: Sequence[str], rows: Sequence[Sequence[str]], note: str = "") -> Part:
        heads = [words(f"head_{one}", self._language) for one in head]
        return Part(
            key, words(f"part_{key}", self._language), heads, rows, note or ("" if rows else self._say("nothing"))
        )

    def _one(self, key: str, found: str, met: bool | None, **values: object) -> Criterion:
        name, asked = words(f"name_{key}", self._language), words(f"asked_{key}", self._language)
        return Criterion(name, asked.format(**values), found, met)

    def _say(self, key: str, **values: object) -> str:
        return words(key, self._language).format(**values)

    def _yes(self, key: str, met: bool | None) -> str:
        return f"{words(key, self._language)}: {self._say('not_yet' if met is None else 'yes' if met else 'no')}"

    def _who(self, by: str) -> str:
        return self._names.get(by, by)

    def minute(self, at: datetime) -> str:
        return f"{at.astimezone(clock.zone()):%Y-%m-%d %H:%M}"
