"""Addresses of invoices, payment orders and what is due."""

from django.urls import URLPattern, path

from claims.views import dues, invoice_acts, invoices, orders, repayments

_INVOICE = "factures/<int:invoice_id>/"
_ORDER = "paiements/<int:order_id>/"
_REPAYMENT = "remboursements/<int:repayment_id>/"

urlpatterns: list[URLPattern] = [
    path("factures/", invoices.InvoiceList.as_view(), name="invoices"),
    path("factures/inscrire/", invoices.InvoiceAdd.as_view(), name="invoice_add"),
    path(_INVOICE, invoices.InvoiceDetail.as_view(), name="invoice_detail"),
    path(_INVOICE + "rattacher/", invoice_acts.InvoiceTie.as_view(), name="invoice_tie"),
    path(_INVOICE + "retirer/", invoice_acts.InvoiceUntie.as_view(), name="invoice_untie"),
    path(_INVOICE + "arreter/", invoice_acts.InvoiceSettle.as_view(), name="invoice_settle"),
    path(_INVOICE + "rouvrir/", invoice_acts.InvoiceReopen.as_view(), name="invoice_reopen"),
    path(_INVOICE + "annuler/", invoice_acts.InvoiceCancel.as_view(), name="invoice_cancel"),
    path(
        _INVOICE + "imputer/", invoice_acts.InvoiceSetAgainst.as_view(), name="invoice_set_against"
    ),
    path(_INVOICE + "retenir/", invoice_acts.InvoiceRetain.as_view(), name="invoice_retain"),
    path(_INVOICE + "lever/", invoice_acts.InvoiceRelease.as_view(), name="invoice_release"),
    path("paiements/", orders.OrderList.as_view(), name="orders"),
    path("paiements/avance/", orders.AdvanceAdd.as_view(), name="advance_add"),
    path("paiements/formation/<int:facility_id>/", orders.OrderAdd.as_view(), name="order_add"),
    path(_ORDER, orders.OrderDetail.as_view(), name="order_detail"),
    path(_ORDER + "avis.pdf", orders.OrderAdvice.as_view(), name="order_advice"),
    path(_ORDER + "annuler/", orders.OrderReverse.as_view(), name="order_reverse"),
    path(
        "remboursements/formation/<int:facility_id>/",
        repayments.RepaymentAdd.as_view(),
        name="repayment_add",
    ),
    path(_REPAYMENT, repayments.RepaymentDetail.as_view(), name="repayment_detail"),
    path(_REPAYMENT + "recu.pdf", repayments.RepaymentReceipt.as_view(), name="repayment_receipt"),
    path(_REPAYMENT + "annuler/", repayments.RepaymentReverse.as_view(), name="repayment_reverse"),
    path("echeances/", dues.DueList.as_view(), name="dues"),
    path("comptes/<int:facility_id>/", dues.DueStatement.as_view(), name="due_statement"),
    path(
        "comptes/<int:facility_id>/compte.pdf",
        dues.DueStatementPdf.as_view(),
        name="due_statement_pdf",
    ),
]
