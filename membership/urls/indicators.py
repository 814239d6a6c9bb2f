"""Addresses of the indicators."""

from django.urls import URLPattern, path

from membership.views import indicators as views

urlpatterns: list[URLPattern] = [
    path("indicateurs/", views.YearIndicators.as_view(), name="membership_indicators"),
    path("indicateurs/assures/", views.InsuredOnDay.as_view(), name="membership_insured_on_day"),
]
