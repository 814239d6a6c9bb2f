"""Communes of both divisions and districts that one thing names lie on the same ground."""

import re
from dataclasses import replace
from datetime import date

import pytest

from conamus.kernel.errors import DomainError
from federations.models import CommuneMapping, HealthDistrict, HealthFacility, Place, Unit, UnitZone
from federations.services.facilities import (
    FacilityDetails,
    add_facility,
    change_facility,
    facility_version,
)
from federations.services.ground import (
    require_district,
    require_district_of_seat,
    require_one_ground,
    require_one_zone,
)
from federations.services.take_on import ImportContext
from federations.services.units import UnitDetails, change_unit, create_unit, set_zone, unit_version
from federations.take_on.lookups import health_district
from federations.tenancy.scope import open_scope

DAY = date(2025, 1, 1)


@pytest.fixture
def ground(world, as_actor):
    """Bugendana, old and new, go together; Rutana's commune and district are elsewhere."""
    with as_actor(world.system("CONAMUS")):
        for former in ("A-GI-01", "A-GI-02"):
            CommuneMapping.objects.create(
                former_id=world.places[former], current_id=world.places["N-GI-01"],
                is_main=True, method="essai",
            )  # fmt: skip
        made = {}
        for division, code in (("until_2025", "A-RT"), ("since_2025", "N-RT")):
            province = Place(kind="province", division=division, code=code, name="Rutana")
            province.save()
            commune = Place(
                kind="commune", division=division, code=f"{code}-01", name="Musongati",
                parent=province,
            )  # fmt: skip
            commune.save()
            made[code], made[f"{code}-01"] = province.pk, commune.pk
        CommuneMapping.objects.create(
            former_id=made["A-RT-01"], current_id=made["N-RT-01"], is_main=True, method="essai"
        )
        for code, name, province in (("1001", "Rutana", made["A-RT"]),):
            district = HealthDistrict(code=code, name=name, former_province_id=province)
            district.save()
            made["district"] = district.pk
    return {**world.places, **made}


def _facility(ground, **changes) -> FacilityDetails:
    given = {
        "name": "CDS d’essai", "code": "FS-T900", "facility_type": "CDS", "ownership": "public",
        "commune_id": ground["N-GI-01"], "former_commune_id": ground["A-GI-01"],
        "health_district_id": HealthDistrict.objects.get(code="0701").pk, "contracted_on": DAY,
    }  # fmt: skip
    return FacilityDetails(**{**given, **changes})


def _refused(details, actor, **more) -> list[tuple[str | None, str]]:
    with pytest.raises(DomainError) as refusal:
        add_facility(actor=actor, details=details, **more)
    return [(one.field, one.message) for one in refusal.value.each()]


def _split(old: HealthDistrict, day: date, *, name: str = "Gitega Est") -> HealthDistrict:
    """End a district on a day, on which another of its province begins."""
    HealthDistrict.objects.filter(pk=old.pk).update(valid_to=day)
    province = old.former_province_id
    new = HealthDistrict(code="0702", name=name, former_province_id=province, valid_from=day)
    new.save()
    return new


def _changed(actor, facility, details, **changes) -> HealthFacility:
    return change_facility(
        actor=actor, facility_id=facility.pk, version=facility_version(facility),
        details=replace(details, **changes),
    )  # fmt: skip


def _offered(browser, url: str) -> set[str]:
    """Return the health districts that a form offers."""
    page = browser.get(url).content.decode()
    [choice] = re.findall(r'<select name="health_district".*?</select>', page, re.DOTALL)
    return set(re.findall(r'<option value="\d+"[^>]*>([^<]+)<', choice))


