"""The shared register of facilities, partners, and corrections to the lists of places."""

from contextlib import nullcontext
from datetime import date

import pytest

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.models import HealthDistrict, HealthFacility, Partner, Place, Unit
from federations.selectors.facilities import contracted_on, in_situation, situation_of
from federations.selectors.places import correspondences
from federations.selectors.units import facilities_near, zones_of
from federations.services.facilities import (
    FacilityChanged,
    FacilityDetails,
    SituationChanged,
    add_facility,
    change_facility,
    close_facility,
    facility_version,
    resume_facility,
    situation_version,
    suspend_facility,
    take_back_closing,
)
from federations.services.partners import (
    PartnerChanged,
    add_partner,
    change_partner,
    partner_version,
)
from federations.services.places_edit import (
    DistrictChanged,
    DistrictDetails,
    PlaceChanged,
    add_district,
    add_place,
    change_district,
    correct_place,
    district_version,
    place_version,
)
from membership.selectors.valid_members import facilities_in_reach

TODAY = date(2025, 6, 30)


@pytest.fixture
def clara(world, as_actor):
    """Clara, who keeps the confederation, in her scope."""
    actor = world.actor("clara")
    with as_actor(actor):
        yield actor


def _facility(world, **changes: object) -> FacilityDetails:
    given = {
        "name": "CDS Neuf",
        "code": "fs-t009",
        "facility_type": "CDS",
        "ownership": "public",
        "commune_id": world.places["N-GI-01"],
        "former_commune_id": world.places["A-GI-01"],
        "health_district_id": HealthDistrict.objects.get(code="0701").pk,
        "contracted_on": date(2024, 1, 1),
    }
    return FacilityDetails(**{**given, **changes})


def test_a_federation_adds_to_the_register_once(amina, world) -> None:
    made, again = (
        add_facility(actor=amina, details=_facility(world), submission_key="k1") for _ in range(2)
    )
    assert made.pk == again.pk
    assert made.code == "FS-T009"
    with pytest.raises(Conflict):
        add_facility(actor=amina, details=_facility(world, name="Autre"), submission_key="k1")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "FS-T001"}, "code"),
        ({"name": ""}, "name"),
        ({"facility_type": "GARAGE"}, "facility_type"),
        ({"commune_id": "A-GI-01"}, "commune"),
        ({"former_commune_id": "N-GI-01"}, "former_commune"),
    ],
)
def test_what_does_not_fit_the_register_is_refused(changes, field, clara, world) -> None:
    named = {key: world.places.get(value, value) for key, value in changes.items()}
    with pytest.raises(DomainError) as refusal:
        add_facility(actor=clara, details=_facility(world, **named))
    assert refusal.value.field == field


def _turn(act, actor, pk, **told) -> HealthFacility:
    """Have the situation of a facility changed by somebody who has just read it."""
    read = situation_version(HealthFacility.objects.get(pk=pk))
    return act(actor=actor, facility_id=pk, version=read, **told)


def test_a_federation_changes_nothing_that_others_see(amina, world) -> None:
    pk = world.facilities["FS-T001"]
    for act in (
        lambda: change_facility(actor=amina, facility_id=pk, details=_facility(world), version=""),
        lambda: _turn(suspend_facility, amina, pk),
        lambda: _turn(resume_facility, amina, pk),
        lambda: _turn(take_back_closing, amina, pk),
        lambda: _turn(close_facility, amina, pk, closed_on=date(2025, 1, 1)),
    ):
        with pytest.raises(NotAllowed, match="commun à toutes"):
            act()


def test_the_confederation_suspends_closes_and_takes_back(clara, world) -> None:
    pk = world.facilities["FS-T001"]
    assert _turn(suspend_facility, clara, pk).status == "suspended"
    closed = _turn(close_facility, clara, pk, closed_on=date(2025, 1, 1))
    assert (closed.status, closed.closed_on) == ("closed", date(2025, 1, 1))
    back = _turn(resume_facility, clara, pk)
    assert (back.status, back.closed_on) == ("contracted", None)


