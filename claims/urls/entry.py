"""Addresses where attestations are entered."""

from django.urls import URLPattern, path

from claims.views import entry as views
from claims.views import files

urlpatterns: list[URLPattern] = [
    path("saisie/", views.EntryPage.as_view(), name="claim_entry"),
    path("saisie/calcul/", views.EntrySums.as_view(), name="claim_entry_sums"),
    path("saisie/actes/", views.EntryActs.as_view(), name="claim_entry_acts"),
    path("saisie/membre/", views.EntryMember.as_view(), name="claim_entry_member"),
    path("saisie/fichier/", files.FileOfClaims.as_view(), name="claim_file"),
    path("saisie/fichier/<uuid:file_id>/", files.FileDetail.as_view(), name="claim_file_detail"),
    path(
        "saisie/fichier/<uuid:file_id>/refus.csv",
        files.FileErrors.as_view(),
        name="claim_file_errors",
    ),
    path("saisie/fichier/modele.csv", files.FileModel.as_view(), name="claim_file_model"),
]
