"""Addresses of re-cuts: decided from a unit, followed and taken back on their own page."""

from django.urls import URLPattern, path

from membership.views import recuts

urlpatterns: list[URLPattern] = [
    path("unites/<int:pk>/redecouper/", recuts.UnitRecut.as_view(), name="unit_recut"),
    path("redecoupages/<int:pk>/", recuts.RecutDetail.as_view(), name="recut_detail"),
    path("redecoupages/<int:pk>/reprendre/", recuts.RecutUndo.as_view(), name="recut_undo"),
]
