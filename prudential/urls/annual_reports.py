"""Addresses of the yearly reports."""

from django.urls import URLPattern, path

from prudential.views import annual_reports as views

urlpatterns: list[URLPattern] = [
    path("rapports/", views.AnnualReportList.as_view(), name="annual_reports"),
    path("rapports/produire/", views.AnnualReportAdd.as_view(), name="annual_report_add"),
    path("rapports/<int:pk>.pdf", views.AnnualReportFile.as_view(), name="annual_report_file"),
    path(
        "rapports/taches/<uuid:job_id>/", views.AnnualReportJob.as_view(), name="annual_report_job"
    ),
]
