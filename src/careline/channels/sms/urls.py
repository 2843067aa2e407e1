"""The addresses of gateways, below /gateway/."""

from django.urls import path

from careline.channels.sms import views

urlpatterns = [
    path("<str:dialect>/<str:name>", views.receive, name="gateway"),
    path("<str:dialect>/<str:name>/receipt", views.report, name="gateway_receipt"),
]
