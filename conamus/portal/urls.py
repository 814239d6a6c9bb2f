"""Addresses of the portal."""

from django.urls import URLPattern, path

from conamus.portal.views.downloads import ChartData
from conamus.portal.views.figures import (
    FederationFigures,
    NetworkFigures,
    NetworkMap,
    Provenance,
    UnitFigures,
)
from conamus.portal.views.home import HomePage
from conamus.portal.views.network_jobs import NetworkJobList, NetworkJobRetry

urlpatterns: list[URLPattern] = [
    path("", HomePage.as_view(), name="home"),
    path("reseau/", NetworkFigures.as_view(), name="network_figures"),
    path("carte/", NetworkMap.as_view(), name="network_map"),
    path("federations/<slug:code>/", FederationFigures.as_view(), name="federation_figures"),
    path("unites/<int:pk>/chiffres/", UnitFigures.as_view(), name="unit_figures"),
    path("taches/reseau/", NetworkJobList.as_view(), name="network_jobs"),
    path(
        "taches/reseau/<uuid:job_id>/relancer/",
        NetworkJobRetry.as_view(),
        name="network_job_retry",
    ),
    path("provenance/", Provenance.as_view(), name="provenance"),
    path("chiffres/<slug:name>.<slug:kind>", ChartData.as_view(), name="chart_data"),
]
