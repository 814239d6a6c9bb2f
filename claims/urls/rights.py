"""The address of the rights check, at the root: it stands in the place of membership's."""

from django.urls import URLPattern, path

from claims.views.rights import RightsCheckWithCeilings

urlpatterns: list[URLPattern] = [
    path("droits/", RightsCheckWithCeilings.as_view(), name="rights_check"),
]
