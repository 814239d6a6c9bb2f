"""Units: opened, closed, cut anew, their zones d'action; each tenant its own."""

from datetime import date

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from django.test.utils import CaptureQueriesContext

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.models import Activity, RoleAssignment, Unit, UnitZone
from federations.selectors.assignments import actor_of
from federations.selectors.units import story_of, unit_by_id, unit_tree, visible_unit_ids, zones_of
from federations.services.partners import add_partner
from federations.services.recuts import Opening, recut_units
from federations.services.units import (
    UnitChanged,
    UnitDetails,
    ZoneChanged,
    change_unit,
    close_unit,
    create_unit,
    reopen_unit,
    set_zone,
    unit_version,
    zone_version,
)
from tests.federations.leaving import leave

DAY = date(2025, 1, 1)
TODAY = date(2025, 6, 30)


def _details(world, **changes: object) -> UnitDetails:
    given = {"name": "Section neuve", "code": "umu-s9", "parent_id": world.units["UMUCO"]}
    return UnitDetails(**{**given, **changes})


def recut_unit(*, actor, unit_id, on_date, kind, details, commune_ids=()) -> Unit:
    """Cut one unit into one; return the new one."""
    opening = Opening(kind=kind, details=details, commune_ids=tuple(commune_ids))
    recut = recut_units(actor=actor, unit_ids=[unit_id], on_date=on_date, openings=[opening])
    return recut.parts.get(is_new=True).unit


def _open_communes(unit_id: int) -> set[str]:
    zones = UnitZone.objects.filter(unit_id=unit_id, valid_to__isnull=True)
    return set(zones.values_list("commune__code", flat=True))


