"""Addresses of possible duplicates."""

from django.urls import URLPattern, path

from membership.views import duplicates as views

urlpatterns: list[URLPattern] = [
    path("doublons/", views.DuplicateList.as_view(), name="duplicates"),
    path("doublons/chercher/", views.DuplicateSearch.as_view(), name="duplicate_search"),
    path(
        "doublons/encore-inscrits/",
        views.EnrolledDuplicateList.as_view(),
        name="duplicate_enrolments",
    ),
    path(
        "doublons/encore-inscrits/<int:household_id>/",
        views.EnrolledDuplicate.as_view(),
        name="duplicate_enrolment",
    ),
    path("doublons/<int:pair_id>/", views.DuplicateDetail.as_view(), name="duplicate_pair"),
]
