"""The offers: one TOML file each in packs/common/offers, read once a process; every mistake with its file and field."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from careline.catalogue.pack_files import Mistake, PackFileError, read_toml
from careline.catalogue.packs import packs_folder
from careline.offers.offer import KINDS, MOMENTS, NEEDS, REASONS, Audience, Caps, Card, Extra, Gift, Offer, UsedUp
from careline.values.language import LANGUAGES, Text

TRIGGERS = ("top_up", "deposit", "months", "stay")
GIFTS = ("money", "goods")
_ID = re.compile(r"[a-z][a-z0-9_]{1,39}")
_LONGEST = 300  # characters of one text
_CARD = ("for_whom", "advantage", "tariff", "start", "leaflet")


class OfferError(PackFileError):
    """Offers cannot be served; the message says every mistake, one a line."""


def offers(folder: Path | None = None) -> Mapping[str, Offer]:
    """Every offer by its id. Raises OfferError when any file is wrong; a folder that is missing has none."""
    return _offers(folder or offers_folder())


def offers_folder() -> Path:
    return packs_folder() / "common" / "offers"


def lint(folder: Path | None = None) -> list[Mistake]:
    """Everything that is wrong with the files, in their order; nothing when all is well."""
    return _read(folder or offers_folder())[1]


@lru_cache(maxsize=8)
def _offers(folder: Path) -> Mapping[str, Offer]:
    found, mistakes = _read(folder)
    if mistakes:
        raise OfferError(mistakes)
    return MappingProxyType({one.id: one for one in sorted(found, key=lambda one: (-one.weight, one.id))})


def _read(folder: Path) -> tuple[list[Offer], list[Mistake]]:
    found: list[Offer] = []
    mistakes: list[Mistake] = []
    for path in sorted(folder.glob("*.toml")):
        reader = _Reader(path.name)
        if (held := read_toml(path, reader.mistakes)) is not None:
            offer = reader.offer(held, path.stem)
            if not reader.mistakes:
                found.append(offer)
        mistakes += reader.mistakes
    return found, mistakes


class _Reader:
    """Reads one file, and goes on after a mistake to find the others."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.mistakes: list[Mistake] = []

    def offer(self, held: dict[str, Any], stem: str) -> Offer:
        if held.pop("id", "") != stem or not _ID.fullmatch(stem):
            self.wrong("id", f'write id = "{stem}", the name of the file, in small letters, digits and _')
        kind = self.choice(held, "kind", KINDS)
        audience = self.audience(self.section(held, "for"))
        gift = self.gift(self.section(held, "gift")) if "gift" in held else None
        reasons = {
            need: self.text({need: text}, need, "reason.") for need, text in self.section(held, "reason").items()
        }
        caps = self.section(held, "caps")
        card = self.section(held, "card")
        offer = Offer(
            id=stem,
            kind=kind,
            name=self.text(held, "name"),
            service=self.word(held, "service"),
            tier=self.word(held, "tier"),
            verb=self.word(held, "verb") or "subscribe",
            moments=self.words(held, "moments", MOMENTS),
            reasons=MappingProxyType(reasons),
            card=Card(*(self.text(card, part, "card.") for part in _CARD)),
            audience=audience,
            caps=Caps(
                self.number(caps, "shown_in_30_days", Caps().shown_in_30_days),
                self.number(caps, "silent_days", Caps().silent_days),
            ),
            gift=gift,
            since=self.day(held, "since"),
            until=self.day(held, "until"),
            weight=self.number(held, "weight", 50),
        )
        self.rest(caps, "caps.")
        self.rest(card, "card.")
        self.rest(held, "")
        self.whole(offer)
        return offer

    def audience(self, held: dict[str, Any]) -> Audience:
        extra, used = self.section(held, "extra"), self.section(held, "used_up")
        audience = Audience(
            brands=self.words(held, "brands"),
            regions=self.words(held, "regions"),
            segments=self.words(held, "segments", ("new", "usual", "loyal")),
            tenure_months_min=self.number(held, "tenure_months_min", 0),
            tenure_months_max=self.number(held, "tenure_months_max", 0) or None,
            has=self.words(held, "has"),
            lacks=self.words(held, "lacks"),
            extra=Extra(self.word(extra, "product"), self.number(extra, "fen_min", 1), self.number(extra, "months", 1))
            if extra
            else None,
            used_up=UsedUp(self.word(used, "quota"), self.number(used, "percent", 80)) if used else None,
            abroad=bool(held.pop("abroad", False)),
            said=self.words(held, "said"),
            reasons=self.words(held, "reasons", REASONS),
        )
        self.rest(extra, "for.extra.")
        self.rest(used, "for.used_up.")
        self.rest(held, "for.")
        return audience

    def gift(self, held: dict[str, Any]) -> Gift:
        gift = Gift(
            trigger=self.choice(held, "trigger", TRIGGERS),
            from_fen=self.number(held, "from_fen", 0),
            months=self.number(held, "months", 0),
            kind=self.choice(held, "kind", GIFTS),
            fen=self.number(held, "fen", 0),
            goods=self.word(held, "goods"),
            budget_fen=self.number(held, "budget_fen", 0),
        )
        self.rest(held, "gift.")
        if not 0 < gift.fen <= gift.budget_fen:
            self.wrong("gift.budget_fen", "a gift costs something, and the budget is enough for one")
        if (gift.kind == "goods") != bool(gift.goods):
            self.wrong("gift.goods", 'name the goods where kind = "goods", and only there')
        if gift.trigger in ("top_up", "deposit") and not gift.from_fen:
            self.wrong("gift.from_fen", "say from which amount it is given")
        if gift.trigger == "months" and not gift.months:
            self.wrong("gift.months", "say after how many months it is given")
        return gift

    def whole(self, offer: Offer) -> None:
        """What only the whole offer can show."""
        if offer.kind == "promotion" and offer.gift is None:
            self.wrong("gift", "a promotion says what it gives")
        if not offer.service and offer.gift is None:
            self.wrong("service", "name the service that is proposed")
        if unknown := offer.reasons.keys() - set(NEEDS):
            self.wrong("reason", f"there is no need {', '.join(sorted(unknown))}; there are {', '.join(NEEDS)}")
        needs = {"leaving"} if offer.kind == "retention" else set() if offer.kind == "promotion" else {"usual"}
        wants = offer.audience
        if offer.kind == "recommendation" and wants.asks_for_a_need:
            named = (("extra", wants.extra), ("used_up", wants.used_up), ("abroad", wants.abroad), ("said", wants.said))
            needs = {need for need, wanted in named if wanted}
        for need in sorted(needs - offer.reasons.keys()):
            self.wrong(f"reason.{need}", "say honestly why this is recommended, zh and en")
        if offer.since and offer.until and offer.since >= offer.until:
            self.wrong("until", "comes after since; it is the first day on which the offer is over")

    # -- fields

    def wrong(self, field: str, what: str) -> None:
        self.mistakes.append(Mistake(self.file, field, what))

    def rest(self, held: dict[str, Any], where: str) -> None:
        for field in held:
            self.wrong(f"{where}{field}", "there is no such field")

    def section(self, held: dict[str, Any], field: str) -> dict[str, Any]:
        value = held.pop(field, {})
        if not isinstance(value, dict):
            self.wrong(field, f"write it as a section, [{field}]")
            return {}
        return value

    def text(self, held: dict[str, Any], field: str, where: str = "") -> Text:
        value = held.pop(field, None)
        if not isinstance(value, dict) or set(value) != set(LANGUAGES):
            self.wrong(f"{where}{field}", "write zh = and en =")
            return Text("", "")
        text = Text(str(value["zh"]), str(value["en"]))
        if not all(0 < len(one) <= _LONGEST for one in text):
            self.wrong(f"{where}{field}", f"each language has 1 to {_LONGEST} characters")
        return text

    def word(self, held: dict[str, Any], field: str) -> str:
        value = held.pop(field, "")
        if not isinstance(value, str) or len(value) > 64:
            self.wrong(field, "write one word in quotes")
            return ""
        return value

    def words(self, held: dict[str, Any], field: str, known: tuple[str, ...] = ()) -> frozenset[str]:
        value = held.pop(field, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.wrong(field, "write a list of words")
            return frozenset()
        if known and (unknown := set(value) - set(known)):
            self.wrong(field, f"there is no {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        return frozenset(value)

    def choice(self, held: dict[str, Any], field: str, known: tuple[str, ...]) -> str:
        value = held.pop(field, "")
        if value not in known:
            self.wrong(field, f"is one of {', '.join(known)}")
            return known[0]
        return str(value)

    def number(self, held: dict[str, Any], field: str, usual: int) -> int:
        value = held.pop(field, usual)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.wrong(field, "is a whole number, 0 or more")
            return usual
        return value

    def day(self, held: dict[str, Any], field: str) -> date | None:
        value = held.pop(field, None)
        if value is not None and type(value) is not date:
            self.wrong(field, "is a day, 2026-11-01")
            return None
        return value
