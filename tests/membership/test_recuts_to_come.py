"""A re-cut to come changes nothing before its day: links and roles follow with the households."""

from datetime import date

import pytest

from conamus.kernel.errors import DomainError
from federations.models import Job, Recut, RoleAssignment, Unit
from federations.rules.people import RoleRequest
from federations.rules.roles import Role
from federations.selectors.assignments import actor_of
from federations.selectors.units import unit_tree, visible_unit_ids
from federations.services.assignments import close_role, give_role
from federations.services.following import follow_recut
from federations.services.jobs import due_job_ids, run_job
from federations.services.recuts import Opening, recut_units
from federations.services.units import (
    UnitDetails,
    change_unit,
    close_unit,
    create_unit,
    reopen_unit,
    unit_version,
)
from membership.services.recuts import decide_recut, send_rest, undo_recut
from prudential.selectors.territory import insuring_leaves, open_units
from tests.federations.leaving import leave

TODAY = date(2025, 6, 30)
DAY = date(2025, 10, 1)
LATER = date(2026, 3, 1)
#: On which the report of the current year reads its units.
OPENING = date(2026, 1, 1)
SECTIONS = ("UMU-S1", "UMU-S2")


def _unit(code: str) -> Unit:
    return Unit.objects.get(code=code)


def _links() -> dict[str, tuple[str, str]]:
    """Each section's parent and centre, by their codes."""
    rows = Unit.objects.filter(code__in=SECTIONS).order_by("code")
    found = rows.values_list("code", "parent__code", "management_centre__code")
    return {code: (parent, centre) for code, parent, centre in found}


def _roles(username: str) -> list[tuple[str, date, date | None]]:
    rows = RoleAssignment.objects.filter(user__username=username).order_by("pk")
    return list(rows.values_list("unit__code", "valid_from", "valid_to"))


def _change(actor, unit: Unit, **changes) -> Unit:
    details = {name: getattr(unit, name) for name in UnitDetails.__dataclass_fields__}
    return change_unit(
        actor=actor,
        unit_id=unit.pk,
        details=UnitDetails(**{**details, **changes}),
        version=unit_version(unit),
    )


def _mutuelle(actor, world) -> Unit:
    """A mutuelle that both sections hang from."""
    details = UnitDetails(name="Mutuelle M1", code="UMU-M1", parent_id=world.units["UMUCO"])
    made = create_unit(actor=actor, kind="mutuelle", details=details, valid_from=date(2025, 1, 1))
    for code in SECTIONS:
        _change(actor, _unit(code), parent_id=made.pk)
    return made


def _recut(actor, world, old: str, new: str, kind: str, *, on: date = DAY, **more) -> Recut:
    details = UnitDetails(name=f"Neuve {new}", code=new, parent_id=world.units["UMUCO"], **more)
    return decide_recut(
        actor=actor,
        unit_ids=[_unit(old).pk],
        on_date=on,
        openings=[Opening(kind=kind, details=details)],
    )


def _both(actor, world) -> list[Recut]:
    """The mutuelle and the centre of both sections are to be cut anew."""
    return [
        _recut(actor, world, "UMU-M1", "UMU-M2", "mutuelle"),
        _recut(actor, world, "UMU-C1", "UMU-C2", "management_centre"),
    ]


def _run_jobs(actor, as_actor) -> list[Job]:
    for key in due_job_ids():
        run_job(key)
    with as_actor(actor):
        return list(Job.objects.filter(tenant_id=actor.tenant_id).order_by("created_at"))


def _served_by(as_actor, actor) -> set[str]:
    with as_actor(actor):
        return {centre for _, centre in _links().values()}


BEFORE = dict.fromkeys(SECTIONS, ("UMU-M1", "UMU-C1"))
AFTER = dict.fromkeys(SECTIONS, ("UMU-M2", "UMU-C2"))
#: What the world opened the roles with.
SINCE = date(2015, 1, 1)


