"""The addresses of offers, leavings and kept numbers, below /staff/."""

from django.urls import path

from careline.staff.views import keeping, leaving, offers, offers_shop, offers_talk, offers_voucher

urlpatterns = [
    path("offers/", offers.listed, name="offers"),
    path("offers/shop", offers_shop.shop, name="offers-shop"),
    path("offers/shop/leaflets", offers_shop.leaflets, name="offers-leaflets"),
    path("offers/shop/heard", offers_shop.heard, name="offers-heard"),
    path("offers/shop/voucher", offers_voucher.hand_out, name="offers-voucher"),
    path("offers/leavings", leaving.listed, name="leavings"),
    path("offers/leavings/ask", leaving.ask, name="leaving-ask"),
    path("offers/leavings/<uuid:leaving>", leaving.shown, name="leaving"),
    path("offers/leavings/<uuid:leaving>/<slug:deed>", leaving.do, name="leaving-do"),
    path("offers/kept", keeping.listed, name="kept"),
    path("offers/kept/look", keeping.look, name="kept-look"),
    path("offers/kept/tried", keeping.tried, name="kept-tried"),
    path("offers/case/<str:docket>", offers_talk.talk, name="offer-talk"),
    path("offers/case/<str:docket>/keep", offers_talk.keep, name="offer-keep"),
    path("offers/talks/<uuid:showing>", offers_talk.end, name="offer-talk-end"),
    path("offers/<slug:offer>", offers.shown, name="offer"),
    path("offers/<slug:offer>/<slug:deed>", offers.do, name="offer-do"),
]
