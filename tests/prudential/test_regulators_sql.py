"""What the regulator's database role reads by a statement of its own: no more than its pages.

Which tables and functions it may ask is told here one by one: whoever lets it read another says
here why that tells of no group of one to four. What the functions give is subtracted by brute force
here, in test_no_way_back.py and in test_care_releases.py.
"""

import json
from collections.abc import Callable
from datetime import date
from itertools import product
from random import Random

import pytest
from django.db import ProgrammingError, transaction

from federations.models import Partner
from federations.selectors.statements import rows_of
from federations.tenancy.actor import system_actor
from membership.models import PastYear
from membership.rules.insured import InsuredTotals
from prudential.rules.suppression import is_small
from prudential.services.releases import release_all_figures
from tests.prudential.releasing import enrol, people_by, produce
from tests.prudential.subtraction import Told, insured_told, small_groups
from tests.world import World

#: What names things, and counts nobody.
DIRECTORY = {
    "claims_act", "federations_communemapping", "federations_facilitystanding",
    "federations_federation", "federations_healthdistrict", "federations_healthfacility",
    "federations_partner", "federations_place", "federations_recutunit",
    "federations_roleassignment", "federations_unit", "federations_unitzone",
    "membership_mutualistyear", "mfa_authenticator",
}  # fmt: skip
#: The editions that are opened to it, and their files.
EDITIONS = {"prudential_annualreport", "federations_storedfile"}
YEARS = (2016, 2017, 2018)
FEDERATIONS = ("UMUCO", "INEZA", "CONAMUS")


# --- which tables -----------------------------------------------------------------------


def test_the_role_reads_the_directory_and_its_editions_alone(db: None) -> None:
    readable = rows_of(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p', 'v', 'm', 'f')"
        " AND has_any_column_privilege('conamus_regulator', oid, 'SELECT')"
    )
    assert {row["relname"] for row in readable} == DIRECTORY | EDITIONS


def test_the_role_asks_no_sequence_how_many_rows_were_added(world: World, as_actor: Callable):
    """A number of today less one of yesterday would be the households enrolled in between."""
    with as_actor(world.actor("regine")):
        asked = rows_of(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND CASE relkind WHEN 'S'"
            " THEN has_sequence_privilege(oid, 'USAGE, SELECT, UPDATE') END"
        )
        assert asked == []
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            rows_of("SELECT nextval('membership_enrolment_id_seq')")


