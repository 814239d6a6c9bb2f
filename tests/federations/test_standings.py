"""A facility's type and ownership change from a day on; what it was before stays known."""

import re
from datetime import date
from itertools import product

import pytest
from django.urls import reverse

from conamus.kernel.errors import DomainError
from conamus.portal.selectors.registers import facility_cells
from federations.models import FacilityStanding, HealthFacility, HistoryEvent
from federations.rules.standings import Standing
from federations.selectors.facilities import contracted_counts
from federations.selectors.standings import former_standings, standing_on
from federations.services.facilities import (
    FacilityChanged,
    FacilityDetails,
    change_facility,
    facility_version,
)
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from tests.world import World

PUBLIC, PRIVATE = Standing("CDS", "public"), Standing("CDS", "private")
URL = "/formations-sanitaires/"
MARCH, APRIL, JUNE = date(2025, 3, 31), date(2025, 4, 1), date(2025, 6, 1)


@pytest.fixture
def clara(world, as_actor):
    """Clara, who keeps the confederation, in her scope."""
    actor = world.actor("clara")
    with as_actor(actor):
        yield actor


def set_standing(
    actor: Actor,
    facility: HealthFacility,
    standing: Standing,
    since: date | None,
    *,
    version: str = "",
) -> None:
    """Have the register say that a facility is such since a day, and change nothing else."""
    told = {name: getattr(facility, name) for name in FacilityDetails.__dataclass_fields__}
    change_facility(
        actor=actor,
        facility_id=facility.pk,
        details=FacilityDetails(**{**told, **standing._asdict()}),
        version=version or facility_version(facility),
        changed_on=since,
    )
    facility.refresh_from_db()


def test_each_day_has_its_own_and_a_wrong_day_is_mended(clara: Actor, world: World) -> None:
    facility = HealthFacility.objects.get(pk=world.facilities["FS-T001"])
    set_standing(clara, facility, PUBLIC, None)
    assert not FacilityStanding.objects.exists()
    assert standing_on(facility, MARCH) == PUBLIC
    set_standing(clara, facility, PRIVATE, JUNE)
    assert facility.ownership == "private"
    days = (MARCH, APRIL, JUNE)
    assert [standing_on(facility, day) for day in days] == [PUBLIC, PUBLIC, PRIVATE]
    # It was April: the same said of another day.
    set_standing(clara, facility, PRIVATE, APRIL)
    assert [standing_on(facility, day) for day in days] == [PUBLIC, PRIVATE, PRIVATE]
    assert former_standings(facility) == [(PUBLIC, APRIL)]
    assert _private_on(APRIL) - _private_on(MARCH) == 1
    # It was June after all; said twice, it is written once.
    for _ in range(2):
        set_standing(clara, facility, PRIVATE, JUNE)
    assert FacilityStanding.objects.count() == 5
    assert [standing_on(facility, day) for day in days] == [PUBLIC, PUBLIC, PRIVATE]
    assert former_standings(facility) == [(PUBLIC, JUNE)]
    # The register was wrong from the first day.
    set_standing(clara, facility, PRIVATE, facility.contracted_on)
    assert standing_on(facility, MARCH) == PRIVATE


def test_wrong_from_the_start_is_so_however_old_its_agreement_proves(
    clara: Actor, world: World
) -> None:
    facility = HealthFacility.objects.get(pk=world.facilities["FS-T001"])
    set_standing(clara, facility, PRIVATE, facility.contracted_on)
    told = {name: getattr(facility, name) for name in FacilityDetails.__dataclass_fields__}
    change_facility(
        actor=clara,
        facility_id=facility.pk,
        details=FacilityDetails(**{**told, "contracted_on": date(2010, 1, 1)}),
        version=facility_version(facility),
    )
    facility.refresh_from_db()
    assert [standing_on(facility, day) for day in (date(2010, 1, 1), MARCH)] == [PRIVATE, PRIVATE]
    assert former_standings(facility) == []
    # It was right until June after all: what was said before comes back.
    set_standing(clara, facility, PRIVATE, JUNE)
    assert [standing_on(facility, day) for day in (MARCH, JUNE)] == [PUBLIC, PRIVATE]
    assert former_standings(facility) == [(PUBLIC, JUNE)]


