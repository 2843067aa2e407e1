"""The addresses of leaving, and of the answers to what is recommended on any page."""

from django.urls import path

from careline.channels.web.leaving import agreeing, answering, asking, meaning

urlpatterns = [
    path("leaving", meaning.shown, name="web-leaving"),
    path("leaving/reason", asking.reason, name="web-leaving-reason"),
    path("leaving/card", asking.card, name="web-leaving-card"),
    path("leaving/stay", asking.stay, name="web-leaving-stay"),
    path("leaving/think", asking.think, name="web-leaving-think"),
    path("leaving/confirm", agreeing.confirm, name="web-leaving-confirm"),
    path("leaving/code", agreeing.code, name="web-leaving-code"),
    path("leaving/back", agreeing.take_back, name="web-leaving-back"),
    path("offers/<uuid:showing>", answering.answer, name="web-offer"),
]
