"""The shop: goods with what they cost this line today and why, how they are paid, and how well their seller does."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Router
from pydantic import Field

from careline.catalogue import library
from careline.channels.app.operating import operation
from careline.channels.app.problems import Problem
from careline.channels.app.shapes import NONE, Money, Shown, money
from careline.channels.app.visit import Visit, visit_of
from careline.dialogue.saying import local
from careline.orders import goods as selling
from careline.orders import shelf, standing
from careline.orders.goods import Goods
from careline.orders.standing import Standing

router = Router(tags=["the shop"])
GoodsId = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", description="An id of the shop.", examples=["sim_new"])
]
Kind = Annotated[
    Literal["", "plan", "sim", "handset", "accessory"], Field(description="Only of this kind.", examples=["handset"])
]


class StandingShown(Shown):
    level: Literal["good", "fair", "poor", "new"] = Field(description="What can be said.", examples=["good"])
    words: str = Field(description="The same for people.", examples=["信用良好"])
    percent: int | None = Field(description="How many orders went well; null: too early to say.", examples=[96])
    reasons: list[str] = Field(description="What it is computed from.", examples=[["12单已签收"]])
    mend: str = Field(description="What would mend it.", examples=[""])


class GoodsShown(Shown):
    id: GoodsId
    kind: str = Field(description="plan, sim, handset, accessory.", examples=["sim"])
    name: str = Field(description="What it is called.", examples=["新号卡"])
    about: str = Field(description="What it is.", examples=["寄到家的新卡。"])
    price: Money = Field(description="For this line, today.")
    list_price: Money = Field(description="Without the discount.")
    why: str = Field(description="Why it is lower.", examples=["全球通专享"])
    pays: list[str] = Field(description="online, balance, credit, arrival.", examples=[["online", "arrival"]])
    left: int = Field(description="How many can be bought.", examples=[25])
    most: int = Field(description="Of one order.", examples=[2])
    fits: bool = Field(description="This line's brand may buy it.", examples=[True])
    return_days: int = Field(description="0: not taken back.", examples=[7])
    needs_document: bool = Field(description="The receiver shows an ID at the door.", examples=[True])
    seller: str = Field(description="Who sells it.", examples=["careline"])


class GoodsDetail(GoodsShown):
    standing: StandingShown = Field(description="Of the seller.")


class RegionShown(Shown):
    id: str = Field(description="To order for.", examples=["zhejiang"])
    name: str = Field(description="What it is called.", examples=["浙江"])


class GoodsList(Shown):
    regions: list[RegionShown] = Field(description="Where parcels go.")
    items: list[GoodsShown]


@operation(
    router, "GET", "/shop/goods", scope="orders:write", answers={200: GoodsList}, summary="What is sold",
    problems=("not_ready",),
)  # fmt: skip
def list_goods(request: HttpRequest, kind: Kind = NONE) -> GoodsList:
    """In the order of the shop, with this line's prices."""
    visit = visit_of(request)
    left, member = shelf.left(), standing.of_buyer(visit.msisdn, visit.now).past.kept > 0
    things = [one for one in selling.goods().values() if kind in ("", one.kind)]
    regions = [RegionShown(id=id, name=name.read(visit.language)) for id, name in library.current().regions.items()]
    return GoodsList(
        regions=regions, items=[GoodsShown(**_goods(visit, one, left.get(one.id, 0), member)) for one in things]
    )


@operation(
    router, "GET", "/shop/goods/{goods}", scope="orders:write", answers={200: GoodsDetail}, summary="One thing of the shop",
    problems=("not_found",),
)  # fmt: skip
def read_goods(request: HttpRequest, goods: Path[GoodsId]) -> GoodsDetail:
    """With the standing of its seller."""
    visit = visit_of(request)
    thing = selling.goods().get(goods)
    if thing is None:
        raise Problem("not_found")
    member = standing.of_buyer(visit.msisdn, visit.now).past.kept > 0
    told = _goods(visit, thing, shelf.left().get(thing.id, 0), member)
    return GoodsDetail(**told, standing=standing_shown(standing.of_seller(thing.seller, visit.now), visit.language))


def standing_shown(one: Standing, language: str) -> StandingShown:
    return StandingShown.model_validate(
        {
            "level": one.level.value, "words": one.words.read(language), "percent": one.percent,
            "reasons": [reason.read(language) for reason in one.reasons], "mend": one.mend.read(language),
        }
    )  # fmt: skip


def seller_name(seller: str, language: str) -> str:
    known = selling.sellers().get(seller)
    return known.name.read(language) if known else seller


def _goods(visit: Visit, thing: Goods, left: int, member: bool) -> dict[str, Any]:
    brand, language = visit.known.subscriber.brand, visit.language
    price = selling.price(thing, brand=brand, member=member, today=local(visit.now).date())
    return {
        "id": thing.id, "kind": thing.kind, "name": thing.name.read(language), "about": thing.about.read(language),
        "price": money(price.fen), "list_price": money(price.list_fen), "why": price.why.read(language),
        "pays": [how.value for how in thing.pays], "left": max(0, left), "most": thing.most,
        "fits": not thing.brands or brand in thing.brands, "return_days": thing.return_days,
        "needs_document": thing.needs_document, "seller": seller_name(thing.seller, language),
    }  # fmt: skip
