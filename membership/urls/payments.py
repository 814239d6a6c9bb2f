"""Addresses of the till, receipts and cash sheets."""

from django.urls import URLPattern, path

from membership.views import backdatings, cash_sheet, group_payments
from membership.views import payments as views

_RECEIPT = "cotisations/recus/<int:payment_id>/"
_GROUPS = "cotisations/groupes/"
_GROUP = _GROUPS + "<int:group_id>/"

urlpatterns: list[URLPattern] = [
    path("cotisations/", views.PaymentList.as_view(), name="payments"),
    path("cotisations/encaisser/", views.PaymentFind.as_view(), name="payment_find"),
    path(
        "cotisations/encaisser/<int:enrolment_id>/",
        views.PaymentAdd.as_view(),
        name="payment_add",
    ),
    path(_RECEIPT, views.PaymentDetail.as_view(), name="payment_detail"),
    path(_RECEIPT + "recu.pdf", views.PaymentReceipt.as_view(), name="payment_receipt"),
    path(_RECEIPT + "annuler/", views.PaymentReverse.as_view(), name="payment_reverse"),
    path(_GROUPS, group_payments.GroupPaymentList.as_view(), name="payment_groups"),
    path(_GROUPS + "repartir/", group_payments.GroupPaymentAdd.as_view(), name="payment_group_add"),
    path(_GROUP, group_payments.GroupPaymentDetail.as_view(), name="payment_group"),
    path(_GROUP + "reste/", group_payments.RestShare.as_view(), name="payment_group_share"),
    path(_GROUP + "rendre/", group_payments.RestReturn.as_view(), name="payment_group_return"),
    path("cotisations/antidatees/", backdatings.BackdatingList.as_view(), name="backdatings"),
    path("cotisations/caisse/", cash_sheet.CashSheetPage.as_view(), name="cash_sheet"),
    path(
        "cotisations/caisse/feuille.pdf", cash_sheet.CashSheetPdf.as_view(), name="cash_sheet_pdf"
    ),
]
