"""Addresses of the list of arrears."""

from django.urls import URLPattern, path

from membership.views import arrears as views

urlpatterns: list[URLPattern] = [
    path("cotisations/retards/", views.ArrearsList.as_view(), name="arrears"),
    path("cotisations/retards/liste.pdf", views.ArrearsPdf.as_view(), name="arrears_pdf"),
]
