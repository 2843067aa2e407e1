"""The first page after signing in: money, usage, what is on, what waits for the customer, and what to know beforehand."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.home.rings import Shown, shown
from careline.channels.web.home.warning import warnings
from careline.channels.web.visitor import Visitor, signed_in
from careline.dialogue.saying import say_money, say_price
from careline.selfcare import reading
from careline.selfcare.overview import SHOWN_MAX, Account, On, Open, Overview, overview
from careline.selfcare.usage import rings

READ_SECONDS = 2.0  # for the whole batch: who looks at a page waits no longer, and what is late is said to be missing
_DEEDS = ("web-top-up", "web-usage", "web-bills", "web-services", "web-orders", "web-cases")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list: what, what about it, and where it leads."""

    name: str
    about: str
    address: str = ""


@require_GET
@signed_in
def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """How things stand. One batch of reads; what the carrier does not say is said to be missing, and nothing is guessed."""
    language, hall = page_language(), pages.reception()
    words, book = pages.phrases("home", language), hall.book()
    found = overview(
        hall.serving.carrier,
        visitor.subscriber,
        book,
        now=visitor.now,
        channel="web",
        time_limit_seconds=READ_SECONDS,
    )
    reading.note(visitor.subscriber, found.answered, version=book.version, now=visitor.now)
    return pages.show(
        request,
        "home",
        "home.html",
        visitor,
        warnings=warnings(found.alerts, words, language),
        money=_money(found.account, words, language) if found.account is not None else None,
        rings=_rings(found, words, language),
        counted=found.quotas is not None,
        on=[_on(one, words, language) for one in (found.on or ())[:SHOWN_MAX]],
        on_known=found.on is not None,
        more_on=words["more_on"].format(n=len(found.on or ())),
        waiting=[_open(one, words) for one in (*found.cases, *found.orders)],
        deeds=_deeds(words),
        tip=found.suggestion,
        at=visitor.now,
        running=pages.address("web-running"),
    )


def _money(account: Account, words: dict[str, str], language: str) -> dict[str, Any]:
    return {
        "total": say_money(account.total, language),
        "basic": say_money(account.basic, language),
        "gift": say_money(account.gift, language) if account.gift else "",
        "charges": say_money(account.charges, language),
        "credit": words["credit"].format(credit=say_money(account.credit, language)) if account.credit else "",
        "items": [(name.read(language), say_money(fen, language)) for name, fen in account.items],
        "below": account.total < 0,
    }


def _rings(found: Overview, words: dict[str, str], language: str) -> list[Shown]:
    """Of calls, data and texts with an allowance; what is only counted stands on the page of usage."""
    return [shown(one, words, language) for one in rings(found.quotas or ())]


def _on(one: On, words: dict[str, str], language: str) -> Row:
    price = say_price(one.fee, one.per, language)
    about = words["to_provider"].format(price=price, provider=one.provider) if one.provider else price
    return Row(one.name.read(language), about)


def _open(one: Open, words: dict[str, str]) -> Row:
    name = words[f"open_{one.what}"].format(number=one.number)
    where = pages.address("web-order" if one.what == "order" else "web-case", one.number)
    return Row(name, words.get(f"{'order' if one.what == 'order' else 'case'}_{one.state}", ""), where)


def _deeds(words: dict[str, str]) -> list[tuple[str, str]]:
    """Quick deeds whose pages are there."""
    home = pages.address("web-home")
    found = [(pages.address(name), words[f"deed_{name.removeprefix('web-')}"]) for name in _DEEDS]
    return [(address, label) for address, label in found if address != home]
