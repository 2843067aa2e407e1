"""The addresses of the handset page."""

from django.urls import path

from careline.channels.phone import dialling, views

urlpatterns = [
    path("phone", views.page, name="phone"),
    path("phone/dial", views.dial, name="phone-dial"),
    path("phone/messages", views.messages, name="phone-messages"),
    path("phone/take", views.take, name="phone-take"),
    path("phone/say", views.say, name="phone-say"),
    path("phone/speak", views.speak, name="phone-speak"),
    path("phone/call", dialling.call, name="phone-call"),
    path("phone/call/<str:call>/<int:number>.wav", dialling.prompt, name="phone-prompt"),
    path("phone/ussd", dialling.ussd, name="phone-ussd"),
    path("phone/call/<str:call>/story", dialling.story, name="phone-story"),
]
