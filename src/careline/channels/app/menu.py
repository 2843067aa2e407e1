"""The personal menu, one list for every channel; and the language of the line."""

import hashlib
from typing import Annotated, Literal

from django.db import transaction
from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from careline.catalogue import library
from careline.channels.app.operating import operation
from careline.channels.app.problems import Problem
from careline.channels.app.shapes import Given, Shown, refuse_field
from careline.channels.app.versions import check, tell
from careline.channels.app.visit import Visit, visit_of
from careline.dialogue.talk import Subscriber
from careline.identity import recognising
from careline.identity.subscriber import Subscriber as Locked
from careline.selfcare import own_menu
from careline.values.language import Text

router = Router(tags=["the personal menu"])
Spelling = Annotated[
    str,
    Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]+$", description="The code of an entry.", examples=["CXYE"]),
]  # fmt: skip
_NOT = {
    "off": Text("个人菜单没有开通", "The personal menu is off: switch the service my10086 on first"),
    "full": Text("菜单已满", "The menu is full"),
    "no_such": Text("没有这个代码", "There is no such code here"),
    "absent": Text("菜单里没有", "It is not on the menu"),
}


class EntryShown(Shown):
    spelling: str = Field(description="Its code.", examples=["CXYE"])
    label: str = Field(description="What it does.", examples=["查询余额"])
    service: str = Field(description="For a wish.", examples=["balance"])
    verb: str = Field(description="For a wish.", examples=["query"])
    tier: str = Field(description="For a wish.", examples=[""])
    agreed: str = Field(description="For a wish.", examples=["0/month"])
    needs: bool = Field(description="Values must be given.", examples=[False])


class MenuShown(Shown):
    on: bool = Field(description="Whether it is in use.", examples=[True])
    most: int = Field(description="How many entries it holds at most.", examples=[9])
    items: list[EntryShown] = Field(description="In the customer's order: the keys 1 to 9.")


class MenuGiven(Given):
    spellings: list[Spelling] = Field(max_length=9, description="All of it, in the new order.", examples=[["CXYE"]])


class LanguageGiven(Given):
    language: Literal["zh", "en"] = Field(description="In which the hall speaks to the line.", examples=["en"])


@operation(
    router, "GET", "/menu", scope="account:read", answers={200: MenuShown}, summary="The personal menu",
    problems=("not_ready",), headers={200: ("ETag",)},
)  # fmt: skip
def read_menu(request: HttpRequest) -> MenuShown:
    """The entries in the customer's order, with a version for changing them."""
    visit = visit_of(request)
    tell(visit, version_of(visit.known.subscriber.menu))
    return _shown(visit, visit.known.subscriber)


@operation(
    router, "PUT", "/menu", scope="services:write", body=True, answers={200: MenuShown}, summary="Set the personal menu",
    problems=("not_possible", "version_needed", "version_moved", "not_ready"), headers={200: ("ETag",)},
)  # fmt: skip
def set_menu(request: HttpRequest, body: MenuGiven) -> MenuShown:
    """Puts these entries there in this order. Needs If-Match with the version that was read."""
    visit, book = visit_of(request), library.current()
    if len(set(body.spellings)) != len(body.spellings):
        raise refuse_field("spellings", "twice")
    with transaction.atomic():
        Locked.objects.select_for_update().filter(msisdn=visit.msisdn.digits).first()
        subscriber = _now(visit)
        check(request, version_of(subscriber.menu))
        try:
            own_menu.arrange(book, subscriber, body.spellings, visit.now)
        except own_menu.NotPossible as refused:
            raise Problem("not_possible", _NOT[refused.code]) from refused
    subscriber = _now(visit)
    tell(visit, version_of(subscriber.menu))
    return _shown(visit, subscriber)


@operation(
    router, "PUT", "/me/language", scope="services:write", body=True, answers={204: None}, summary="Choose the language"
)
def set_language(request: HttpRequest, body: LanguageGiven) -> Status[None]:
    """In which the hall speaks to this line, on every channel."""
    visit = visit_of(request)
    recognising.keep_languages({visit.msisdn: body.language})
    return Status(204, None)


def version_of(menu: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(menu).encode()).hexdigest()[:16]


def _now(visit: Visit) -> Subscriber:
    return recognising.recognise([visit.msisdn])[visit.msisdn]


def _shown(visit: Visit, subscriber: Subscriber) -> MenuShown:
    book = library.current()
    items = [
        EntryShown(
            spelling=one.spelling, label=one.label.read(visit.language), service=one.service, verb=one.verb,
            tier=one.tier, agreed=one.agreed, needs=one.needs,
        )
        for one in own_menu.entries(book, subscriber, visit.now)
    ]  # fmt: skip
    return MenuShown(on=subscriber.menu_on, most=own_menu.limit(book), items=items)
