"""The addresses of orders, below /staff/."""

from django.urls import path

from careline.staff.views import orders, orders_page, orders_stock

urlpatterns = [
    path("orders/", orders.board, name="orders"),
    path("orders/packing", orders.packing, name="order-packing"),
    path("orders/figures", orders.shown_figures, name="order-figures"),
    path("orders/stock", orders_stock.stock, name="order-stock"),
    path("orders/stock/<slug:id>", orders_stock.count, name="order-count"),
    path("orders/sellers", orders_stock.sellers, name="order-sellers"),
    path("orders/<str:number>", orders_page.order, name="order"),
    path("orders/<str:number>/look", orders_page.look, name="order-look"),
    path("orders/<str:number>/<slug:deed>", orders_page.do, name="order-do"),
]
