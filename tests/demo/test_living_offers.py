"""What the packs offer lasts: a demo that is begun in a later year has discounts and promotions too."""

from datetime import date

from careline.offers import shelf as offers
from careline.orders import goods
from careline.payments.discounts import terms

FIRST, LATER = date(2026, 11, 22), date(2041, 6, 1)


def test_every_promotion_lasts() -> None:
    given = [one for one in offers.offers().values() if one.gift is not None]
    assert given
    assert all(one.reigns(day) for one in given for day in (FIRST, LATER))


def test_every_price_off_in_the_shop_and_when_topping_up_lasts() -> None:
    sold = [one for one in goods.goods().values() if one.discounts]
    assert sold
    for day in (FIRST, LATER):
        for thing in sold:
            brand = next(iter(thing.discounts[0].brands), "")
            assert goods.price(thing, brand=brand, member=True, today=day).fen < thing.fen
        for rule in terms().rules:
            purpose, how, brand = (next(iter(sorted(names)), "") for names in (rule.purposes, rule.hows, rule.brands))
            assert rule.fits(purpose, how, brand, day)
