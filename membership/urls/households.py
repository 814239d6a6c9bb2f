"""Addresses of households: their list, their page, and all that is done on them."""

from django.urls import URLPattern, path

from membership.views import (
    decisions,
    enrolling,
    households,
    life,
    ranges,
    registering,
    transfers,
)

_LISTS: list[URLPattern] = [
    path("menages/", households.HouseholdList.as_view(), name="households"),
    path(
        "menages/non-renouveles/",
        households.NotRenewedList.as_view(),
        name="renewals_missing",
    ),
    path("menages/inscrire/", registering.HouseholdAdd.as_view(), name="household_add"),
    path("menages/renouveler/", enrolling.SectionRenewal.as_view(), name="renewals"),
    path("menages/plages/", ranges.RangeList.as_view(), name="number_ranges"),
    path("menages/plages/ouvrir/", ranges.RangeAdd.as_view(), name="number_range_add"),
]

_ONE: list[URLPattern] = [
    path("menages/<int:pk>/", households.HouseholdDetail.as_view(), name="household_detail"),
    path("menages/<int:pk>/corriger/", registering.HouseholdEdit.as_view(), name="household_edit"),
    path(
        "menages/<int:pk>/adherer/<int:year>/",
        enrolling.HouseholdEnrol.as_view(),
        name="household_enrol",
    ),
    path(
        "menages/adhesions/<int:enrolment_id>/annuler/",
        enrolling.EnrolmentUndo.as_view(),
        name="household_enrolment_undo",
    ),
    path("menages/<int:pk>/naissance/", life.BirthAdd.as_view(), name="household_birth"),
    path("menages/<int:pk>/personne/", life.DependantAdd.as_view(), name="household_dependant"),
    path("menages/<int:pk>/adherent/", life.NewHead.as_view(), name="household_new_head"),
    path("menages/<int:pk>/depart/", decisions.HouseholdClose.as_view(), name="household_close"),
    path("menages/<int:pk>/unite/", decisions.HouseholdMove.as_view(), name="household_move"),
    path(
        "menages/<int:pk>/numero/",
        decisions.HouseholdRenumber.as_view(),
        name="household_renumber",
    ),
    path(
        "menages/<int:pk>/radier/",
        decisions.HouseholdStrikeOff.as_view(),
        name="household_strike_off",
    ),
    path(
        "menages/<int:pk>/reintegrer/",
        decisions.HouseholdReinstate.as_view(),
        name="household_reinstate",
    ),
    path(
        "menages/<int:pk>/transferer/",
        transfers.TransferPropose.as_view(),
        name="household_transfer",
    ),
]

_PEOPLE: list[URLPattern] = [
    path(
        "menages/personnes/<int:person_id>/", life.PersonDetail.as_view(), name="household_person"
    ),
    path(
        "menages/personnes/<int:person_id>/corriger/",
        life.PersonEdit.as_view(),
        name="household_person_edit",
    ),
    path(
        "menages/personnes/<int:person_id>/photo/",
        life.PersonPhoto.as_view(),
        name="household_person_photo",
    ),
    path(
        "menages/personnes/<int:person_id>/deces/",
        life.PersonDeath.as_view(),
        name="household_person_death",
    ),
    path(
        "menages/personnes/<int:person_id>/depart/",
        life.PersonDeparture.as_view(),
        name="household_person_departure",
    ),
    path(
        "menages/personnes/<int:person_id>/reprendre/",
        life.PersonTakeBack.as_view(),
        name="household_person_take_back",
    ),
    path(
        "menages/personnes/<int:person_id>/fusionner/",
        decisions.PersonMerge.as_view(),
        name="household_person_merge",
    ),
]

_TRANSFERS: list[URLPattern] = [
    path("transferts/", transfers.TransferList.as_view(), name="transfers"),
    path(
        "transferts/accueillir/",
        transfers.TransferReceive.as_view(),
        name="transfer_receive",
    ),
    path("transferts/section/", transfers.SectionMove.as_view(), name="transfer_section"),
    path("transferts/<int:pk>/", transfers.TransferDetail.as_view(), name="transfer_detail"),
    path(
        "transferts/<int:pk>/accepter/",
        transfers.TransferAccept.as_view(),
        name="transfer_accept",
    ),
    path(
        "transferts/<int:pk>/refuser/",
        transfers.TransferRefuse.as_view(),
        name="transfer_refuse",
    ),
    path(
        "transferts/<int:pk>/retirer/",
        transfers.TransferWithdraw.as_view(),
        name="transfer_withdraw",
    ),
]

urlpatterns: list[URLPattern] = [*_LISTS, *_ONE, *_PEOPLE, *_TRANSFERS]
