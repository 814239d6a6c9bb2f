"""Addresses of care's home, of signals, the funnel and the dashboards of care."""

from django.urls import URLPattern, path

from claims.views import care_figures, care_home, facility_parts, funnel
from claims.views import signals as views

urlpatterns: list[URLPattern] = [
    path("", care_home.CareHome.as_view(), name="care_home"),
    path("tableau/", care_figures.CareFigures.as_view(), name="care_figures"),
    path("entonnoir/", funnel.FacilityFunnel.as_view(), name="facility_funnel"),
    path("signaux/", views.SignalRules.as_view(), name="signals"),
    path("signaux/attestations/", views.SignalList.as_view(), name="signal_list"),
    path("signaux/attestations/<int:pk>/", views.SignalSettle.as_view(), name="signal_settle"),
    path("signaux/formations/", views.FacilitySignalList.as_view(), name="signal_facilities"),
    path(
        "signaux/formations/comparees/",
        facility_parts.ComparedFacilities.as_view(),
        name="signal_compared",
    ),
    path(
        "signaux/formations/comparees/<int:pk>/",
        facility_parts.ComparedFacility.as_view(),
        name="signal_compared_facility",
    ),
    path(
        "signaux/formations/<int:pk>/",
        views.FacilitySignalSettle.as_view(),
        name="signal_facility_settle",
    ),
]
