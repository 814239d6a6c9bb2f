"""Addresses of long exports; the file itself is taken where every delivery is."""

from django.urls import URLPattern, path

from conamus.exports import views

urlpatterns: list[URLPattern] = [
    path("exports/", views.ExportAsk.as_view(), name="export_ask"),
]
