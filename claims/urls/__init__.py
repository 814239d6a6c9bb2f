"""Addresses of this application, one module a subject, all under « soins/ »."""

from django.urls import URLPattern

from claims.urls import (
    authorisations,
    claims,
    complaints,
    entry,
    money,
    reviews,
    signals,
    surveys,
    terms,
    visits,
)

urlpatterns: list[URLPattern] = [
    *authorisations.urlpatterns,
    *claims.urlpatterns,
    *complaints.urlpatterns,
    *entry.urlpatterns,
    *money.urlpatterns,
    *terms.urlpatterns,
    *reviews.urlpatterns,
    *signals.urlpatterns,
    *surveys.urlpatterns,
    *visits.urlpatterns,
]
