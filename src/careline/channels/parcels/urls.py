"""The addresses of couriers, below /courier/."""

from django.urls import path

from careline.channels.parcels import views

urlpatterns = [path("<str:name>/events", views.events, name="courier-events")]