class TestUntilTheDay:
    @pytest.fixture
    def recuts(self, amina, world) -> list[Recut]:
        _mutuelle(amina, world)
        return _both(amina, world)

    def test_nothing_hangs_elsewhere(self, recuts, amina, world):
        assert _links() == BEFORE
        [root] = [one for one in unit_tree(TODAY) if one.unit.code == "CONAMUS"]
        umuco = next(one for one in root.branches if one.unit.code == "UMUCO")
        beneath = {one.unit.code: {b.unit.code for b in one.branches} for one in umuco.branches}
        assert beneath == {"UMU-M1": set(SECTIONS), "UMU-C1": set()}

    def test_people_work_where_they_did(self, recuts, world):
        assert [row[::2] for row in _roles("albert")] == [("UMU-C1", None)]
        seen = visible_unit_ids(world.actor("albert"))
        assert seen == {_unit(code).pk for code in ("UMU-C1", *SECTIONS)}

    def test_a_report_of_a_later_day_counts_by_the_sections_that_follow(self, recuts, amina):
        for day in (TODAY, OPENING):
            found = insuring_leaves(open_units(day, tenant_id=amina.tenant_id))
            assert {unit.code for unit in found} == set(SECTIONS), day
        centres = {unit.management_centre.code for unit in found}
        assert centres == {"UMU-C2"}

    def test_what_is_left_waits_for_the_day(self, recuts, amina):
        with pytest.raises(DomainError, match="01/10/2025"):
            follow_recut(actor=amina, recut_id=recuts[0].pk)
        assert {job.not_before for job in Job.objects.all()} == {DAY}

    def test_taken_back_it_leaves_nothing(self, recuts, amina, settings):
        roles = list(RoleAssignment.objects.order_by("pk").values())
        for recut in recuts:
            undo_recut(actor=amina, recut_id=recut.pk)
        assert _links() == BEFORE
        assert list(RoleAssignment.objects.order_by("pk").values()) == roles
        assert {_unit(code).valid_to for code in ("UMU-M1", "UMU-C1")} == {None}
        settings.BUSINESS_DATE = DAY
        with pytest.raises(DomainError, match="déjà repris"):
            follow_recut(actor=amina, recut_id=recuts[0].pk)
        assert _links() == BEFORE


