"""The pack as pages: section by section, every record in its order, nothing left out that the JSON has but technical detail."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from careline.cases.evidence.canon import to_json
from careline.cases.evidence.labels import Labels
from careline.cases.evidence.sheet import Sheet
from careline.dialogue.saying import local
from careline.values.money import yuan

Pack = Mapping[str, Any]
_DETAILS_MAX = 600  # characters of an event's details on paper; the JSON has all
_QUIET = frozenset(
    {"fault", "task", "promise", "limits_told", "apologised"}
)  # details that are numbers of rows, or said elsewhere


def to_pdf(pack: Pack, language: str = "zh") -> bytes:
    """The pages in "zh" or "en", with the pack as JSON attached. Hostile texts are shown, not obeyed."""
    return bytes(_Pages(pack, Labels("en" if language == "en" else "zh")).sheet.output())


_FAMILIES = {"kind": "kinds", "severity": "severities", "blame": "blames", "what": "promised", "whats": "promised"}


class _Pages:
    def __init__(self, pack: Pack, say: Labels) -> None:
        self.pack, self.say = pack, say
        case, made = pack["case"], pack["made"]
        title = f"{say('title')}  {case['docket']}"
        self.sheet = Sheet(title, say("digest", digest=pack["digest"]), say("page", page="{page}", pages="{pages}"),
                           datetime.fromisoformat(made["at"]), "zh-CN" if say.language == "zh" else "en")  # fmt: skip
        self._front()
        for section in (self._case, self._regulator, self._customer, self._contacts, self._events, self._custody,
                        self._departments, self._promises, self._letters, self._money, self._satisfaction, self._journal):  # fmt: skip
            section()
        self.sheet.attach(to_json(pack).encode("utf-8", "backslashreplace"), f"{case['docket']}.json", title)

    def _front(self) -> None:
        say, case, made = self.say, self.pack["case"], self.pack["made"]
        kind, state = say.known("kinds", case["kind"]), say.known("states", case["state"])
        below = say(
            "below", docket=case["docket"], kind=kind, state=state, at=self._at(made["at"]), by=self._who(made["by"])
        )
        self.sheet.banner(say("title"), below)
        numbers = say("whole", reason=made["reason"]) if made["numbers"] == "whole" else say("masked")
        zone = str(local(datetime.fromisoformat(made["at"])).tzinfo)
        self.sheet.note(
            " ".join((say("digest", digest=self.pack["digest"]), say("digest_note"), numbers, say("zone", zone=zone)))
        )

    def _case(self) -> None:
        say, case = self.say, self.pack["case"]
        fault = case["fault"]
        self.sheet.heading(say("section.case"))
        self.sheet.pairs([
            (say("category"), say.of(case["category_name"])), (say("severity"), say.known("severities", case["severity"])),
            (say("cause"), case["cause"]), (say("blame"), say.known("blames", case["blame"])),
            (say("owner"), case["owner"]), (say("opened"), self._at(case["opened_at"])),
            (say("replied"), self._at(case["replied_at"])), (say("apologised"), self._at(case["apologised_at"])),
            (say("archived"), self._at(case["archived_at"])), (say("closed"), self._at(case["closed_at"])),
            (say("round"), str(case["round"])), (say("level"), str(case["level"])),
            (say("urged"), str(case["urged"])), (say("repeats"), str(case["repeats"])),
            (say("fault"), "" if fault is None else f"{fault['title']}  ({self._at(fault['opened_at'])})"),
            (say("plan"), case["plan"]), (say("reply"), case["reply"]), (say("alternative"), case["alternative"]),
            (say("summary"), case["summary"]), (say("exported"), str(self.pack["made"]["exported"])),
        ])  # fmt: skip

    def _regulator(self) -> None:
        say, limits = self.say, self.pack["regulator"]
        rows = [
            [
                say(f"limit.{name}"),
                self._at(one["from"]),
                self._at(one["due_at"]),
                self._at(one["done_at"]),
                say.known("outcome_of", one["state"]),
            ]
            for name, one in limits.items()
            if isinstance(one, Mapping)
        ]
        heads = [say("what"), say("opened"), say("due"), say("done"), say("outcome")]
        self._table("section.regulator", heads, (56, 32, 32, 32, 26), rows)

    def _customer(self) -> None:
        say, customer = self.say, self.pack["customer"]
        self.sheet.heading(say("section.customer"))
        self.sheet.pairs([
            (say("number"), customer["number"] or say("none")), (say("channel"), say.known("channels", customer["channel"])),
            (say("brand"), customer["brand"]), (say("region"), customer["region"]), (say("words"), customer["words"]),
            *((self._question(name), str(answer)) for name, answer in customer["answers"].items()),
        ])  # fmt: skip

    def _question(self, name: str) -> str:
        """The question as it is asked; one that the category does not ask any more goes by its id."""
        asked = self.pack["customer"].get("questions", {}).get(name)
        return self.say.of(asked) if asked else str(name)

    def _contacts(self) -> None:
        rows = [
            [
                self._at(one["at"]), f"{self.say.known('channels', one['channel'])}\n{self._who(one['by'])}", one["words"],
                "\n".join(f"{each['service']} {each['verb']}: {each['outcome']} {each['cause']}".strip() for each in one["attempts"]),
            ]
            for one in self.pack["contacts"]
        ]  # fmt: skip
        self._table(
            "section.contacts",
            [self.say(name) for name in ("at", "channel", "words", "attempts")],
            (32, 26, 76, 44),
            rows,
        )

    def _events(self) -> None:
        rows = [
            [self._at(one["at"]), self._who(one["by"]), self.say.known("events", one["did"]), self._said(one)]
            for one in self.pack["events"]
        ]
        self._table("section.events", [self.say(name) for name in ("at", "by", "did", "said")], (32, 26, 32, 88), rows)

    def _custody(self) -> None:
        rows = [
            [one["holder"], self._at(one["since"]), self._at(one["until"]), one["reason"], self._who(one["by"])]
            for one in self.pack["custody"]
        ]
        heads = [self.say(name) for name in ("holder", "since", "until", "why", "by")]
        self._table("section.custody", heads, (30, 32, 32, 58, 26), rows)

    def _departments(self) -> None:
        rows = []
        for one in self.pack["departments"]:
            marks = [self.say("events.reported")] if one["report"] else []
            marks += [self.say("events.late")] if one["late"] else []
            marks += [f"{self.say('urged')} {one['urged']}"] if one["urged"] else []
            marks += [f"{self.say('rating')} {one['rating']}"] if one["rating"] else []
            asked = f"{self._at(one['asked_at'])}\n{self._who(one['asked_by'])}"
            answered = "\n".join(filter(None, (self._at(one["answered_at"]), one["answered_by"], one["plan"])))
            rows.append(["\n".join([self.say.of(one["department_name"]), *marks]), asked, one["question"], answered])
        heads = [self.say(name) for name in ("department", "asked", "question", "answered")]
        self._table("section.departments", heads, (34, 32, 52, 60), rows)

    def _promises(self) -> None:
        rows = []
        for one in self.pack["promises"]:
            done = self._at(one["kept_at"] or one["broken_at"] or one["cancelled_at"])
            pauses = "\n".join(
                f"{self._at(each['since'])} – {self._at(each['until'])}\n{each['reason']} ({self._who(each['by'])})"
                for each in one["pauses"]
            )
            rows.append([
                self.say.known("promised", one["what"]), self._who(one["promiser"]), self._at(one["started_at"]), self._at(one["due_at"]),
                "\n".join(filter(None, (self.say.known("outcome_of", one["state"]), done))), pauses,
            ])  # fmt: skip
        heads = [self.say(name) for name in ("promise", "promiser", "since", "due", "outcome", "pauses")]
        self._table("section.promises", heads, (28, 18, 32, 32, 32, 36), rows)

    def _letters(self) -> None:
        rows = []
        for one in self.pack["letters"]:
            delivery = [
                self.say.known("delivered", one["state"]),
                self._at(one["settled_at"] or one["sent_at"]),
                one["error"],
            ]
            rows.append([self._at(one["at"]), one["text"], "\n".join(filter(None, delivery))])
        self._table("section.letters", [self.say(name) for name in ("at", "letter", "delivery")], (32, 110, 36), rows)

    def _money(self) -> None:
        rows = [self._refund(one) for one in self.pack["refunds"]["refunds"]]
        for one in self.pack["refunds"]["waivers"]:
            decided = [self._money_word(one["state"]), f"{yuan(one['fen'])} CNY", one["approved_by"]]
            answered = self._at(one["answered_at"])
            rows.append([self.say.of(one["name"]), one["reason"], "\n".join(filter(None, decided)), answered])
        heads = [self.say(name) for name in ("item", "facts", "decision", "payment")]
        self._table("section.money", heads, (44, 46, 44, 44), rows)

    def _refund(self, one: Pack) -> list[str]:
        due = "?" if one["due"] is None else yuan(one["due"])
        verified = f"{self._who(one['verified_by'])} {self._at(one['verified_at'])}".strip()
        charged = self.say("charged", charged=yuan(one["charged"]), due=due)
        facts = [charged, self._money_word(one["kind"]), one["reason"], verified]
        decided = [self._money_word(one["verdict"]), self._money_word(one["rule"]), f"{yuan(one['amount'])} CNY"]
        decided += [one["approved_by"], self._at(one["decided_at"]), one["refused_why"], self._money_word(one["state"])]
        paid = [
            f"{yuan(each['fen'])} CNY {self._money_word(each['how'])} {self._money_word(each['state'])} {self._at(each['ended_at'])}"
            for each in one["payments"]
        ]
        cells = ["\n".join(filter(None, part)) for part in (facts, decided, paid)]
        return [f"{self.say.of(one['name'])}\n{one['month']} {one['item']}", *cells]

    def _money_word(self, value: str) -> str:
        return self.say.known("money", value)

    def _satisfaction(self) -> None:
        told = self.pack["satisfaction"]
        answers = {True: self.say("yes"), False: self.say("no"), None: self.say("none")}
        self.sheet.heading(self.say("section.satisfaction"))
        self.sheet.pairs([
            (self.say("satisfied"), answers[told["satisfied"]]),
            (self.say("rating"), str(told["rating"] or self.say("none"))), (self.say("round"), str(told["rounds"])),
        ])  # fmt: skip
        if offers := self.pack["offers"]:
            rows = [
                [
                    self._at(one["at"]),
                    self._who(one["by"]),
                    f"{one['words']}\n{yuan(one['amount'])} CNY",
                    answers[one["accepted"]],
                ]
                for one in offers
            ]
            self.sheet.grid([self.say(name) for name in ("at", "by", "offer", "accepted_")], (32, 26, 92, 28), rows)

    def _journal(self) -> None:
        # What was done to the case stands above in full; on paper only the looks are told again.
        rows = [
            [self._at(one["at"]), self._who(one["who"]), one["did"], one["what"]]
            for one in self.pack["journal"]
            if not one["did"].startswith("case_")
        ]
        self._table(
            "section.journal", [self.say(name) for name in ("at", "by", "did", "record")], (32, 40, 70, 36), rows
        )

    def _table(
        self, section: str, heads: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]]
    ) -> None:
        self.sheet.heading(self.say(section), 48 if rows else 18)
        if rows:
            self.sheet.grid(heads, widths, rows)
        else:
            self.sheet.note(self.say("none"))

    def _said(self, event: Pack) -> str:
        details = "\n".join(
            f"{self.say.known('details', name)}: {self._value(name, value)}"
            for name, value in event["detail"].items()
            if name not in _QUIET and value not in ("", None, [], {}, event["words"])
        )
        channel = f"[{self.say.known('channels', event['channel'])}]" if event["channel"] else ""
        return "\n".join(filter(None, (f"{channel} {event['words']}".strip(), details[:_DETAILS_MAX])))

    def _value(self, name: str, value: object) -> str:
        if isinstance(value, list):
            return ", ".join(self._value(name, one) for one in value)
        if isinstance(value, dict):
            return "; ".join(f"{self._question(key)}: {answer or '–'}" for key, answer in value.items())
        if isinstance(value, bool):
            return self.say("yes" if value else "no")
        if not isinstance(value, str):
            return json.dumps(value, ensure_ascii=False)
        if name.endswith("_at"):
            return self._at(value)
        return self.say.known(_FAMILIES[name], value) if name in _FAMILIES else value

    def _at(self, at: str | None) -> str:
        return f"{local(datetime.fromisoformat(at)):%Y-%m-%d %H:%M:%S}" if at else ""

    def _who(self, by: str) -> str:
        return self.say.known("actors", by)
