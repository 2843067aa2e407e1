"""The addresses of this part of the web hall."""

from django.urls import URLPattern, path

from careline.channels.web.money import credit, history, paying, points, topping

urlpatterns: list[URLPattern] = [
    path("top-up", topping.top_up, name="web-top-up"),
    path("pay/<uuid:payment>", paying.pay, name="web-pay"),
    path("pay/<uuid:payment>/cancel", paying.cancel, name="web-pay-cancel"),
    path("payments", history.payments, name="web-payments"),
    path("points", points.points, name="web-points"),
    path("credit", credit.credit, name="web-credit"),
    path("credit/<uuid:payment>", credit.pay_early, name="web-credit-pay"),
]