class TestWhatMayBeDoneMeanwhile:
    @pytest.fixture
    def recuts(self, amina, world) -> list[Recut]:
        _mutuelle(amina, world)
        return _both(amina, world)

    def test_a_telephone_is_corrected(self, recuts, amina):
        _change(amina, _unit("UMU-S1"), phone="79 111 111")
        assert (_unit("UMU-S1").phone, _links()) == ("79111111", BEFORE)

    def test_what_opens_meanwhile_hangs_from_what_is_open_and_follows(
        self, recuts, amina, world, settings
    ):
        details = UnitDetails(
            name="Section", code="UMU-S9", parent_id=_unit("UMU-M1").pk,
            management_centre_id=_unit("UMU-C1").pk,
        )  # fmt: skip
        made = create_unit(actor=amina, kind="section", details=details, valid_from=TODAY)
        settings.BUSINESS_DATE = DAY
        for recut in recuts:
            follow_recut(actor=amina, recut_id=recut.pk)
        made.refresh_from_db()
        assert (made.parent.code, made.management_centre.code) == ("UMU-M2", "UMU-C2")
        with pytest.raises(DomainError, match="fermée le 01/10/2025"):
            _change(amina, made, parent_id=_unit("UMU-M1").pk)

    def test_but_not_where_the_heir_cannot_hold_it(self, amina, world):
        _mutuelle(amina, world)
        for code in SECTIONS:
            _change(amina, _unit(code), parent_id=world.units["UMUCO"])
        _recut(amina, world, "UMU-M1", "UMU-S8", "section")
        details = UnitDetails(name="Section", code="UMU-S9", parent_id=_unit("UMU-M1").pk)
        with pytest.raises(DomainError, match="ferme le 01/10/2025"):
            create_unit(actor=amina, kind="section", details=details, valid_from=TODAY)

    def test_nor_after_the_heir_closes(self, amina, world):
        _recut(amina, world, "UMU-C1", "UMU-C2", "management_centre")
        for code in SECTIONS:
            _change(amina, _unit(code), management_centre_id=None)
        leave("albert", actor=amina, on=LATER)
        close_unit(actor=amina, unit_id=_unit("UMU-C2").pk, closed_on=LATER)
        with pytest.raises(DomainError, match=r"Neuve UMU-C2.*ferme le 01/03/2026"):
            _change(amina, _unit("UMU-S1"), management_centre_id=_unit("UMU-C1").pk)

    def test_the_heir_does_not_close_over_what_is_to_follow(self, recuts, amina):
        for code in ("UMU-M2", "UMU-C2"):
            with pytest.raises(DomainError, match="dépendent encore"):
                close_unit(actor=amina, unit_id=_unit(code).pk, closed_on=LATER)

    def test_nor_becomes_what_cannot_hold_it(self, recuts, amina, world):
        with pytest.raises(DomainError, match="« Section Umuco 1 » ne peut pas dépendre"):
            _recut(amina, world, "UMU-M2", "UMU-S8", "section", on=LATER)

    def test_a_closing_after_the_day_is_taken_back(self, recuts, amina):
        unit = _unit("UMU-S1")
        leave("agnes", actor=amina, on=LATER)
        close_unit(actor=amina, unit_id=unit.pk, closed_on=LATER)
        assert reopen_unit(actor=amina, unit_id=unit.pk).valid_to is None

    def test_so_is_one_before_it_until_the_day_has_come(self, amina, world, settings):
        _mutuelle(amina, world)
        leave("agnes", actor=amina, on=date(2025, 9, 1))
        for code in SECTIONS:
            close_unit(actor=amina, unit_id=_unit(code).pk, closed_on=date(2025, 9, 1))
        recuts = _both(amina, world)
        reopen_unit(actor=amina, unit_id=_unit("UMU-S1").pk)
        settings.BUSINESS_DATE = DAY
        # Not passed yet: the worker is late.
        _change(amina, _unit("UMU-S1"), phone="79 111 111")
        with pytest.raises(DomainError, match="fermée le 01/10/2025"):
            reopen_unit(actor=amina, unit_id=_unit("UMU-S2").pk)
        for recut in recuts:
            follow_recut(actor=amina, recut_id=recut.pk)
        assert _links() == {"UMU-S1": ("UMU-M2", "UMU-C2"), "UMU-S2": ("UMU-M1", "UMU-C1")}

    def test_what_went_elsewhere_or_closed_stays_there(self, recuts, amina, world, settings):
        _change(amina, _unit("UMU-S1"), parent_id=world.units["UMUCO"])
        close_unit(actor=amina, unit_id=_unit("UMU-S2").pk, closed_on=date(2025, 9, 1))
        settings.BUSINESS_DATE = DAY
        for recut in recuts:
            follow_recut(actor=amina, recut_id=recut.pk)
        assert _links() == {"UMU-S1": ("UMUCO", "UMU-C2"), "UMU-S2": ("UMU-M1", "UMU-C1")}

    def test_a_role_that_ended_is_not_given_back(self, recuts, amina, world, settings):
        close_role(actor=amina, assignment_id=world.assignments["albert"], on_date=TODAY)
        settings.BUSINESS_DATE = DAY
        follow_recut(actor=amina, recut_id=recuts[1].pk)
        assert [row[::2] for row in _roles("albert")] == [("UMU-C1", TODAY)]

    def test_one_that_was_given_follows(self, recuts, amina, world, settings):
        user = RoleAssignment.objects.get(pk=world.assignments["agnes"]).user_id
        unit = _unit("UMU-C1").pk
        role = RoleRequest(role=Role.CENTRE_OPERATOR, tenant_id=amina.tenant_id, unit_id=unit)
        give_role(actor=amina, user_id=user, role=role)
        settings.BUSINESS_DATE = DAY
        follow_recut(actor=amina, recut_id=recuts[1].pk)
        assert _roles("agnes")[1:] == [("UMU-C1", TODAY, DAY), ("UMU-C2", DAY, None)]

    def test_one_recut_after_another_follows_each_on_its_day(self, recuts, amina, world, settings):
        again = _recut(amina, world, "UMU-C2", "UMU-C3", "management_centre", on=LATER)
        found = open_units(date(2026, 6, 1), tenant_id=amina.tenant_id)
        assert {one.management_centre.code for one in found if one.code in SECTIONS} == {"UMU-C3"}
        with pytest.raises(DomainError, match="fermée ou redécoupée depuis"):
            undo_recut(actor=amina, recut_id=recuts[1].pk)
        for day, recut, code in ((DAY, recuts[1], "UMU-C2"), (LATER, again, "UMU-C3")):
            settings.BUSINESS_DATE = day
            follow_recut(actor=amina, recut_id=recut.pk)
            assert {centre for _, centre in _links().values()} == {code}
        assert [row[0] for row in _roles("albert")] == ["UMU-C1", "UMU-C2", "UMU-C3"]
        assert [row[2] for row in _roles("albert")] == [DAY, LATER, None]