def test_a_section_is_opened_with_its_zone(amina, world) -> None:
    communes = [world.places["A-GI-01"], world.places["A-GI-02"]]
    unit = create_unit(
        actor=amina, kind="section", details=_details(world), valid_from=DAY, commune_ids=communes
    )
    assert (unit.tenant_id, unit.code, unit.valid_to) == (amina.tenant_id, "UMU-S9", None)
    assert _open_communes(unit.pk) == {"A-GI-01", "A-GI-02"}


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("provincial_antenna", {}, "kind"),
        ("federation", {}, "kind"),
        ("section", {"name": "  "}, "name"),
        ("section", {"code": "UMU-S1"}, "code"),
        ("section", {"code": "umu-s1"}, "code"),
        ("section", {"parent_id": "UMU-C1"}, "parent"),
        ("section", {"parent_id": "INEZA"}, "parent"),
        ("section", {"management_centre_id": "INE-C1"}, "management_centre"),
        ("section", {"management_centre_id": "UMU-S1"}, "management_centre"),
        ("management_centre", {"management_centre_id": "UMU-C1"}, "management_centre"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(kind, changes, field, amina, world) -> None:
    named = {
        key: world.units[value] if key.endswith("_id") else value for key, value in changes.items()
    }
    with pytest.raises(DomainError) as refusal:
        create_unit(actor=amina, kind=kind, details=_details(world, **named), valid_from=DAY)
    assert refusal.value.field == field


@pytest.mark.parametrize("name", ["...", "—", "\u0301", "布隆迪"])
def test_a_name_has_a_letter_or_a_digit(name, amina, world) -> None:
    given = {"actor": amina, "kind": "section", "valid_from": DAY}
    for act in (
        lambda: create_unit(**given, details=_details(world, name=name)),
        lambda: add_partner(actor=amina, name=name, kind="funder"),
    ):
        with pytest.raises(DomainError, match="une lettre") as refused:
            act()
        assert refused.value.field == "name"
    assert create_unit(**given, details=_details(world, name="2 — Giheta")).search_key == "2 giheta"


class TestCodesOfTheNetwork:
    """A code names one open unit, whichever federation opened it."""

    def test_another_federations_code_is_refused_and_its_owner_named(self, amina, world):
        for code in ("INE-S1", "ine-s1 "):
            with pytest.raises(Conflict) as refusal:
                details = _details(world, code=code)
                create_unit(actor=amina, kind="section", details=details, valid_from=DAY)
            assert refusal.value.field == "code"
            assert refusal.value.each() == (refusal.value,)
            assert "déjà celui de « Section Ineza 1 » (Ineza)" in refusal.value.message

    def test_the_database_keeps_it_where_two_write_at_once(self, amina, world):
        unit = Unit.objects.get(pk=world.units["UMU-S2"])
        with pytest.raises(IntegrityError, match="unit_code_once_in_network"), atomic():
            Unit.objects.filter(pk=unit.pk).update(code="ine-S1")

    def test_a_closed_units_code_is_free_again(self, amina, world, as_actor):
        bernard = world.actor("bernard")
        with as_actor(bernard):
            leave("beatrice", actor=bernard, on=date(2025, 6, 30))
            close_unit(actor=bernard, unit_id=world.units["INE-S1"], closed_on=date(2025, 1, 1))
        details = _details(world, code="INE-S1")
        made = create_unit(actor=amina, kind="section", details=details, valid_from=DAY)
        assert made.code == "INE-S1"

    @pytest.mark.parametrize("typed", ["INE-S1", "ine s1"])
    @pytest.mark.parametrize("address", ["/recherche/", "/unites/"])
    def test_people_find_it_from_any_federation(self, address, typed, sign_in):
        page = sign_in("amina").get(address, {"q": typed}).content.decode()
        assert "Section Ineza 1" in page
        assert "Section Umuco 1" not in page


FAR_DAYS = [date(1, 1, 1), date(1800, 1, 1), date(2026, 7, 2), date(9999, 12, 31)]


@pytest.mark.parametrize("day", FAR_DAYS)
def test_no_unit_opens_or_moves_on_a_day_that_cannot_be(day, amina, world) -> None:
    unit = Unit.objects.get(pk=world.units["UMU-S2"])
    acts = (
        lambda: create_unit(actor=amina, kind="section", details=_details(world), valid_from=day),
        lambda: _correct(amina, unit, valid_from=day),
        lambda: set_zone(actor=amina, unit_id=unit.pk, commune_ids=[], from_date=day),
    )
    for act, field in zip(acts, ("valid_from", "valid_from", "from_date"), strict=True):
        with pytest.raises(DomainError, match=r"1990|un an à l’avance") as refusal:
            act()
        assert refusal.value.field == field
    with pytest.raises(DomainError) as refusal:
        details = _details(world, code="UMU-S1")
        create_unit(actor=amina, kind="section", details=details, valid_from=day)
    assert {one.field for one in refusal.value.each()} == {"valid_from", "code"}


def _correct(actor, unit: Unit, *, valid_from: date, version: str | None = None, **changes) -> Unit:
    details = {name: getattr(unit, name) for name in UnitDetails.__dataclass_fields__}
    return change_unit(
        actor=actor,
        unit_id=unit.pk,
        details=UnitDetails(**{**details, **changes}),
        valid_from=valid_from,
        version=unit_version(unit) if version is None else version,
    )


class TestOpeningCorrected:
    """A day typed wrongly is corrected until something hangs from the unit."""

    @pytest.fixture
    def opened(self, amina, world) -> Unit:
        return create_unit(
            actor=amina,
            kind="section",
            details=_details(world),
            valid_from=date(2026, 1, 1),
            commune_ids=[world.places["A-GI-02"]],
        )

    def test_the_zone_follows(self, amina, opened):
        assert _correct(amina, opened, valid_from=DAY).valid_from == DAY
        assert list(opened.zones.values_list("valid_from", flat=True)) == [DAY]
        close_unit(actor=amina, unit_id=opened.pk, closed_on=date(2025, 6, 30))

    def test_what_hangs_from_it_is_named(self, amina, opened, world):
        Activity.objects.create(
            tenant_id=amina.tenant_id,
            unit=opened,
            starts_on=DAY,
            ends_on=DAY,
            kind="training",
            chapter="gender",
            theme="Genre",
        )
        with pytest.raises(DomainError, match="1 × activité") as refusal:
            _correct(amina, opened, valid_from=DAY)
        assert refusal.value.field == "valid_from"
        assert _correct(amina, opened, valid_from=opened.valid_from, phone="22 400 000").phone

    def test_a_zone_that_has_changed_holds_it(self, amina, opened):
        set_zone(actor=amina, unit_id=opened.pk, commune_ids=[], from_date=date(2026, 2, 1))
        with pytest.raises(DomainError, match="zone d’action a changé"):
            _correct(amina, opened, valid_from=DAY)


class TestTwoWriters:
    """The second has not read what the first wrote: told, and nothing overwritten."""

    def test_of_a_unit(self, amina, world):
        unit = Unit.objects.get(pk=world.units["UMU-S2"])
        read = unit_version(unit)
        _correct(amina, unit, valid_from=unit.valid_from, phone="79 111 111")
        with pytest.raises(UnitChanged, match="entre-temps") as told:
            _correct(amina, unit, valid_from=unit.valid_from, version=read, address="Marché")
        assert told.value.current.phone == "79111111"
        unit.refresh_from_db()
        assert (unit.phone, unit.address) == ("79111111", "")
        # The same sent twice is no second change.
        _correct(amina, unit, valid_from=unit.valid_from, version=read)

    def test_of_a_unit_that_a_recut_has_moved(self, amina, world):
        unit = Unit.objects.get(pk=world.units["UMU-S1"])
        read = unit_version(unit)
        Unit.objects.filter(pk=unit.pk).update(management_centre=None)
        with pytest.raises(UnitChanged):
            _correct(amina, unit, valid_from=unit.valid_from, version=read, address="Marché")

    def test_of_a_zone(self, amina, world):
        unit = Unit.objects.get(pk=world.units["UMU-S2"])
        one, two = world.places["A-GI-01"], world.places["A-GI-02"]
        given = {"actor": amina, "unit_id": unit.pk, "from_date": DAY}
        read = zone_version(unit)
        set_zone(**given, commune_ids=[one, two], version=read)
        for _ in range(2):
            with pytest.raises(ZoneChanged):
                set_zone(**given, commune_ids=[one], version=read)
        assert _open_communes(unit.pk) == {"A-GI-01", "A-GI-02"}
        set_zone(**given, commune_ids=[two, one], version=read)

    @pytest.mark.parametrize("joins", [True, False])
    def test_of_a_zone_whose_days_alone_have_changed(self, joins, amina, world):
        """A beginning, or an end, that another has moved is not moved again unseen."""
        unit = Unit.objects.get(pk=world.units["UMU-S2"])
        one, two = world.places["A-GI-01"], world.places["A-GI-02"]
        given = {"actor": amina, "unit_id": unit.pk}
        if not joins:
            set_zone(**given, commune_ids=[one, two], from_date=DAY)
        given["commune_ids"] = [one, two] if joins else [one]
        set_zone(**given, from_date=date(2025, 9, 1))
        read = zone_version(unit)
        set_zone(**given, from_date=date(2025, 8, 1))
        for _ in range(2):
            with pytest.raises(ZoneChanged):
                set_zone(**given, from_date=date(2025, 7, 1), version=read)
        # What the other saved, sent again, is no second change.
        there = zone_version(unit)
        set_zone(**given, from_date=date(2025, 8, 1), version=read)
        assert zone_version(unit) == there
        set_zone(**given, from_date=date(2025, 7, 1), version=there)
        days = {zone.commune_id: (zone.valid_from, zone.valid_to) for zone in zones_of(unit)}
        assert days[two] == ((date(2025, 7, 1), None) if joins else (DAY, date(2025, 7, 1)))

    def test_of_a_zone_the_days_are_shown(self, world, sign_in):
        client, page = sign_in("amina"), f"/unites/{world.units['UMU-S2']}/zone/"
        one, two = world.places["A-GI-01"], world.places["A-GI-02"]
        stale = client.get(page).context["form"]["version"].value()
        for version, day in ((stale, "2025-08-01"), (stale, "2025-07-01")):
            typed = {"communes": [one, two], "from_date": day, "version": version}
            answer = client.post(page, typed)
        assert answer.status_code == 422
        assert "Giheta (dès le 01/08/2025)" in answer.content.decode()


def test_a_zone_is_made_of_communes(amina, world) -> None:
    with pytest.raises(DomainError) as refusal:
        create_unit(
            actor=amina,
            kind="section",
            details=_details(world),
            valid_from=DAY,
            commune_ids=[world.places["A-GI"]],
        )
    assert refusal.value.field == "communes"


def test_another_tenants_unit_does_not_exist(amina, world) -> None:
    stranger = world.units["INE-S1"]
    for act in (
        lambda: change_unit(actor=amina, unit_id=stranger, details=_details(world), version=""),
        lambda: close_unit(actor=amina, unit_id=stranger, closed_on=DAY),
        lambda: set_zone(actor=amina, unit_id=stranger, commune_ids=[], from_date=DAY),
        lambda: recut_unit(
            actor=amina, unit_id=stranger, on_date=DAY, kind="section", details=_details(world)
        ),
    ):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize("username", ["agnes", "arthur", "regine", "fabrice"])
def test_only_managers_open_units(username, world, as_actor) -> None:
    actor = world.actor(username)
    with as_actor(actor), pytest.raises(NotAllowed):
        create_unit(actor=actor, kind="section", details=_details(world), valid_from=DAY)


def test_the_confederation_opens_antennas_and_no_section(world, as_actor) -> None:
    clara = world.actor("clara")
    with as_actor(clara):
        details = _details(world, code="ANT-GI", parent_id=world.units["CONAMUS"])
        antenna = create_unit(
            actor=clara, kind="provincial_antenna", details=details, valid_from=DAY
        )
        assert antenna.tenant_id == clara.tenant_id
        with pytest.raises(DomainError):
            create_unit(actor=clara, kind="section", details=details, valid_from=DAY)


def test_a_closed_unit_stays_and_its_zone_ends_with_it(amina, world) -> None:
    unit = close_unit(actor=amina, unit_id=world.units["UMU-S2"], closed_on=DAY)
    assert Unit.objects.get(pk=unit.pk).valid_to == DAY
    assert _open_communes(unit.pk) == set()
    assert zones_of(unit)[0].valid_to == DAY


def test_a_unit_that_others_hang_from_is_not_closed(amina, world) -> None:
    with pytest.raises(DomainError, match="dépendent encore"):
        close_unit(actor=amina, unit_id=world.units["UMU-C1"], closed_on=DAY)


@pytest.mark.parametrize("day", [date(2015, 1, 1), date(2010, 1, 1)])
def test_a_unit_closes_after_it_opened(day, amina, world) -> None:
    with pytest.raises(DomainError) as refusal:
        close_unit(actor=amina, unit_id=world.units["UMU-S1"], closed_on=day)
    assert refusal.value.field == "closed_on"


def test_a_unit_is_not_closed_for_a_day_beyond_a_year(amina, world) -> None:
    with pytest.raises(DomainError, match="un an à l’avance") as refused:
        close_unit(actor=amina, unit_id=world.units["UMU-S2"], closed_on=date(2099, 1, 1))
    assert refused.value.field == "closed_on"


def test_a_closure_is_taken_back_with_its_zone(amina, world) -> None:
    unit_id = world.units["UMU-S2"]
    before = set(UnitZone.objects.filter(unit_id=unit_id, valid_to__isnull=True).values_list("pk"))
    close_unit(actor=amina, unit_id=unit_id, closed_on=date(2025, 6, 30))
    assert reopen_unit(actor=amina, unit_id=unit_id).valid_to is None
    after = set(UnitZone.objects.filter(unit_id=unit_id, valid_to__isnull=True).values_list("pk"))
    assert after == before
    with pytest.raises(DomainError, match="pas fermée"):
        reopen_unit(actor=amina, unit_id=unit_id)


def test_a_unit_is_not_closed_twice(amina, world) -> None:
    close_unit(actor=amina, unit_id=world.units["UMU-S2"], closed_on=DAY)
    with pytest.raises(DomainError, match="déjà fermée"):
        close_unit(actor=amina, unit_id=world.units["UMU-S2"], closed_on=date(2025, 2, 1))


def test_the_federation_itself_is_not_changed_from_a_page(amina, world) -> None:
    with pytest.raises(DomainError):
        close_unit(actor=amina, unit_id=world.units["UMUCO"], closed_on=DAY)


def test_a_recut_closes_one_and_opens_the_one_that_replaces_it(amina, world) -> None:
    old = world.units["UMU-S1"]
    new = recut_unit(
        actor=amina,
        unit_id=old,
        on_date=DAY,
        kind="mutuelle",
        details=_details(world, code="UMU-S1", name="Mutuelle de Bugendana"),
        commune_ids=[world.places["N-GI-01"]],
    )
    closed = unit_by_id(old)
    assert (closed.valid_to, new.valid_from, new.replaces_id) == (DAY, DAY, old)
    assert (closed.kind, new.kind, new.code) == ("section", "mutuelle", "UMU-S1")
    assert _open_communes(new.pk) == {"N-GI-01"}
    story = [sentence for _, sentence, _ in story_of(closed, zones_of(closed), TODAY)]
    assert story == ["Ouverte", "Remplacée par Mutuelle de Bugendana", "Fermée"]


def test_what_hung_from_a_recut_centre_follows_to_the_new_one(amina, world) -> None:
    new = recut_unit(
        actor=amina,
        unit_id=world.units["UMU-C1"],
        on_date=DAY,
        kind="management_centre",
        details=_details(world, code="UMU-C2", name="Centre neuf"),
    )
    assert Unit.objects.get(pk=world.units["UMU-S1"]).management_centre_id == new.pk


def test_people_and_households_follow_a_recut(amina, world) -> None:
    old = world.units["UMU-S1"]
    new = recut_unit(actor=amina, unit_id=old, on_date=DAY, kind="section", details=_details(world))
    ended = RoleAssignment.objects.get(pk=world.assignments["agnes"])
    assert (ended.unit_id, ended.valid_to) == (old, DAY)
    begun = RoleAssignment.objects.get(user=ended.user_id, valid_to__isnull=True)
    assert (begun.unit_id, begun.valid_from) == (new.pk, DAY)
    assert visible_unit_ids(actor_of(begun)) == {new.pk, old}


def test_a_centre_cannot_become_a_section_while_it_serves(amina, world) -> None:
    with pytest.raises(DomainError) as refusal:
        recut_unit(
            actor=amina,
            unit_id=world.units["UMU-C1"],
            on_date=DAY,
            kind="section",
            details=_details(world),
        )
    assert refusal.value.field == "kind"


def test_a_zone_changes_and_keeps_what_it_was(amina, world) -> None:
    unit = world.units["UMU-S1"]
    set_zone(actor=amina, unit_id=unit, commune_ids=[world.places["A-GI-02"]], from_date=DAY)
    assert _open_communes(unit) == {"A-GI-02"}
    past = UnitZone.objects.get(unit_id=unit, commune_id=world.places["A-GI-01"])
    assert past.valid_to == DAY
    set_zone(actor=amina, unit_id=unit, commune_ids=[], from_date=DAY)
    assert not UnitZone.objects.filter(unit_id=unit, commune_id=world.places["A-GI-02"]).exists()


def test_a_zone_does_not_begin_before_its_unit(amina, world) -> None:
    with pytest.raises(DomainError) as refusal:
        set_zone(
            actor=amina, unit_id=world.units["UMU-S1"], commune_ids=[], from_date=date(2010, 1, 1)
        )
    assert refusal.value.field == "from_date"


@pytest.mark.parametrize(
    ("username", "seen"),
    [("agnes", {"UMU-S1"}), ("albert", {"UMU-C1", "UMU-S1", "UMU-S2"}), ("amina", None)],
)
def test_who_sees_the_members_of_which_units(username, seen, world, as_actor) -> None:
    actor = world.actor(username)
    with as_actor(actor):
        found = visible_unit_ids(actor)
    assert found == (None if seen is None else {world.units[code] for code in seen})


def test_what_is_in_sight_is_asked_once_a_scope(world, as_actor) -> None:
    agnes, albert = world.actor("agnes"), world.actor("albert")
    with as_actor(agnes), CaptureQueriesContext(connection) as captured:
        first = visible_unit_ids(agnes)
        assert visible_unit_ids(agnes) == first
        assert len(captured) == 1
        # Of somebody else it is asked anew, and so in another scope.
        assert visible_unit_ids(albert) != first
        assert len(captured) == 2
    with as_actor(agnes), CaptureQueriesContext(connection) as captured:
        assert visible_unit_ids(agnes) == first
        assert len(captured) == 1


def test_the_tree_hangs_every_unit_once(amina) -> None:
    def names(branches) -> list[str]:
        return [n for b in branches for n in (b.unit.code, *names(b.branches))]

    tree = unit_tree(DAY)
    assert [branch.unit.code for branch in tree] == ["CONAMUS"]
    assert sorted(names(tree)) == sorted(
        Unit.objects.filter(valid_from__lte=DAY).values_list("code", flat=True)
    )
