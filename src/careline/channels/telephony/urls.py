"""The addresses of media servers, below /telephony/."""

from django.urls import path

from careline.channels.telephony import views

urlpatterns = [
    path("audio/<str:name>.wav", views.clip, name="telephony_audio"),
    path("<str:dialect>/<str:name>", views.turn, name="telephony"),
    path("<str:dialect>/<str:name>/status", views.status, name="telephony_status"),
]
