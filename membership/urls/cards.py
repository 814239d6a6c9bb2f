"""Addresses of cards."""

from django.urls import URLPattern, path

from membership.views import card_offline as offline
from membership.views import cards as views

urlpatterns: list[URLPattern] = [
    path("cartes/", views.CardList.as_view(), name="cards"),
    path("cartes/unite/", views.CardBatch.as_view(), name="card_batch"),
    path("cartes/unite/<uuid:job_id>/", views.CardBatchFile.as_view(), name="card_batch_file"),
    path("cartes/verifier/", views.CardVerify.as_view(), name="card_verify"),
    path("cartes/verifier/hors-ligne/", offline.CardOffline.as_view(), name="card_offline"),
    path(
        "cartes/verifier/hors-ligne/cles.json",
        offline.CardOfflineKeys.as_view(),
        name="card_offline_keys",
    ),
    path(
        "cartes/verifier/hors-ligne/garde.js",
        offline.CardOfflineWorker.as_view(),
        name="card_offline_worker",
    ),
    path("cartes/cles/", views.SigningKeys.as_view(), name="signing_keys"),
    path("cartes/menage/<int:household_id>/", views.CardIssue.as_view(), name="card_issue"),
    path("cartes/<int:card_id>/", views.CardDetail.as_view(), name="card_detail"),
    path("cartes/<int:card_id>/imprimer/", views.CardPrint.as_view(), name="card_print"),
    path("cartes/<int:card_id>/remplacer/", views.CardReplace.as_view(), name="card_replace"),
    path("cartes/<int:card_id>/revoquer/", views.CardRevoke.as_view(), name="card_revoke"),
]
