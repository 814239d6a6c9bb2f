"""Addresses of this application: the directory and the frame, then the registers."""

from django.urls import URLPattern, URLResolver

from federations.urls import directory, registers

urlpatterns: list[URLPattern | URLResolver] = [
    *directory.urlpatterns,
    *registers.urlpatterns,
]