def _private_on(day: date) -> int:
    """Return how many private health centres were contracted on a day, for the annual report."""
    return sum(
        one.count for one in contracted_counts(day) if (one.facility_type, one.ownership) == PRIVATE
    )


@pytest.mark.parametrize(
    ("since", "told"),
    [
        (None, "depuis quand"),
        (date(2025, 7, 1), "à venir"),
        (date(1990, 1, 1), "avant la convention"),
    ],
)
def test_the_day_of_a_change_is_asked(
    since: date | None, told: str, clara: Actor, world: World
) -> None:
    facility = HealthFacility.objects.get(pk=world.facilities["FS-T001"])
    with pytest.raises(DomainError, match=told) as refusal:
        set_standing(clara, facility, PRIVATE, since)
    assert refusal.value.field == "changed_on"
    assert not FacilityStanding.objects.exists()


def test_the_page_asks_for_the_day_and_tells_what_it_was(world: World, sign_in) -> None:
    browser, pk = sign_in("clara"), world.facilities["FS-T001"]
    page = browser.get(reverse("facility_edit", args=[pk]))
    told = {**page.context["form"].initial, "ownership": "private"}
    sent = {name: value for name, value in told.items() if value is not None}
    refused = browser.post(page.request["PATH_INFO"], sent).content.decode()
    assert "Dites depuis quand la formation" in refused
    done = browser.post(
        page.request["PATH_INFO"], {**sent, "changed_on": "2025-06-01"}, follow=True
    )
    assert "centre de santé (CDS), public, jusqu’au 1er juin 2025 exclu" in done.content.decode()
    with open_scope(world.actor("amina"), source="essai"):
        assert FacilityStanding.objects.count() == 2


def test_who_corrects_only_the_day_overwrites_no_day_unseen(clara: Actor, world: World) -> None:
    facility = HealthFacility.objects.get(pk=world.facilities["FS-T001"])
    set_standing(clara, facility, PRIVATE, MARCH)
    read = facility_version(facility)
    set_standing(clara, facility, PRIVATE, APRIL)
    with pytest.raises(FacilityChanged, match="entre-temps"):
        set_standing(clara, facility, PRIVATE, JUNE, version=read)
    assert former_standings(facility) == [(PUBLIC, APRIL)]
    # The same day sent twice is no second change.
    words = FacilityStanding.objects.count()
    set_standing(clara, facility, PRIVATE, APRIL, version=read)
    assert FacilityStanding.objects.count() == words
    # Read again, it is theirs to say.
    set_standing(clara, facility, PRIVATE, JUNE)
    assert former_standings(facility) == [(PUBLIC, JUNE)]


def test_two_forms_that_correct_the_day(world: World, sign_in) -> None:
    with open_scope(world.actor("clara"), source="essai"):
        facility = HealthFacility.objects.get(pk=world.facilities["FS-T001"])
        set_standing(world.actor("clara"), facility, PRIVATE, MARCH)
    browser, address = sign_in("clara"), reverse("facility_edit", args=[facility.pk])
    initial = browser.get(address).context["form"].initial
    sent = {name: value for name, value in initial.items() if value is not None}
    first, second = ({**sent, "changed_on": day.isoformat()} for day in (APRIL, JUNE))
    assert browser.post(address, first).status_code == 302
    told = browser.post(address, second)
    page = told.content.decode()
    for words in ("entre-temps", "jusqu’au 1er avril 2025 exclu", 'value="2025-06-01"'):
        assert words in page
    again = {**second, "version": told.context["form"]["version"].value()}
    done = browser.post(address, again, follow=True).content.decode()
    assert "jusqu’au 1er juin 2025 exclu" in done


def test_the_figures_and_the_list_of_a_day_tell_what_was_then(world: World, sign_in) -> None:
    with open_scope(world.actor("clara"), source="essai"):
        facility = HealthFacility.objects.get(pk=world.facilities["FS-T001"])
        set_standing(world.actor("clara"), facility, PRIVATE, JUNE)
        cells = {day: _cells(day) for day in (MARCH, JUNE)}
    browser = sign_in("clara")
    for day, ownership in product(cells, ("public", "private")):
        asked = {"on": day.isoformat(), "type": "CDS", "ownership": ownership}
        page = browser.get(URL, asked).content.decode()
        listed = set(re.findall(rf'href="{URL}(\d+)/"', page))
        is_so = ownership == ("public" if day == MARCH else "private")
        assert (str(facility.pk) in listed) is is_so
        assert len(listed) == cells[day].get(ownership, 0)
    assert cells[MARCH] != cells[JUNE]


