"""Addresses of this application, one module a subject."""

from django.urls import URLPattern

from prudential.urls import annual_reports, care, narrative

urlpatterns: list[URLPattern] = [
    *annual_reports.urlpatterns,
    *care.urlpatterns,
    *narrative.urlpatterns,
]