class TestFacilities:
    def test_what_goes_together_is_accepted(self, world, as_actor, ground):
        clara = world.actor("clara")
        with as_actor(clara):
            made = add_facility(actor=clara, details=_facility(ground))
            assert change_facility(
                actor=clara, facility_id=made.pk, version=facility_version(made),
                details=_facility(ground, former_commune_id=ground["A-GI-02"]),
            ).former_commune_id == ground["A-GI-02"]  # fmt: skip

    def test_communes_without_a_colline_in_common(self, world, as_actor, ground):
        clara = world.actor("clara")
        with as_actor(clara):
            told = _refused(_facility(ground, commune_id=ground["N-RT-01"]), clara)
        [(field, message)] = told
        assert field == "commune"
        assert "Bugendana (avant 2025) n’a aucune colline dans Musongati" in message

    def test_a_district_of_another_province(self, world, as_actor, ground):
        clara = world.actor("clara")
        with as_actor(clara):
            told = _refused(_facility(ground, health_district_id=ground["district"]), clara)
        [(field, message)] = told
        assert field == "health_district"
        assert message.endswith("dans la province Rutana (avant 2025), la commune dans : Gitega.")

    def test_both_are_told_at_once_on_the_page(self, world, ground, sign_in):
        page = sign_in("clara").post(
            "/formations-sanitaires/ajouter/",
            {
                "name": "CDS d’essai", "code": "FS-T900", "facility_type": "CDS",
                "ownership": "public", "commune": ground["N-RT-01"],
                "former_commune": ground["A-GI-01"], "health_district": ground["district"],
                "contracted_on": "2025-01-01",
            },
        )  # fmt: skip
        assert page.status_code == 422
        assert set(page.context["form"].errors) == {"commune", "health_district"}

    def test_a_district_that_has_ended_is_taken_no_more(self, world, as_actor, ground):
        clara = world.actor("clara")
        with as_actor(clara):
            made = add_facility(actor=clara, details=_facility(ground))
            old = HealthDistrict.objects.get(code="0701")
            new = _split(old, date(2024, 1, 1))
            [(field, message)] = _refused(_facility(ground, code="FS-T901"), clara)
            assert field == "health_district"
            assert message.startswith("Le district Gitega n’est pas en vigueur le 30/06/2025")
            taken = _facility(ground, code="FS-T901", health_district_id=new.pk)
            later = add_facility(actor=clara, details=taken)
            with pytest.raises(DomainError) as refusal:
                _changed(clara, later, taken, health_district_id=old.pk)
            assert refusal.value.field == "health_district"
            # What has it keeps it, whatever else is corrected.
            _changed(clara, made, _facility(ground), phone="22 00 00 00")
            made.refresh_from_db()
            assert made.phone
            assert made.health_district_id == old.pk

    def test_a_district_is_taken_from_its_first_day_until_its_last(self, world, as_actor, ground):
        clara = world.actor("clara")
        with as_actor(clara):
            new = _split(HealthDistrict.objects.get(code="0701"), date(2025, 9, 1))
            add_facility(actor=clara, details=_facility(ground))
            early = _facility(ground, code="FS-T901", health_district_id=new.pk)
            assert [field for field, _ in _refused(early, clara)] == ["health_district"]
            to_begin = replace(early, contracted_on=date(2025, 10, 1))
            assert add_facility(actor=clara, details=to_begin).health_district_id == new.pk
            too_late = _facility(ground, code="FS-T902", contracted_on=date(2025, 10, 1))
            assert [field for field, _ in _refused(too_late, clara)] == ["health_district"]

    def test_forms_offer_those_that_last_and_the_one_that_it_has(self, world, ground, sign_in):
        with open_scope(world.actor("clara"), source="essai"):
            _split(HealthDistrict.objects.get(code="0701"), date(2024, 1, 1))
        browser, pk = sign_in("clara"), world.facilities["FS-T001"]
        assert _offered(browser, "/formations-sanitaires/ajouter/") == {"Gitega Est", "Rutana"}
        edited = _offered(browser, f"/formations-sanitaires/{pk}/modifier/")
        assert edited == {"Gitega", "Gitega Est", "Rutana"}
        assert _offered(sign_in("amina"), "/unites/ouvrir/") == {"Gitega Est", "Rutana"}

    def test_a_file_names_the_one_that_lasts_of_two_of_one_name(self, world, as_actor, ground):
        clara = world.actor("clara")
        with as_actor(clara):
            old = HealthDistrict.objects.get(code="0701")
            new = _split(old, date(2024, 1, 1), name=old.name)
            context = ImportContext(actor=clara)
            assert health_district(context, "gitega", field="district") == new
            assert health_district(context, old.code, field="district") == old

    def test_every_facility_of_the_network_passes(self, demo_network, behind_the_wall):
        with behind_the_wall():
            self._facilities_pass()

    def _facilities_pass(self) -> None:
        refused = []
        related = ("commune", "former_commune__parent", "health_district__former_province")
        for facility in HealthFacility.objects.select_related(*related):
            for check in (require_one_ground, require_district):
                try:
                    check(facility)
                except DomainError as error:
                    refused.append((facility.code, error.message))
        assert refused == []
        assert HealthFacility.objects.count() == 710


