"""Addresses of printed papers."""

from django.urls import URLPattern, path

from membership.views import papers as views

urlpatterns: list[URLPattern] = [
    path("menages/imprimer/", views.PapersPage.as_view(), name="papers"),
    path("menages/imprimer/<slug:paper>.pdf", views.PaperNow.as_view(), name="paper_now"),
    path("menages/imprimer/fichiers/<uuid:job_id>/", views.PaperFile.as_view(), name="paper_file"),
    path(
        "menages/<int:pk>/fiche-familiale.pdf",
        views.FamilyFile.as_view(),
        name="household_family_file",
    ),
    path(
        "menages/<int:pk>/attestation/<int:year>.pdf",
        views.Certificate.as_view(),
        name="household_certificate",
    ),
]
