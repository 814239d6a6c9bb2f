"""Addresses of households."""

from django.urls import URLPattern, path

from membership.views import households as views

urlpatterns: list[URLPattern] = [
    path("menages/", views.HouseholdList.as_view(), name="households"),
    path("menages/<int:pk>/", views.HouseholdDetail.as_view(), name="household_detail"),
]
