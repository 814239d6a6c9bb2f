"""Addresses of the indicators."""

from django.urls import URLPattern, path

from membership.views import indicators, year_indicators

urlpatterns: list[URLPattern] = [
    path(
        "indicateurs/",
        year_indicators.YearIndicators.as_view(),
        name="membership_indicators",
    ),
    path(
        "indicateurs/taux/",
        year_indicators.RateParts.as_view(),
        name="membership_rate_parts",
    ),
    path(
        "indicateurs/menages/",
        year_indicators.CountedEnrolments.as_view(),
        name="membership_counted",
    ),
    path(
        "indicateurs/assures/",
        indicators.InsuredOnDay.as_view(),
        name="membership_insured_on_day",
    ),
    path(
        "indicateurs/droits-ouverts/",
        indicators.OpenRightsCount.as_view(),
        name="membership_open_rights",
    ),
]