class TestUnits:
    def test_a_district_of_another_province_than_the_seat(self, world, as_actor, ground):
        amina = world.actor("amina")
        with as_actor(amina):
            there = Unit.objects.get(pk=world.units["UMU-S1"])
            for seat in ("A-GI-01", "N-GI-01"):
                details = UnitDetails(
                    name="Section", code="UMU-S9", parent_id=world.units["UMUCO"],
                    place_id=ground[seat], health_district_id=ground["district"],
                )  # fmt: skip
                with pytest.raises(DomainError) as refusal:
                    create_unit(actor=amina, kind="section", details=details, valid_from=DAY)
                assert refusal.value.field == "health_district"
                with pytest.raises(DomainError):
                    change_unit(
                        actor=amina,
                        unit_id=there.pk,
                        details=details,
                        version=unit_version(there),
                    )

    def test_a_district_that_has_ended_is_taken_no_more(self, world, as_actor, ground):
        with as_actor(world.system("CONAMUS")):
            old = HealthDistrict.objects.get(code="0701")
            new = _split(old, date(2024, 1, 1))
        amina = world.actor("amina")
        with as_actor(amina):
            details = UnitDetails(
                name="Section", code="UMU-S9", parent_id=world.units["UMUCO"],
                health_district_id=old.pk,
            )  # fmt: skip
            with pytest.raises(DomainError, match="pas en vigueur") as refusal:
                create_unit(actor=amina, kind="section", details=details, valid_from=DAY)
            assert refusal.value.field == "health_district"
            lasting = replace(details, health_district_id=new.pk)
            made = create_unit(actor=amina, kind="section", details=lasting, valid_from=DAY)
            assert made.health_district_id == new.pk

    def test_a_zone_of_both_divisions_names_the_same_ground(self, world, as_actor, ground):
        amina = world.actor("amina")
        with as_actor(amina):
            unit_id = world.units["UMU-S1"]
            both = [ground["A-GI-01"], ground["N-GI-01"]]
            set_zone(actor=amina, unit_id=unit_id, commune_ids=both, from_date=DAY)
            apart = [ground["A-GI-01"], ground["N-RT-01"]]
            with pytest.raises(DomainError) as refusal:
                set_zone(actor=amina, unit_id=unit_id, commune_ids=apart, from_date=DAY)
            assert refusal.value.field == "communes"
            assert "un seul découpage" in refusal.value.message

    def test_every_unit_of_the_network_passes(self, demo_network, behind_the_wall):
        with behind_the_wall():
            units = list(Unit.objects.filter(kind__in=Unit.INSURING))
            for unit in units:
                zone = UnitZone.objects.filter(unit=unit, valid_to__isnull=True)
                require_one_zone(set(zone.values_list("commune_id", flat=True)))
                require_district_of_seat(unit)
        assert len(units) == 126
