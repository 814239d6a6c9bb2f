"""What is decided of a unit or its zone for a later day changes nothing before that day."""

from datetime import date

import pytest

from federations.models import HealthFacility, Place, Unit
from federations.selectors.directory import units_around
from federations.selectors.places import units_working_in
from federations.services.units import UnitDetails, close_unit, create_unit, set_zone
from membership.selectors.collines import is_in_zone, offered_collines
from tests.federations.leaving import leave

TODAY = date(2025, 6, 30)
DAY_TO_COME = date(2026, 6, 1)


def _zones_told(actor, world, on: date) -> dict[str, object]:
    """All that is read of the zones d'action on a day."""
    unit = Unit.objects.get(pk=world.units["UMU-S1"])
    kibasi = Place.objects.get(code="N-GI-01-1-1")
    facility = HealthFacility.objects.get(pk=world.facilities["FS-T001"])
    commune = Place.objects.get(code="A-GI-01")
    return {
        "offered": [place.name for place in offered_collines(actor, on=on)],
        "in zone": is_in_zone(unit, kibasi, on=on),
        "commune": [zone.unit.code for zone in units_working_in(commune, on)],
        "facility": [found.code for found in units_around(facility, on)],
    }


class TestZones:
    def test_a_closing_to_come_leaves_them_until_its_day(self, amina, world):
        before = _zones_told(amina, world, TODAY)
        assert before["offered"] == ["Kibasi"]
        leave("agnes", actor=amina, on=DAY_TO_COME)
        for code in ("UMU-S1", "UMU-S2"):
            close_unit(actor=amina, unit_id=world.units[code], closed_on=DAY_TO_COME)
        assert _zones_told(amina, world, TODAY) == before
        after = _zones_told(amina, world, DAY_TO_COME)
        assert (after["offered"], after["commune"]) == ([], ["INE-S1"])

    def test_a_change_to_come_is_not_yet(self, amina, world):
        unit = Unit.objects.get(pk=world.units["UMU-S1"])
        collines = [Place.objects.get(code=f"N-GI-01-1-{n}") for n in (1, 2)]
        giheta = world.places["A-GI-02"]
        set_zone(actor=amina, unit_id=unit.pk, commune_ids=[giheta], from_date=DAY_TO_COME)
        assert [is_in_zone(unit, one, on=TODAY) for one in collines] == [True, False]
        assert [is_in_zone(unit, one, on=DAY_TO_COME) for one in collines] == [False, True]


class TestPages:
    @pytest.fixture
    def closing(self, sign_in, world, as_actor) -> tuple:
        actor = world.actor("amina")
        with as_actor(actor):
            leave("agnes", actor=actor, on=DAY_TO_COME)
        client, unit = sign_in("amina"), world.units["UMU-S1"]
        sent = client.post(f"/unites/{unit}/fermer/", {"closed_on": "2026-06-01"}, follow=True)
        return client, unit, sent.content.decode()

    def test_the_unit_is_told_as_closing_and_still_changed(self, closing):
        client, unit, page = closing
        assert "La fermeture est inscrite : unité ferme le 1er juin 2026." in page
        assert "Fermée" not in page
        assert 'class="closed"' not in page
        for act in ("modifier", "rouvrir"):
            assert f'"/unites/{unit}/{act}/"' in page
        assert "Rouvrir l’unité" not in page
        back = client.post(f"/unites/{unit}/rouvrir/", follow=True).content.decode()
        assert "La fermeture est reprise : unité ouverte depuis le 1er janvier 2015." in back

    def test_people_and_facilities_are_still_found_for_it(self, closing):
        client, unit, _ = closing
        told = "Section Umuco 1 (ferme le 01/06/2026)</option>"
        assert told in client.get("/personnes/inviter/").content.decode()
        found = client.get("/formations-sanitaires/", {"unit": unit}).content.decode()
        assert "CDS Mutoyi" in found

    def test_once_closed_it_is_offered_no_more(self, sign_in, world):
        client, unit = sign_in("amina"), world.units["UMU-S2"]
        client.post(f"/unites/{unit}/fermer/", {"closed_on": "2025-06-30"})
        page = client.get(f"/unites/{unit}/").content.decode()
        assert "Rouvrir l’unité" in page
        assert f'"/unites/{unit}/modifier/"' not in page
        offered = client.get("/personnes/inviter/").content.decode()
        assert "Section Umuco 2" not in offered
        assert "Section Umuco 1</option>" in offered

    def test_the_search_tells_when_it_closes(self, closing):
        found = closing[0].get("/recherche/", {"q": "UMU-S1"}).content.decode()
        assert "ferme le 01/06/2026" in found


def test_a_facility_list_shows_no_zone_to_come(sign_in, world, as_actor) -> None:
    client, unit, actor = sign_in("amina"), world.units["UMU-S1"], world.actor("amina")
    with as_actor(actor):
        set_zone(actor=actor, unit_id=unit, commune_ids=[], from_date=DAY_TO_COME)
    asked = {"unit": unit}
    assert "CDS Mutoyi" in client.get("/formations-sanitaires/", asked).content.decode()
    later = client.get("/formations-sanitaires/", {**asked, "on": "2026-06-01"})
    assert "CDS Mutoyi" not in later.content.decode()


def test_modifier_offers_the_centre_to_come_that_a_unit_has(sign_in, as_actor, world):
    """Who corrects a telephone does not take the centre away."""
    amina = world.actor("amina")
    with as_actor(amina):
        details = UnitDetails(name="Centre neuf", code="UMU-C2", parent_id=world.units["UMUCO"])
        centre = create_unit(
            actor=amina, kind="management_centre", details=details, valid_from=DAY_TO_COME
        )
        served = UnitDetails(
            name="Section neuve", code="UMU-S9", parent_id=world.units["UMUCO"],
            management_centre_id=centre.pk,
        )  # fmt: skip
        unit = create_unit(actor=amina, kind="section", details=served, valid_from=DAY_TO_COME)
    client, address = sign_in("amina"), f"/unites/{unit.pk}/modifier/"
    form = client.get(address).context["form"]
    assert str(centre.pk) in dict(form["management_centre"].field.choices)
    sent = {field.name: field.value() or "" for field in form}
    assert sent["management_centre"] == centre.pk
    assert client.post(address, {**sent, "phone": "79 111 111"}).status_code == 302
    with as_actor(amina):
        unit.refresh_from_db()
        assert (unit.phone, unit.management_centre_id) == ("79111111", centre.pk)
