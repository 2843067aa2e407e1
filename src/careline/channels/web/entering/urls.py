"""The addresses of this part of the web hall."""

from django.urls import URLPattern, path

from careline.channels.web.entering import by_code, by_password, liking

urlpatterns: list[URLPattern] = [
    path("sign-in", by_code.number, name="web-sign-in"),
    path("code", by_code.code, name="web-code"),
    path("password", by_password.password, name="web-password"),
    path("out", liking.out, name="web-out"),
    path("speak", liking.speak, name="web-speak"),
    path("look", liking.look, name="web-look"),
]
