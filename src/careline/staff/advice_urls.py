"""The addresses of advice, below /staff/insight/advice."""

from django.urls import path

from careline.staff.views import advice, advice_menu, advice_texts

urlpatterns = [
    path("insight/advice", advice.everything, name="advice"),
    path("insight/advice/menu", advice_menu.menu, name="advice-menu"),
    path("insight/advice/texts", advice_texts.texts, name="advice-texts"),
    path("insight/advice/errors", advice_texts.errors, name="advice-errors"),
    path("insight/advice/audio", advice_texts.audio, name="advice-audio"),
    path("insight/advice/decide", advice.decide, name="advice-decide"),
    path("insight/advice/apply", advice.apply, name="advice-apply"),
    path("insight/advice/heard", advice_texts.heard, name="advice-heard"),
]