@pytest.mark.parametrize(
    "counting",
    [
        "membership_insured(2020, 2030)",
        "membership_insured_on(CURRENT_DATE, 'unit')",
        "membership_targets(2025, 'unit', NULL)",
        "membership_flows(2025, 'unit', NULL)",
    ],
)
def test_a_function_that_reads_for_its_caller_gives_the_role_nothing(
    world: World, as_actor: Callable, counting: str
) -> None:
    with (
        as_actor(world.actor("regine")),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        rows_of(f"SELECT * FROM {counting}")


# --- past years -------------------------------------------------------------------------


def _promoters(world: World, as_actor: Callable) -> list[Partner]:
    """Three promoters of each federation."""
    made = []
    for tenant in FEDERATIONS:
        with as_actor(system_actor(world.tenants[tenant], "essai")):
            for number in range(3):
                partner = Partner(
                    tenant_id=world.tenants[tenant], name=f"{tenant} {number}", kind="promoter"
                )
                partner.save()
                made.append(partner)
    return made


def _bring(promoter: Partner, as_actor: Callable, year: int, households: int, **more: object):
    with as_actor(system_actor(promoter.tenant_id, "essai")):
        PastYear.objects.create(
            tenant_id=promoter.tenant_id, promoter=promoter, label=str(year), starts_year=year,
            sections=1, households=households, source="Rapport", **more,
        )  # fmt: skip


def test_the_rows_of_past_years_are_not_the_regulators(world: World, as_actor: Callable) -> None:
    promoter = _promoters(world, as_actor)[0]
    _bring(promoter, as_actor, 2018, 3)
    for statement in (
        "SELECT households FROM membership_pastyear",
        "SELECT because FROM membership_pastyear",
        "SELECT count(*) FROM membership_pastyear WHERE households < 5",
    ):
        with (
            as_actor(world.actor("regine")),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
        ):
            rows_of(statement)
    with as_actor(world.actor("regine")):
        [told] = rows_of("SELECT * FROM shown_past_years()")
    assert (told["promoter"], told["label"], told["households"]) == (promoter.name, "2018", None)


def test_a_federation_reads_no_other_federations_past_year(
    world: World, as_actor: Callable
) -> None:
    for promoter in _promoters(world, as_actor):
        _bring(promoter, as_actor, 2018, 3)
    for username, tenants in (("amina", {"UMUCO"}), ("clara", set(FEDERATIONS))):
        with as_actor(world.actor(username)):
            rows = rows_of("SELECT DISTINCT tenant_id FROM membership_pastyear")
        assert {row["tenant_id"] for row in rows} == {world.tenants[one] for one in tenants}
    with as_actor(world.actor("amina")), pytest.raises(ProgrammingError), transaction.atomic():
        rows_of("SELECT * FROM shown_past_years()")


@pytest.mark.parametrize("seed", range(12))
def test_no_past_year_gives_a_small_group(world: World, as_actor: Callable, seed: int) -> None:
    """Promoters, federations and the network, with what was corrected and withdrawn."""
    draw = Random(seed)  # noqa: S311 -- no secret
    truth: dict[tuple[str, str], int] = {}
    promoters = _promoters(world, as_actor)
    for promoter, year in product(promoters, YEARS):
        households = draw.choice((0, 2, 3, 6, 20, 40))
        truth[str(year), promoter.name] = households
        _bring(promoter, as_actor, year, households + 1)
        _bring(promoter, as_actor, year, households, version=2, because=f"{households}")
    withdrawn = draw.choice(promoters)
    del truth[str(YEARS[0]), withdrawn.name]
    _bring(withdrawn, as_actor, YEARS[0], 1, version=3, is_withdrawn=True)
    told: list[Told] = []
    for label in {label for label, _ in truth}:
        of_year = [atom for atom in truth if atom[0] == label]
        whole = sum(truth[atom] for atom in of_year)
        # The network's sum is published; none is so small.
        told.append((of_year, None if is_small(whole) else whole))
    with as_actor(world.actor("regine")):
        rows = rows_of("SELECT * FROM shown_past_years()")
    assert {(row["label"], row["promoter"]) for row in rows} == truth.keys()
    told += [([(row["label"], row["promoter"])], row["households"]) for row in rows]
    for row in rows:
        assert row["households"] in (None, truth[row["label"], row["promoter"]])
    assert any(row["households"] for row in rows)
    assert small_groups(told, truth) == []


# --- editions ---------------------------------------------------------------------------


def test_what_an_edition_keeps_beside_its_file_gives_no_small_group(
    world: World, as_actor: Callable, behind_the_wall: Callable
) -> None:
    enrol(world, as_actor, 30)
    enrol(world, as_actor, 30, year=2024)
    enrol(world, as_actor, 20, "INE-S1", year=2024)
    release_all_figures(on=date(2025, 6, 30))
    produce(world)
    tenants = [world.tenants["UMUCO"], world.tenants["INEZA"]]
    with as_actor(world.actor("regine")):
        [edition] = rows_of("SELECT facts FROM prudential_annualreport")
    groups = json.loads(edition["facts"])["membership"]["groups"]
    for year, when in ((2025, "now"), (2024, "before")):
        with behind_the_wall():
            truth = people_by(tenants, year, of="tenant_id")
        assert any(is_small(count) for count in truth.values())
        told: list[Told] = [(truth, sum(truth.values()))]
        for group in groups:
            atoms = [atom for atom in truth if atom[0] == group["key"]]
            told += insured_told(atoms, InsuredTotals(**group[when]), group[when]["renewals"])
        assert small_groups(told, truth) == []
