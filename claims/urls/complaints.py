"""Addresses of members' complaints."""

from django.urls import URLPattern, path

from claims.views import complaints as views

_COMPLAINT = "reclamations/<int:complaint_id>/"

urlpatterns: list[URLPattern] = [
    path("reclamations/", views.ComplaintList.as_view(), name="complaints"),
    path("reclamations/inscrire/", views.ComplaintAdd.as_view(), name="complaint_add"),
    path(_COMPLAINT, views.ComplaintDetail.as_view(), name="complaint_detail"),
    path(_COMPLAINT + "repondre/", views.ComplaintAnswerPage.as_view(), name="complaint_answer"),
    path(_COMPLAINT + "annuler/", views.ComplaintCancel.as_view(), name="complaint_cancel"),
    path(_COMPLAINT + "revenir/", views.ComplaintAdd.as_view(), name="complaint_follow"),
]
