"""Addresses of operators' statements."""

from django.urls import URLPattern, path

from membership.views import statements as views

_STATEMENTS = "cotisations/releves/"
_STATEMENT = _STATEMENTS + "<int:statement_id>/"
_LINE = _STATEMENTS + "lignes/<int:line_id>/"

urlpatterns: list[URLPattern] = [
    path(_STATEMENTS, views.StatementList.as_view(), name="statements"),
    path(_STATEMENTS + "apporter/", views.StatementAdd.as_view(), name="statement_add"),
    path(_STATEMENTS + "sans-ligne/", views.UnlistedList.as_view(), name="statement_unlisted"),
    path(_STATEMENT, views.StatementDetail.as_view(), name="statement_detail"),
    path(_STATEMENT + "rapprocher/", views.StatementMatch.as_view(), name="statement_match"),
    path(_STATEMENT + "ecarter/", views.StatementAside.as_view(), name="statement_aside"),
    path(_LINE, views.LinePage.as_view(), name="statement_line"),
    path(_LINE + "choisir/", views.LineSettle.as_view(), name="statement_line_settle"),
    path(_LINE + "encaisser/", views.LinePay.as_view(), name="statement_line_pay"),
    path(_LINE + "ecarter/", views.LineAside.as_view(), name="statement_line_aside"),
    path(_LINE + "reprendre/", views.LineRelease.as_view(), name="statement_line_release"),
]
