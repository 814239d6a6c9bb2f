"""Addresses of promises to pay."""

from django.urls import URLPattern, path

from membership.views import promises as views

_PROMISE = "cotisations/promesses/<int:promise_id>/"

urlpatterns: list[URLPattern] = [
    path("cotisations/promesses/", views.PromiseList.as_view(), name="promises"),
    path(
        "cotisations/promesses/signer/<int:enrolment_id>/",
        views.PromiseAdd.as_view(),
        name="promise_add",
    ),
    path(_PROMISE, views.PromiseDetail.as_view(), name="promise_detail"),
    path(_PROMISE + "document", views.PromiseDocument.as_view(), name="promise_document"),
    path(_PROMISE + "accepter/", views.PromiseAccept.as_view(), name="promise_accept"),
    path(_PROMISE + "retirer/", views.PromiseWithdraw.as_view(), name="promise_withdraw"),
    path(_PROMISE + "refuser/", views.PromiseRefuse.as_view(), name="promise_refuse"),
]
