"""The addresses of TM Forum's APIs, below /tmf-api/; a slash at the end is as good as none."""

from django.urls import path, re_path

from careline.channels.tmf import views
from careline.channels.tmf.sources import SOURCES

urlpatterns = [
    one
    for source in SOURCES.values()
    for here in (f"{source.api}/v4",)
    for one in (
        re_path(rf"^{here}/openapi/?$", views.openapi, {"api": source.api}),
        re_path(rf"^{here}/hub/?$", views.hubs, {"api": source.api}),
        re_path(rf"^{here}/hub/(?P<id_>[^/]+)/?$", views.hub_of, {"api": source.api}),
        re_path(rf"^{here}/{source.resource}/?$", views.collection, {"api": source.api}),
        re_path(rf"^{here}/{source.resource}/(?P<id_>[^/]+)/?$", views.single, {"api": source.api}),
    )
] + [path("<path:rest>", views.nowhere)]
