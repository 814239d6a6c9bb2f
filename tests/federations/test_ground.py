"""Communes of both divisions and districts that one thing names lie on the same ground."""

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
from federations.services.units import UnitDetails, change_unit, create_unit, set_zone, unit_version

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
