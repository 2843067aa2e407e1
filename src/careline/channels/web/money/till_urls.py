"""The network's far end: the sandbox provider's own page, and the door for providers' notices."""

from django.urls import URLPattern, path

from careline.channels.web.money import far_end, noticed

urlpatterns: list[URLPattern] = [
    path("till/<str:token>", far_end.till, name="till"),
    path("pay/notice/<str:provider>", noticed.notice, name="pay-notice"),
]
