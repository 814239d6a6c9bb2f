"""Addresses of campaigns, targets, scales and sharing keys."""

from django.urls import URLPattern, path

from membership.views import campaigns, scales, sharing

urlpatterns: list[URLPattern] = [
    path("campagne/", campaigns.CampaignPage.as_view(), name="campaign"),
    path("campagne/jours/", campaigns.CampaignEdit.as_view(), name="campaign_edit"),
    path("campagne/ouvrir/", campaigns.CampaignOpen.as_view(), name="campaign_open"),
    path("campagne/cibles/", campaigns.TargetsPage.as_view(), name="targets"),
    path("baremes/", scales.ScaleList.as_view(), name="scales"),
    path("baremes/adopter/", scales.ScaleAdopt.as_view(), name="scale_adopt"),
    path("baremes/preparer/", scales.ScaleStart.as_view(), name="scale_start"),
    path("baremes/<int:pk>/", scales.ScaleDetail.as_view(), name="scale_detail"),
    path("baremes/<int:pk>/modifier/", scales.ScaleEdit.as_view(), name="scale_edit"),
    path("baremes/<int:pk>/en-vigueur/", scales.ScaleEnforce.as_view(), name="scale_enforce"),
    path("baremes/<int:pk>/supprimer/", scales.ScaleDiscard.as_view(), name="scale_discard"),
    path("cle-de-repartition/", sharing.SharingKeys.as_view(), name="sharing_keys"),
    path("cle-de-repartition/fixer/", sharing.SharingKeyAdd.as_view(), name="sharing_key_add"),
]