def test_a_closing_that_is_decided_comes_on_its_day(clara, world) -> None:
    pk, day = world.facilities["FS-T001"], date(2026, 1, 1)
    facility = _turn(close_facility, clara, pk, closed_on=day)
    told = {
        date(2025, 12, 31): "conventionnée, ferme le 1er janvier 2026",
        day: "fermée",
    }
    for today, words in told.items():
        assert situation_of(facility, today) == words
        listed = HealthFacility.objects.filter(in_situation("closed", today), pk=pk)
        assert listed.exists() == (today >= day)
        assert contracted_on(today).filter(pk=pk).exists() == (today < day)
    suspended = _turn(suspend_facility, clara, pk)
    assert situation_of(suspended, TODAY) == "suspendue, ferme le 1er janvier 2026"
    back = _turn(resume_facility, clara, pk)
    assert situation_of(back, TODAY) == "conventionnée, ferme le 1er janvier 2026"
    assert situation_of(_turn(take_back_closing, clara, pk), TODAY) == "conventionnée"


def test_an_agreement_to_come_is_not_yet(amina, world) -> None:
    day = date(2025, 12, 1)
    facility = add_facility(actor=amina, details=_facility(world, contracted_on=day))
    eve = date(2025, 11, 30)
    assert situation_of(facility, eve) == "conventionnée dès le 1er décembre 2025"
    assert situation_of(facility, day) == "conventionnée"
    for today in (eve, day):
        listed = HealthFacility.objects.filter(in_situation("contracted", today), pk=facility.pk)
        near = facilities_near(zones_of(Unit.objects.get(code="UMU-S1")), today)
        reached = facilities_in_reach(amina, today)
        for told in (listed, near.filter(pk=facility.pk), reached.filter(pk=facility.pk)):
            assert told.exists() == (today >= day)


def test_pages_say_of_an_agreement_to_come_when_it_begins(sign_in, world, as_actor) -> None:
    clara = world.actor("clara")
    with as_actor(clara):
        details = _facility(world, contracted_on=date(2025, 12, 1))
        facility = add_facility(actor=clara, details=details)
    client = sign_in("amina")
    page = client.get(f"/formations-sanitaires/{facility.pk}/").content.decode()
    assert ", conventionnée dès le 1er décembre 2025." in page
    kept = client.get("/formations-sanitaires/?status=contracted").content.decode()
    assert "FS-T001" in kept
    assert "FS-T009" not in kept


def test_a_suspension_stays_where_a_closing_is_taken_back(clara, world) -> None:
    pk = world.facilities["FS-T001"]
    _turn(close_facility, clara, pk, closed_on=date(2026, 1, 1))
    _turn(suspend_facility, clara, pk)
    assert situation_of(_turn(take_back_closing, clara, pk), TODAY) == "suspendue"


def test_two_who_decide_of_one_facility(clara, world) -> None:
    """The second has not read what the first decided, whichever button is pressed."""
    pk = world.facilities["FS-T001"]
    read = situation_version(_turn(suspend_facility, clara, pk))
    day = date(2025, 9, 1)
    told = {"actor": clara, "facility_id": pk, "version": read}
    close_facility(**told, closed_on=day)
    for act in (
        lambda: close_facility(**told, closed_on=date(2025, 12, 1)),
        lambda: resume_facility(**told),
        lambda: take_back_closing(**told),
    ):
        with pytest.raises(SituationChanged):
            act()
    # The same sent twice is no second change.
    assert close_facility(**told, closed_on=day).closed_on == day


@pytest.mark.parametrize("day", [date(2026, 7, 2), date(2999, 1, 1), date(1800, 1, 1)])
def test_no_facility_is_contracted_or_closes_on_a_day_that_cannot_be(day, clara, world) -> None:
    pk = world.facilities["FS-T001"]
    facility = HealthFacility.objects.get(pk=pk)
    far = _facility(world, contracted_on=day)
    for act, field in (
        (lambda: add_facility(actor=clara, details=far), "contracted_on"),
        (lambda: _change(clara, facility, contracted_on=day), "contracted_on"),
        (lambda: _turn(close_facility, clara, pk, closed_on=day), "closed_on"),
    ):
        with pytest.raises(DomainError) as refusal:
            act()
        assert refusal.value.field == field
    assert HealthFacility.objects.get(pk=pk).closed_on is None