class TestOnTheDay:
    def test_links_and_roles_follow_by_the_job_and_go_back(self, own_database, as_actor, settings):
        world, amina = own_database, own_database.actor("amina")
        with as_actor(amina):
            _mutuelle(amina, world)
            recuts = _both(amina, world)
        _run_jobs(amina, as_actor)
        with as_actor(amina):
            assert _links() == BEFORE
        settings.BUSINESS_DATE = DAY
        jobs = _run_jobs(amina, as_actor)
        assert [job.state for job in jobs] == ["done", "done"], [job.reason for job in jobs]
        with as_actor(amina):
            assert _links() == AFTER
            albert = _roles("albert")
            assert [row[0] for row in albert] == ["UMU-C1", "UMU-C2"]
            assert (albert[0][2], *albert[1][1:]) == (DAY, DAY, None)
            followed = Recut.objects.get(pk=recuts[1].pk).followed
            # A second run finds nothing left.
            assert follow_recut(actor=amina, recut_id=recuts[1].pk) == 0
            assert Recut.objects.get(pk=recuts[1].pk).followed == followed
            with pytest.raises(DomainError, match="rien à faire"):
                send_rest(actor=amina, recut_id=recuts[1].pk, chosen={})
            for recut in recuts:
                undo_recut(actor=amina, recut_id=recut.pk)
            assert _links() == BEFORE
            # The role that began is of no day, as the unit that it was in.
            assert [row[2] for row in _roles("albert")] == [None, DAY]

    def test_the_report_of_the_year_before_is_as_it_was(self, amina, world, settings):
        _mutuelle(amina, world)
        recuts = _both(amina, world)
        again = _recut(amina, world, "UMU-M2", "UMU-M3", "mutuelle", on=LATER)
        for recut in (*recuts, again):
            settings.BUSINESS_DATE = recut.on_date
            follow_recut(actor=amina, recut_id=recut.pk)
        for day, parent, centre in (
            (TODAY, "UMU-M1", "UMU-C1"), (OPENING, "UMU-M2", "UMU-C2"), (LATER, "UMU-M3", "UMU-C2"),
        ):  # fmt: skip
            found = insuring_leaves(open_units(day, tenant_id=amina.tenant_id))
            told = {one.code: (one.parent.code, one.management_centre.code) for one in found}
            assert told == dict.fromkeys(SECTIONS, (parent, centre)), day

    def test_a_job_killed_after_the_links_does_the_rest(self, own_database, as_actor, settings):
        world, amina = own_database, own_database.actor("amina")
        with as_actor(amina):
            _mutuelle(amina, world)
            recut = _recut(amina, world, "UMU-M1", "UMU-M2", "mutuelle")
        settings.BUSINESS_DATE = DAY
        with as_actor(amina):
            assert follow_recut(actor=amina, recut_id=recut.pk) == 2
        # The worker died here.
        [job] = _run_jobs(amina, as_actor)
        assert job.state == "done"
        with as_actor(amina):
            assert len(Recut.objects.get(pk=recut.pk).followed["children"]) == 2
            assert {parent for parent, _ in _links().values()} == {"UMU-M2"}

    def test_who_decided_has_left_and_another_sends_what_is_left(
        self, own_database, as_actor, settings
    ):
        world, amina = own_database, own_database.actor("amina")
        sylvere = world.actor("sylvere")
        with as_actor(amina):
            recut = _recut(amina, world, "UMU-C1", "UMU-C2", "management_centre")
        with as_actor(sylvere):
            user = RoleAssignment.objects.get(pk=world.assignments["arthur"]).user
            role = RoleRequest(role=Role.FEDERATION_MANAGER, tenant_id=amina.tenant_id)
            other = actor_of(give_role(actor=sylvere, user_id=user.pk, role=role))
            mine = world.assignments["amina"]
            close_role(actor=sylvere, assignment_id=mine, on_date=TODAY)
        settings.BUSINESS_DATE = DAY
        [job] = _run_jobs(other, as_actor)
        assert (job.state, _served_by(as_actor, other)) == ("failed", {"UMU-C1"})
        with as_actor(other):
            send_rest(actor=other, recut_id=recut.pk, chosen={})
        [_, again] = _run_jobs(other, as_actor)
        assert (again.state, _served_by(as_actor, other)) == ("done", {"UMU-C2"})

    def test_the_confederations_antennas_follow_too(self, own_database, as_actor, settings):
        world, clara = own_database, own_database.actor("clara")
        with as_actor(clara):
            for code, kind, parent in (
                ("ANT-P", "provincial_antenna", "CONAMUS"),
                ("ANT-C", "communal_antenna", "ANT-P"),
            ):
                details = UnitDetails(name=code, code=code, parent_id=_unit(parent).pk)
                create_unit(actor=clara, kind=kind, details=details, valid_from=TODAY)
            details = UnitDetails(name="N", code="ANT-N", parent_id=world.units["CONAMUS"])
            decide_recut(
                actor=clara,
                unit_ids=[_unit("ANT-P").pk],
                on_date=DAY,
                openings=[Opening(kind="provincial_antenna", details=details)],
            )
        settings.BUSINESS_DATE = DAY
        [job] = _run_jobs(clara, as_actor)
        assert job.state == "done", job.reason
        with as_actor(clara):
            assert _unit("ANT-C").parent.code == "ANT-N"

    def test_who_works_in_two_units_that_become_one_has_one_role(self, amina, world):
        agnes = RoleAssignment.objects.get(pk=world.assignments["agnes"])
        second = RoleRequest(
            role=Role.MUTUELLE_AGENT, tenant_id=amina.tenant_id, unit_id=world.units["UMU-S2"]
        )
        give_role(actor=amina, user_id=agnes.user_id, role=second)
        before = _roles("agnes")
        details = UnitDetails(name="Section", code="UMU-S9", parent_id=world.units["UMUCO"])
        given = {
            "actor": amina, "unit_ids": [world.units[code] for code in SECTIONS],
            "on_date": TODAY, "openings": [Opening(kind="section", details=details)],
        }  # fmt: skip
        with pytest.raises(DomainError) as asked:
            decide_recut(**given)
        recut = decide_recut(**given, confirmed=asked.value.plan.digest)
        assert [row[::2] for row in _roles("agnes")] == [
            ("UMU-S1", TODAY), ("UMU-S2", TODAY), ("UMU-S9", None),
        ]  # fmt: skip
        undo_recut(actor=amina, recut_id=recut.pk)
        assert _roles("agnes")[:2] == before
        assert _roles("agnes")[2][1:] == (TODAY, TODAY)


