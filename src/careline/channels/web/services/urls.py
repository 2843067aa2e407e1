"""The addresses of this part of the web hall."""

from django.urls import URLPattern, path

from careline.channels.web.services import channels, having, listing, menu, password, picking, result

urlpatterns: list[URLPattern] = [
    path("services", listing.services, name="web-services"),
    path("services/<str:service>", listing.service, name="web-service"),
    path("channels", channels.channels, name="web-channels"),
    path("pick", picking.pick, name="web-pick"),
    path("answer", picking.answer, name="web-answer"),
    path("result/<str:key>", result.result, name="web-result"),
    path("running", having.running, name="web-running"),
    path("third-party", having.third, name="web-third"),
    path("menu", menu.menu, name="web-menu"),
    path("service-password", password.password, name="web-service-password"),
]
