"""Addresses of this application, one module a subject."""

from django.urls import URLPattern

from membership.urls import households

urlpatterns: list[URLPattern] = [*households.urlpatterns]
