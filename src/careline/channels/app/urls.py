"""The addresses of the app interface."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
