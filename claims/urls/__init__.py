"""Addresses of this application, one module a subject, all under « soins/ »."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
