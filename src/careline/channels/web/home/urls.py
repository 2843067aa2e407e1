"""The addresses of this part of the web hall."""

from django.urls import URLPattern, path

from careline.channels.web.home import front, person, using

urlpatterns: list[URLPattern] = [
    path("", front.home, name="web-home"),
    path("usage", using.usage, name="web-usage"),
    path("person", person.person, name="web-person"),
]
