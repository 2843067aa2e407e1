"""The offers in lint's own words, so that one command finds what is wrong in any file of the packs."""

from pathlib import Path

from careline.catalogue.linting.finding import Finding, Where, error
from careline.catalogue.packs import read_book
from careline.dialogue.book import Book, Verb
from careline.offers import shelf
from careline.offers.policy import PolicyError, policy


def findings(packs: Path, book: Book | None = None) -> tuple[Finding, ...]:
    """What is wrong with the offers of a folder of packs; one that has none keeps those it would be served with."""
    folder = packs / "common" / "offers"
    if not folder.is_dir():
        return ()
    found = [_error(Where("offer", one.file.removesuffix(".toml"), one.field), one.what) for one in shelf.lint(folder)]
    if not found:
        found += _against_the_book(folder, book or read_book(packs))
    try:
        rules = policy(packs)
    except PolicyError as wrong:
        return (*found, _error(Where("offer", "offers.toml"), str(wrong)))
    known = {path.stem for path in folder.glob("*.toml")}
    for brand, care in rules.care.items():
        found += [
            _error(Where("offer", "offers.toml", f"care.{brand}"), f"there is no offer {one}")
            for one in care.offers
            if one not in known
        ]
    return tuple(found)


def _against_the_book(folder: Path, book: Book) -> list[Finding]:
    """What an offer names must be for sale: the service, the verb and the tier, in every region and brand that it names."""
    found: list[Finding] = []
    shop = folder.parent / "goods"
    for offer in shelf.offers(folder).values():
        gift = offer.gift
        if gift and gift.goods and shop.is_dir() and not (shop / f"{gift.goods}.toml").is_file():
            found.append(_error(Where("offer", offer.id, "gift.goods"), f"the shop has no {gift.goods}"))
        if not offer.service:
            continue
        service = book.services.get(offer.service)
        if service is None:
            found.append(_error(Where("offer", offer.id, "service"), f"there is no service {offer.service}"))
            continue
        action = service.actions.get(Verb(offer.verb)) if offer.verb in list(Verb) else None
        if action is None or action.closed:
            found.append(_error(Where("offer", offer.id, "verb"), f"{offer.service} cannot be had by {offer.verb}"))
        if offer.tier not in (set(service.tiers) or {""}):
            found.append(_error(Where("offer", offer.id, "tier"), f"is one of {', '.join(service.tiers) or 'none'}"))
        for field, named, sold in (
            ("brands", offer.audience.brands, service.brands),
            ("regions", offer.audience.regions, service.regions),
        ):
            if sold and (not named or named - sold):
                found.append(
                    _error(Where("offer", offer.id, f"for.{field}"), f"it is sold to {', '.join(sorted(sold))}")
                )
    return found


def _error(where: Where, what: str) -> Finding:
    return error("offer", where, ("推荐写得不对", "this offer cannot be served as it is"), (what, what))
