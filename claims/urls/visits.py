"""Addresses of visits to facilities."""

from django.urls import URLPattern, path

from claims.views import visit_work as work
from claims.views import visits as views

_VISIT = "visites/<int:visit_id>/"
_ROW = _VISIT + "attestations/<int:row_id>/"

urlpatterns: list[URLPattern] = [
    path("visites/", views.VisitList.as_view(), name="visits"),
    path("visites/prevoir/", views.VisitAdd.as_view(), name="visit_add"),
    path(_VISIT, views.VisitDetail.as_view(), name="visit_detail"),
    path(_VISIT + "echantillon/", work.VisitSample.as_view(), name="visit_sample"),
    path(_VISIT + "feuille.pdf", views.VisitWorksheet.as_view(), name="visit_worksheet"),
    path(_VISIT + "rapport.pdf", views.VisitReport.as_view(), name="visit_report"),
    path(_VISIT + "grille/", work.VisitMarks.as_view(), name="visit_marks"),
    path(_VISIT + "conclure/", views.VisitEnd.as_view(), name="visit_end"),
    path(_VISIT + "envoyer/", views.VisitSend.as_view(), name="visit_send"),
    path(_VISIT + "repondre/", views.VisitAnswer.as_view(), name="visit_answer"),
    path(_VISIT + "recuperer/", views.VisitRecover.as_view(), name="visit_recover"),
    path(_VISIT + "clore/", views.VisitClose.as_view(), name="visit_close"),
    path(_VISIT + "annuler/", views.VisitCancel.as_view(), name="visit_cancel"),
    path(_ROW, work.VisitFinding.as_view(), name="visit_finding"),
    path(_ROW + "abandonner/", work.VisitWaive.as_view(), name="visit_waive"),
]
