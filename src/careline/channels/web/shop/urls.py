"""The addresses of this part of the web hall."""

from django.urls import URLPattern, path

from careline.channels.web.shop import basket, ordering, orders, shelves

urlpatterns: list[URLPattern] = [
    path("shop", shelves.shop, name="web-shop"),
    path("shop/basket", basket.change, name="web-basket"),
    path("shop/<slug:goods>", shelves.goods, name="web-goods"),
    path("orders", orders.listed, name="web-orders"),
    path("orders/new", ordering.new, name="web-order-new"),
    path("orders/<slug:number>", orders.order, name="web-order"),
    path("orders/<slug:number>/<slug:deed>", orders.do, name="web-order-do"),
]
