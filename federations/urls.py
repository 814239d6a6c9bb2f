"""Addresses of this application: the directory and the frame, then the registers."""

from django.urls import URLPattern, URLResolver

from federations import urls_directory, urls_registers

urlpatterns: list[URLPattern | URLResolver] = [
    *urls_directory.urlpatterns,
    *urls_registers.urlpatterns,
]
