"""The addresses of this part of the web hall."""

from django.urls import path

from careline.channels.web.me import cases, hub, notices, privacy, telling, wanted

urlpatterns = [
    path("me", hub.page, name="web-me"),
    path("cases", cases.listed, name="web-cases"),
    path("cases/new", telling.page, name="web-tell"),
    path("cases/<str:docket>", cases.one, name="web-case"),
    path("cases/<str:docket>/<str:deed>", cases.do, name="web-case-do"),
    path("notices", notices.page, name="web-notices"),
    path("notices/wanted", wanted.page, name="web-wanted"),
    path("privacy", privacy.page, name="web-privacy"),
    path("privacy/confirm", privacy.confirm, name="web-privacy-confirm"),
    path("privacy/export", privacy.export, name="web-export"),
    path("privacy/delete", privacy.delete, name="web-delete"),
]
