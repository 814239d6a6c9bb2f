"""Addresses of imports."""

from django.urls import URLPattern, path

from membership.views import imports as views

urlpatterns: list[URLPattern] = [
    path("imports/", views.ImportList.as_view(), name="imports"),
    path("imports/deposer/", views.ImportAdd.as_view(), name="import_add"),
    path(
        "imports/modele/<slug:kind>.<slug:extension>",
        views.ImportTemplate.as_view(),
        name="import_template",
    ),
    path("imports/<uuid:pk>/", views.ImportDetail.as_view(), name="import_detail"),
    path("imports/<uuid:pk>/lignes/", views.ImportRowList.as_view(), name="import_rows"),
    path("imports/<uuid:pk>/refus.csv", views.ImportErrors.as_view(), name="import_errors"),
    path("imports/<uuid:pk>/abandonner/", views.ImportAbandon.as_view(), name="import_abandon"),
]
