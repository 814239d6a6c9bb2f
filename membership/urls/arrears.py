"""Addresses of who is late, and of who paid too much."""

from django.urls import URLPattern, path

from membership.views import arrears as views

urlpatterns: list[URLPattern] = [
    path("cotisations/retards/", views.ArrearsList.as_view(), name="arrears"),
    path("cotisations/retards/liste.pdf", views.ArrearsPdf.as_view(), name="arrears_pdf"),
    path("cotisations/trop-percus/", views.OverpaidList.as_view(), name="overpaid"),
]
