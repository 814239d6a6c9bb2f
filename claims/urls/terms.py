"""Addresses of the terms of care: catalogue, tariffs, agreements, books, packages, controls."""

from django.urls import URLPattern, path

from claims.views import agreements as agreement
from claims.views import catalogue, control_terms, package_clauses, packages, stub_books, tariffs

_CATALOGUE: list[URLPattern] = [
    path("actes/", catalogue.ActList.as_view(), name="acts"),
    path("actes/ajouter/", catalogue.ActAdd.as_view(), name="act_add"),
    path("actes/<int:pk>/", catalogue.ActDetail.as_view(), name="act_detail"),
    path("actes/<int:pk>/corriger/", catalogue.ActEdit.as_view(), name="act_edit"),
    path("actes/<int:pk>/retirer/", catalogue.ActClose.as_view(), name="act_close"),
    path("actes/<int:pk>/reprendre/", catalogue.ActReopen.as_view(), name="act_reopen"),
    path("motifs/", catalogue.ReasonList.as_view(), name="care_reasons"),
    path("motifs/ajouter/", catalogue.ReasonAdd.as_view(), name="care_reason_add"),
    path("motifs/<int:pk>/", catalogue.ReasonDetail.as_view(), name="care_reason_detail"),
    path("motifs/<int:pk>/corriger/", catalogue.ReasonEdit.as_view(), name="care_reason_edit"),
    path("motifs/<int:pk>/retirer/", catalogue.ReasonClose.as_view(), name="care_reason_close"),
    path("motifs/<int:pk>/reprendre/", catalogue.ReasonReopen.as_view(), name="care_reason_reopen"),
]
_TARIFFS: list[URLPattern] = [
    path("tarifs/", tariffs.TariffList.as_view(), name="tariffs"),
    path("tarifs/prix/", tariffs.PricePage.as_view(), name="tariff_price"),
    path("tarifs/fixer/", tariffs.TariffAdd.as_view(), name="tariff_add"),
    path("tarifs/<int:pk>/", tariffs.TariffDetail.as_view(), name="tariff_detail"),
    path("tarifs/<int:pk>/changer/", tariffs.TariffChange.as_view(), name="tariff_change"),
    path("tarifs/<int:pk>/finir/", tariffs.TariffEnd.as_view(), name="tariff_end"),
    path("tarifs/<int:pk>/supprimer/", tariffs.TariffWithdraw.as_view(), name="tariff_withdraw"),
]
_AGREEMENTS: list[URLPattern] = [
    path("conventions/", agreement.AgreementList.as_view(), name="agreements"),
    path("conventions/signer/", agreement.AgreementAdd.as_view(), name="agreement_add"),
    path("conventions/<int:pk>/", agreement.AgreementDetail.as_view(), name="agreement_detail"),
    path("conventions/<int:pk>/corriger/", agreement.AgreementChange.as_view(),
         name="agreement_change"),
    path("conventions/<int:pk>/finir/", agreement.AgreementEnd.as_view(), name="agreement_end"),
    path("conventions/<int:pk>/retirer/", agreement.AgreementWithdraw.as_view(),
         name="agreement_withdraw"),
    path("conventions/<int:pk>/renouveler/", agreement.AgreementRenew.as_view(),
         name="agreement_renew"),
    path("conventions/<int:pk>/suspendre/", agreement.AgreementSuspend.as_view(),
         name="agreement_suspend"),
    path("conventions/<int:pk>/suspensions/<int:suspension_id>/retirer/",
         agreement.SuspensionWithdraw.as_view(), name="suspension_withdraw"),
    path("conventions/<int:pk>/reprendre/", agreement.AgreementLift.as_view(),
         name="agreement_lift"),
    path("conventions/<int:pk>/documents/joindre/", agreement.AgreementDocumentAdd.as_view(),
         name="agreement_document_add"),
    path("conventions/<int:pk>/documents/<int:document_id>/",
         agreement.AgreementDocumentFile.as_view(), name="agreement_document"),
    path("carnets/", stub_books.BookList.as_view(), name="stub_books"),
    path("carnets/remettre/", stub_books.BookAdd.as_view(), name="stub_book_add"),
    path("carnets/<int:pk>/retirer/", stub_books.BookWithdraw.as_view(),
         name="stub_book_withdraw"),
]  # fmt: skip
_PACKAGES: list[URLPattern] = [
    path("paquets/", packages.PackageList.as_view(), name="packages"),
    path("paquets/adopter/", packages.PackageAdopt.as_view(), name="package_adopt"),
    path("paquets/preparer/", packages.PackageStart.as_view(), name="package_start"),
    path("paquets/<int:pk>/", packages.PackageDetail.as_view(), name="package_detail"),
    path("paquets/<int:pk>/delais/", packages.PackageTerms.as_view(), name="package_terms"),
    path("paquets/<int:pk>/en-vigueur/", packages.PackageEnforce.as_view(), name="package_enforce"),
    path("paquets/<int:pk>/supprimer/", packages.PackageDiscard.as_view(), name="package_discard"),
    path("paquets/<int:pk>/simuler/", package_clauses.PackageSimulation.as_view(),
         name="package_simulation"),
    path("paquets/<int:pk>/clauses/ajouter/<slug:kind>/", package_clauses.ClauseAdd.as_view(),
         name="package_clause_add"),
    path("paquets/<int:pk>/clauses/<int:clause_id>/", package_clauses.ClauseChange.as_view(),
         name="package_clause_change"),
    path("paquets/<int:pk>/clauses/<int:clause_id>/retirer/",
         package_clauses.ClauseDrop.as_view(), name="package_clause_drop"),
    path("regles-de-controle/", control_terms.ControlList.as_view(), name="control_terms"),
    path("regles-de-controle/fixer/", control_terms.ControlAdd.as_view(),
         name="control_terms_add"),
]  # fmt: skip

urlpatterns: list[URLPattern] = [*_CATALOGUE, *_TARIFFS, *_AGREEMENTS, *_PACKAGES]