def test_what_another_has_closed_is_not_suspended_over_it(clara, world) -> None:
    pk = world.facilities["FS-T001"]
    _turn(close_facility, clara, pk, closed_on=date(2025, 1, 1))
    for act in (
        lambda: _turn(suspend_facility, clara, pk),
        lambda: _turn(close_facility, clara, pk, closed_on=date(2025, 2, 1)),
    ):
        with pytest.raises(DomainError, match="fermée depuis le 01/01/2025"):
            act()
    with pytest.raises(DomainError) as refusal:
        _change(clara, HealthFacility.objects.get(pk=pk), contracted_on=date(2025, 3, 1))
    assert refusal.value.field == "contracted_on"


def _change(actor, facility: HealthFacility, *, version: str = "", **changes) -> HealthFacility:
    details = {name: getattr(facility, name) for name in FacilityDetails.__dataclass_fields__}
    return change_facility(
        actor=actor,
        facility_id=facility.pk,
        details=FacilityDetails(**{**details, **changes}),
        version=version or facility_version(facility),
    )


def test_a_second_writer_of_the_register_is_told(clara, world) -> None:
    facility = HealthFacility.objects.get(pk=world.facilities["FS-T001"])
    read = facility_version(facility)
    _change(clara, facility, name="CDS Mutoyi II")
    with pytest.raises(FacilityChanged, match="cette formation sanitaire") as told:
        _change(clara, facility, version=read, phone="22 400 000")
    assert told.value.current.name == "CDS Mutoyi II"
    place = Place.objects.get(pk=world.places["N-GI-01-1-1"])
    first = {"place_id": place.pk, "former_commune_id": place.former_commune_id}
    read = place_version(place)
    correct_place(actor=clara, **first, name="Kibasi-Nord", version=read)
    with pytest.raises(PlaceChanged, match="ce lieu"):
        correct_place(actor=clara, **first, name="Kibasi-Sud", version=read)
    district = HealthDistrict.objects.get(code="0701")
    given = {"code": "0701", "former_province_id": district.former_province_id}
    read = district_version(district)
    for name, error in (("Gitega-Nord", None), ("Gitega-Sud", DistrictChanged)):
        with pytest.raises(error) if error else nullcontext():
            change_district(
                actor=clara,
                district_id=district.pk,
                details=DistrictDetails(**given, name=name),
                version=read,
            )
    assert HealthDistrict.objects.get(code="0701").name == "Gitega-Nord"


def test_a_second_writer_of_a_partner_is_told(amina) -> None:
    own = Partner.objects.get(tenant_id=amina.tenant_id)
    given = {"actor": amina, "partner_id": own.pk, "kind": own.kind, "is_active": True}
    read = partner_version(own)
    change_partner(**given, name=own.name, acronym="BU", version=read)
    with pytest.raises(PartnerChanged, match="ce partenaire"):
        change_partner(**given, name="Bailleur neuf", acronym="", version=read)
    own.refresh_from_db()
    assert (own.name, own.acronym) == ("Bailleur Umuco", "BU")


def test_a_facility_closes_after_its_agreement(clara, world) -> None:
    with pytest.raises(DomainError) as refusal:
        _turn(close_facility, clara, world.facilities["FS-T001"], closed_on=date(2015, 1, 1))
    assert refusal.value.field == "closed_on"


def test_a_partner_has_a_name_of_its_own(amina) -> None:
    made = add_partner(actor=amina, name="  Fonds   d’appui ", kind="funder", acronym="FA")
    assert made.tenant_id == amina.tenant_id
    for name in ("", "   ", "fonds d'appui"):
        with pytest.raises(DomainError) as refusal:
            add_partner(actor=amina, name=name, kind="funder")
        assert refusal.value.field == "name"


def test_no_partner_is_called_as_own_resources(amina) -> None:
    made = add_partner(actor=amina, name="Fonds d’appui", kind="funder")
    for field, other in (("name", "acronym"), ("acronym", "name")):
        said = {field: "ressources  PROPRES", other: "Autre", "kind": "funder"}
        with pytest.raises(DomainError, match="laissez leur bailleur vide") as added:
            add_partner(actor=amina, **said)
        with pytest.raises(DomainError, match="laissez leur bailleur vide") as changed:
            change_partner(
                actor=amina, partner_id=made.pk, is_active=True, version=partner_version(made),
                **said,
            )  # fmt: skip
        assert (added.value.field, changed.value.field) == (field, field)


