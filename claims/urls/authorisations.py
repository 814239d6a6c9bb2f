"""Addresses of bons de prise en charge."""

from django.urls import URLPattern, path

from claims.views import authorisations as views

_PAPER = "bons/<int:authorisation_id>/"

urlpatterns: list[URLPattern] = [
    path("bons/", views.AuthorisationList.as_view(), name="authorisations"),
    path("bons/accorder/", views.AuthorisationAdd.as_view(), name="authorisation_add"),
    path(_PAPER, views.AuthorisationDetail.as_view(), name="authorisation_detail"),
    path(_PAPER + "retirer/", views.AuthorisationWithdraw.as_view(), name="authorisation_withdraw"),
]
