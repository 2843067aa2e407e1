"""The addresses of the handset page."""

from django.urls import path

from careline.channels.phone import views

urlpatterns = [
    path("phone", views.page, name="phone"),
    path("phone/messages", views.messages, name="phone-messages"),
    path("phone/take", views.take, name="phone-take"),
    path("phone/say", views.say, name="phone-say"),
    path("phone/speak", views.speak, name="phone-speak"),
]
