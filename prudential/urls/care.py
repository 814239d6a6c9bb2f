"""Addresses of what the regulator reads of care."""

from django.urls import URLPattern, path

from prudential.views.care import CareAggregates

urlpatterns: list[URLPattern] = [
    path("soins/agregats/", CareAggregates.as_view(), name="care_aggregates"),
]