def test_a_partner_of_another_tenant_is_not_changed(amina, world) -> None:
    other = Partner.objects.exclude(tenant_id=amina.tenant_id).first()
    with pytest.raises(NotFound):
        change_partner(
            actor=amina, partner_id=other.pk, name="Pris", kind="funder", acronym="",
            is_active=True, version=partner_version(other),
        )  # fmt: skip


def test_a_partner_is_set_inactive_not_erased(amina) -> None:
    own = Partner.objects.get(tenant_id=amina.tenant_id)
    change_partner(
        actor=amina, partner_id=own.pk, name=own.name, kind=own.kind, acronym="", is_active=False,
        version=partner_version(own),
    )  # fmt: skip
    assert Partner.objects.get(pk=own.pk).is_active is False


def test_a_colline_told_by_a_person_is_no_estimate_any_more(clara, world) -> None:
    pk = world.places["N-GI-01-1-1"]
    Place.objects.filter(pk=pk).update(former_method="assigned")
    place = correct_place(
        actor=clara, place_id=pk, name="Kibasi", former_commune_id=world.places["A-GI-02"],
        version=place_version(Place.objects.get(pk=pk)),
    )  # fmt: skip
    assert (place.former_commune.code, place.former_method) == ("A-GI-02", "")


def test_a_correction_of_the_name_alone_keeps_the_estimate(clara, world) -> None:
    pk = world.places["N-GI-01-1-1"]
    Place.objects.filter(pk=pk).update(former_method="assigned")
    place = correct_place(
        actor=clara, place_id=pk, name="Kibassi", former_commune_id=world.places["A-GI-01"],
        version=place_version(Place.objects.get(pk=pk)),
    )  # fmt: skip
    assert (place.name, place.search_key, place.former_method) == ("Kibassi", "kibassi", "assigned")


def test_a_colline_is_added_with_the_next_free_number(clara, world) -> None:
    made = add_place(actor=clara, parent_id=world.places["N-GI-01-1"], name="Nouvelle")
    assert (made.kind, made.code) == ("colline", "N-GI-01-1-03")


def test_nothing_is_added_under_a_colline_or_in_the_old_division(clara, world) -> None:
    for code in ("N-GI-01-1-1", "A-GI-01"):
        with pytest.raises(DomainError):
            add_place(actor=clara, parent_id=world.places[code], name="Rien")


@pytest.mark.parametrize("username", ["amina", "agnes", "regine"])
def test_only_those_who_keep_places_correct_them(username, world, as_actor) -> None:
    actor = world.actor(username)
    with as_actor(actor), pytest.raises(NotAllowed):
        correct_place(actor=actor, place_id=world.places["A-GI-01"], name="Autre", version="")


def test_a_district_is_added_and_ended(clara, world) -> None:
    details = {"name": "Giheta", "code": "0702", "former_province_id": world.places["A-GI"]}
    made = add_district(actor=clara, details=DistrictDetails(**details))
    ended = change_district(
        actor=clara,
        district_id=made.pk,
        details=DistrictDetails(**details, valid_to=date(2025, 1, 1)),
        version=district_version(made),
    )
    assert ended.valid_to == date(2025, 1, 1)
    with pytest.raises(DomainError) as refusal:
        add_district(actor=clara, details=DistrictDetails(**{**details, "name": "Double"}))
    assert refusal.value.field == "code"


@pytest.mark.parametrize("field", ["valid_from", "valid_to"])
@pytest.mark.parametrize("day", [date(1800, 1, 1), date(9999, 1, 1)])
def test_a_district_has_days_that_can_be(field, day, clara, world) -> None:
    details = {"name": "Giheta", "code": "0702", "former_province_id": world.places["A-GI"]}
    with pytest.raises(DomainError) as refusal:
        add_district(actor=clara, details=DistrictDetails(**details, **{field: day}))
    assert refusal.value.field == field


def test_a_province_corresponds_to_no_commune(clara, world) -> None:
    assert correspondences(Place.objects.get(code="A-GI")) == []
    assert HealthFacility.objects.count() == 2
