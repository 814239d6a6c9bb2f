"""Addresses of this application, one module a subject."""

from django.urls import URLPattern

from membership.urls import (
    arrears,
    campaigns,
    cards,
    duplicates,
    households,
    imports,
    indicators,
    papers,
    past_years,
    payments,
    promises,
    recuts,
    reminders,
    rights,
    statements,
)

urlpatterns: list[URLPattern] = [
    *cards.urlpatterns,
    *campaigns.urlpatterns,
    *duplicates.urlpatterns,
    *households.urlpatterns,
    *imports.urlpatterns,
    *indicators.urlpatterns,
    *rights.urlpatterns,
    *arrears.urlpatterns,
    *payments.urlpatterns,
    *papers.urlpatterns,
    *past_years.urlpatterns,
    *promises.urlpatterns,
    *recuts.urlpatterns,
    *reminders.urlpatterns,
    *statements.urlpatterns,
]
