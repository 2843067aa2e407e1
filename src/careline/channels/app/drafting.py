"""A draft of an order, as an app shows it before it is placed."""

from careline.channels.app.orders_shapes import (
    DraftShown,
    LineShown,
    PayShown,
    SlotShown,
)
from careline.channels.app.shapes import (
    money,
)
from careline.channels.app.shop import seller_name, standing_shown
from careline.channels.app.visit import Visit
from careline.orders.placing import Draft


def drafted(draft: Draft, visit: Visit) -> DraftShown:
    language = visit.language
    return DraftShown(
        lines=[
            LineShown(
                goods=one.goods.id, name=one.goods.name.read(language), count=one.count, price=money(one.price.fen),
                list_price=money(one.price.list_fen),
            )
            for one in draft.lines
        ],
        goods=money(draft.goods_fen),
        delivery=money(draft.delivery_fen),
        total=money(draft.fen),
        pays=[PayShown(how=how.value, can=not why, why=why) for how, why in draft.pays.items()],
        slots=[SlotShown(id=one.id, begins=one.begins, ends=one.ends) for one in draft.slots],
        seller=seller_name(draft.seller_id, language),
        seller_standing=standing_shown(draft.seller, language),
        buyer_standing=standing_shown(draft.buyer, language),
    )  # fmt: skip
