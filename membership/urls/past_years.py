"""Addresses of published past years."""

from django.urls import URLPattern, path

from membership.views import past_years

urlpatterns: list[URLPattern] = [
    path("annees-passees/", past_years.PastYearList.as_view(), name="past_years"),
    path("annees-passees/<int:pk>/", past_years.PastYearDetail.as_view(), name="past_year_detail"),
    path(
        "annees-passees/<int:pk>/corriger/",
        past_years.PastYearCorrect.as_view(),
        name="past_year_correct",
    ),
    path(
        "annees-passees/<int:pk>/retirer/",
        past_years.PastYearWithdraw.as_view(),
        name="past_year_withdraw",
    ),
]