@pytest.mark.parametrize("export", ["", "csv"])
def test_the_list_of_a_day_shows_and_sorts_by_what_was_then(
    export: str, world: World, sign_in
) -> None:
    with open_scope(world.actor("clara"), source="essai"):
        facility = HealthFacility.objects.get(pk=world.facilities["FS-T001"])
        set_standing(world.actor("clara"), facility, Standing("PHARMACIE", "private"), JUNE)
    browser = sign_in("clara")
    for day, words, order in (
        (MARCH, ["centre de santé (CDS)", "public"], ["FS-T001", "FS-T002"]),
        (JUNE, ["pharmacie", "privé"], ["FS-T002", "FS-T001"]),
        (None, ["pharmacie", "privé"], ["FS-T002", "FS-T001"]),
    ):
        asked = {"on": day.isoformat() if day else "", "sort": "facility_type", "export": export}
        told = browser.get(URL, asked).content.decode()
        rows = [row for row in re.split(r"</tr>|\r\n", told) if "FS-T00" in row]
        assert re.findall(r"FS-T00\d", "".join(rows)) == order
        changed = next(row for row in rows if "FS-T001" in row)
        said = re.findall(r"centre de santé \(CDS\)|pharmacie|public|privé", changed)
        assert said == words


def _cells(day: date) -> dict[str, int]:
    return {one.ownership: one.count for one in facility_cells(day) if one.facility_type == "CDS"}


def test_the_history_keeps_who_said_so_of_which_day_too(clara: Actor, world: World) -> None:
    facility = HealthFacility.objects.get(pk=world.facilities["FS-T001"])
    set_standing(clara, facility, PRIVATE, APRIL)
    told = HistoryEvent.objects.filter(table_name="federations_facilitystanding")
    assert told.count() == 2
    set_standing(clara, facility, PRIVATE, JUNE)
    assert told.count() == 4
    assert {event.actor_name for event in told} == {clara.name}


def test_a_facilitys_history_tells_since_when_it_is_so(world: World, sign_in) -> None:
    with open_scope(world.actor("clara"), source="essai"):
        one, other = (HealthFacility.objects.get(pk=pk) for pk in world.facilities.values())
        set_standing(world.actor("clara"), one, PRIVATE, APRIL)
        clinic = Standing("CLINIQUE_POLYCLINIQUE", "private")
        set_standing(world.actor("clara"), other, clinic, MARCH)
        corrected = HistoryEvent.objects.latest("pk").pk
        set_standing(world.actor("clara"), one, PRIVATE, JUNE)
    for reader in ("clara", "bernard"):
        browser = sign_in(reader)
        page = browser.get(URL + f"{one.pk}/").content.decode()
        address = re.search(r'href="(/historique/\?[^"]+)"', page)[1].replace("&amp;", "&")
        told = browser.get(address).content.decode()
        said = re.findall(r"type et statut d’une formation sanitaire « (.+?) »", told)
        assert sorted(said) == sorted(
            f"{one.name}, depuis le {day}"
            for day in ("début", "1er avril 2025", "début", "1er juin 2025")
        )
        assert other.name not in told
        # Filters and pages hold for these changes too.
        later = browser.get(f"{address}&before={corrected + 1}").content.decode()
        assert "1er avril 2025" in later
        assert "1er juin 2025" not in later
        changes = browser.get(f"{address}&operation=U").content.decode()
        assert f"« {one.name} »" in changes
        assert "depuis le" not in changes
    # In the whole list each change says of which facility it is, and each field since when.
    told = sign_in("clara").get("/historique/?table=federations_facilitystanding").content.decode()
    assert f"« {other.name}, depuis le 31 mars 2025 »" in told
    first = re.findall(r'href="(/historique/\d+/)"', told)[-1]
    page = sign_in("clara").get(first).content.decode()
    assert f"« {one.name}, depuis le début »" in page
    assert "0001" not in page
