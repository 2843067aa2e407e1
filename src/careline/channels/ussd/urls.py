"""The addresses of USSD gateways, below /ussd/."""

from django.urls import path

from careline.channels.ussd import views

urlpatterns = [path("<str:dialect>/<str:name>", views.receive, name="ussd")]
