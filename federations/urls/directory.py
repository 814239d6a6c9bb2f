"""Addresses of the directory (units, facilities, places, partners) and of the frame."""

from django.urls import URLPattern, path

from federations.views import account
from federations.views.directory import facilities, partners, places, rights, search, units

_FRAME: list[URLPattern] = [
    path("compte/sans-role/", account.no_role, name="no_role"),
    path("compte/role/", account.choose_role, name="choose_role"),
    path("annee/", account.ChooseYear.as_view(), name="choose_year"),
    path("recherche/", search.Search.as_view(), name="search"),
    path("roles-et-droits/", rights.Rights.as_view(), name="roles"),
]

_UNITS: list[URLPattern] = [
    path("unites/", units.UnitList.as_view(), name="units"),
    path("unites/arbre/", units.UnitTree.as_view(), name="unit_tree"),
    path("unites/ouvrir/", units.UnitAdd.as_view(), name="unit_add"),
    path("unites/<int:pk>/", units.UnitDetail.as_view(), name="unit_detail"),
    path("unites/<int:pk>/modifier/", units.UnitEdit.as_view(), name="unit_edit"),
    path("unites/<int:pk>/fermer/", units.UnitClose.as_view(), name="unit_close"),
    path("unites/<int:pk>/rouvrir/", units.UnitReopen.as_view(), name="unit_reopen"),
    path("unites/<int:pk>/zone/", units.UnitZonePage.as_view(), name="unit_zone"),
]

_suspend, _resume = facilities.FacilitySuspend.as_view(), facilities.FacilityResume.as_view()
_open = facilities.FacilityClosingTakenBack.as_view()
_REGISTER = "formations-sanitaires/"
_FACILITIES: list[URLPattern] = [
    path(_REGISTER, facilities.FacilityList.as_view(), name="facilities"),
    path(_REGISTER + "ajouter/", facilities.FacilityAdd.as_view(), name="facility_add"),
    path(_REGISTER + "<int:pk>/", facilities.FacilityDetail.as_view(), name="facility_detail"),
    path(_REGISTER + "<int:pk>/modifier/", facilities.FacilityEdit.as_view(), name="facility_edit"),
    path(_REGISTER + "<int:pk>/fermer/", facilities.FacilityClose.as_view(), name="facility_close"),
    path(_REGISTER + "<int:pk>/suspendre/", _suspend, name="facility_suspend"),
    path(_REGISTER + "<int:pk>/reprendre/", _resume, name="facility_resume"),
    path(_REGISTER + "<int:pk>/fermeture-annulee/", _open, name="facility_closing_taken_back"),
]

_PLACES: list[URLPattern] = [
    path("lieux/", places.PlaceList.as_view(), name="places"),
    path("lieux/<int:pk>/", places.PlaceDetail.as_view(), name="place_detail"),
    path("lieux/<int:pk>/corriger/", places.PlaceEdit.as_view(), name="place_edit"),
    path("lieux/<int:pk>/ajouter/", places.PlaceAdd.as_view(), name="place_add"),
    path("districts-sanitaires/", places.DistrictList.as_view(), name="districts"),
    path("districts-sanitaires/ajouter/", places.DistrictAdd.as_view(), name="district_add"),
    path(
        "districts-sanitaires/<int:pk>/modifier/",
        places.DistrictEdit.as_view(),
        name="district_edit",
    ),
]

_PARTNERS: list[URLPattern] = [
    path("partenaires/", partners.PartnerList.as_view(), name="partners"),
    path("partenaires/ajouter/", partners.PartnerAdd.as_view(), name="partner_add"),
    path("partenaires/<int:pk>/modifier/", partners.PartnerEdit.as_view(), name="partner_edit"),
]

urlpatterns: list[URLPattern] = [*_FRAME, *_UNITS, *_FACILITIES, *_PLACES, *_PARTNERS]
