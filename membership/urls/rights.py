"""Addresses of the rights check and of the lists of valid members."""

from django.urls import URLPattern, path

from membership.views import rights as views

urlpatterns: list[URLPattern] = [
    path("droits/", views.RightsCheckPage.as_view(), name="rights_check"),
    path("droits/verifications/", views.RightsCheckList.as_view(), name="rights_traces"),
    path("droits/listes/", views.ValidMembersPage.as_view(), name="rights_lists"),
    path("droits/listes/<uuid:job_id>/", views.ValidMembersJob.as_view(), name="rights_list_job"),
    path(
        "droits/listes/<uuid:job_id>/fichier/",
        views.ValidMembersFile.as_view(),
        name="rights_list_file",
    ),
]
