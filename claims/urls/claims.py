"""Addresses of attestations."""

from django.urls import URLPattern, path

from claims.views import claims as views
from claims.views import entry, readings

_CLAIM = "attestations/<int:year>/<int:claim_id>/"

urlpatterns: list[URLPattern] = [
    path("attestations/", views.ClaimList.as_view(), name="claims"),
    path(_CLAIM, views.ClaimDetail.as_view(), name="claim_detail"),
    path(_CLAIM + "transmettre/", views.ClaimSubmit.as_view(), name="claim_submit"),
    path(_CLAIM + "corriger/", entry.EntryChange.as_view(), name="claim_change"),
    path(_CLAIM + "remplacer/", entry.EntryReplace.as_view(), name="claim_replace"),
    path(_CLAIM + "controler/", views.ClaimCheck.as_view(), name="claim_check"),
    path(_CLAIM + "rendre/", views.ClaimGiveBack.as_view(), name="claim_give_back"),
    path(_CLAIM + "reprendre/", views.ClaimReopen.as_view(), name="claim_reopen"),
    path(_CLAIM + "annuler/", views.ClaimCancel.as_view(), name="claim_cancel"),
    path(_CLAIM + "motif/", views.ClaimPrivate.as_view(), name="claim_private"),
    path(_CLAIM + "joindre/", views.ClaimAttach.as_view(), name="claim_attach"),
    path(_CLAIM + "pieces/<uuid:paper_id>/", views.ClaimPaper.as_view(), name="claim_paper"),
    path("lectures/", readings.ReadingList.as_view(), name="private_readings"),
]
