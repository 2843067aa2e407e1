"""The addresses of this part of the web hall."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
