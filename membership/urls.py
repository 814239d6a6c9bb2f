"""Addresses of this application."""

from django.urls import URLPattern, path

from membership import views

urlpatterns: list[URLPattern] = [
    path("menages/", views.HouseholdList.as_view(), name="households"),
    path("menages/<int:pk>/", views.HouseholdDetail.as_view(), name="household_detail"),
]