class TestPages:
    @pytest.fixture
    def recuts(self, world, as_actor) -> list[Recut]:
        with as_actor(amina := world.actor("amina")):
            _mutuelle(amina, world)
            return _both(amina, world)

    def test_they_say_from_when(self, recuts, world, sign_in, as_actor):
        client = sign_in("amina")
        with as_actor(world.actor("amina")):
            keys = {code: _unit(code).pk for code in ("UMU-S1", "UMU-C1", "UMU-C2")}
            albert = RoleAssignment.objects.get(pk=world.assignments["albert"]).user_id

        def shown(address: str) -> str:
            return client.get(address).content.decode()

        section = shown(f"/unites/{keys['UMU-S1']}/")
        assert "; dès le 1er octobre 2025 : " in section
        assert section.index("Centre Umuco") < section.index("Neuve UMU-C2")
        assert "Unités servies (2)" in shown(f"/unites/{keys['UMU-C1']}/")
        heir = shown(f"/unites/{keys['UMU-C2']}/")
        assert "Unités servies (0)" in heir
        assert "section, dès le 1er octobre 2025" in heir
        assert "; dès le 1er octobre 2025 : Neuve UMU-C2" in shown(f"/personnes/{albert}/")
        recut = shown(f"/redecoupages/{recuts[1].pk}/")
        assert "unités rattachées, personnes et ménages passeront ce jour-là" in recut
        assert "1 rôle de personnes dans les anciennes unités" in recut

    def test_modifier_keeps_the_centre_of_today(self, recuts, world, sign_in, as_actor):
        address = f"/unites/{world.units['UMU-S1']}/modifier/"
        client = sign_in("amina")
        form = client.get(address).context["form"]
        sent = {field.name: field.value() or "" for field in form}
        assert sent["management_centre"] == world.units["UMU-C1"]
        assert "Neuve UMU-C2" not in str(form["management_centre"])
        assert client.post(address, {**sent, "phone": "79 111 111"}).status_code == 302
        with as_actor(world.actor("amina")):
            assert (_unit("UMU-S1").phone, _links()) == ("79111111", BEFORE)

    def test_what_no_task_passed_is_sent_from_the_page(self, world, as_actor, sign_in, settings):
        with as_actor(amina := world.actor("amina")):
            details = UnitDetails(name="Centre", code="UMU-C2", parent_id=world.units["UMUCO"])
            recut = recut_units(
                actor=amina,
                unit_ids=[world.units["UMU-C1"]],
                on_date=DAY,
                openings=[Opening(kind="management_centre", details=details)],
            )
        settings.BUSINESS_DATE = DAY
        client, address = sign_in("amina"), f"/redecoupages/{recut.pk}/"
        assert "Faire passer les unités et les personnes" in client.get(address).content.decode()
        sent = client.post(address)
        assert sent.status_code == 302
        assert sent["Location"].startswith("/taches/")
