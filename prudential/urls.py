"""Addresses of this application."""

from django.urls import URLPattern, path

from prudential import urls_narrative, views, views_care

urlpatterns: list[URLPattern] = [
    *urls_narrative.urlpatterns,
    path("soins/agregats/", views_care.CareAggregates.as_view(), name="care_aggregates"),
    path("rapports/", views.AnnualReportList.as_view(), name="annual_reports"),
    path("rapports/produire/", views.AnnualReportAdd.as_view(), name="annual_report_add"),
    path("rapports/<int:pk>.pdf", views.AnnualReportFile.as_view(), name="annual_report_file"),
    path(
        "rapports/taches/<uuid:job_id>/", views.AnnualReportJob.as_view(), name="annual_report_job"
    ),
]
