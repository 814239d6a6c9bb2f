"""The indicators: the published figures come out of the households, unit by unit."""

from datetime import date
from fractions import Fraction

import pytest

from conamus.demo.published import read_insured, read_rates
from conamus.kernel.figures import round_half_up
from federations.models import Federation, RoleAssignment
from federations.rules.roles import Role
from federations.selectors.assignments import actor_of
from federations.tenancy.scope import open_scope
from membership.models import Beneficiary, Enrolment, Household
from membership.rules.indicators import total_flows
from membership.rules.targets import whole_target
from membership.selectors.indicators import Breakdown, insured_on, year_flows, year_targets
from membership.services.enrolments import enrol
from membership.services.life_events import record_death
from membership.services.standing import reinstate, strike_off
from membership.services.transfers import accept_transfer, propose_transfer

INSURED, RATES = read_insured(), read_rates()


def actor(role: Role, code: str):
    held = RoleAssignment.objects.filter(role=role, tenant__code=code).select_related("user")
    return actor_of(held[0])


@pytest.fixture
def confederation(demo_network: None):
    with open_scope(actor(Role.CONFEDERATION_MANAGER, "CONAMUS"), source="essai"):
        yield actor(Role.CONFEDERATION_MANAGER, "CONAMUS")


def test_the_network_s_year_is_the_published_one(confederation) -> None:
    codes = dict(Federation.objects.values_list("pk", "code"))
    flows = year_flows(confederation, 2025)
    for tenant_id, code in codes.items():
        if code not in INSURED:
            continue
        total = total_flows(one.flows for one in flows if one.tenant_id == tenant_id)
        published = INSURED[code]
        assert (total.households, total.people) == (published.households, published.people)
        assert round_half_up(total.network_retention, 2) == RATES[code].retention
        assert round_half_up(total.growth, 2) == RATES[code].growth
    target = whole_target(year_targets(confederation, 2025))
    whole = total_flows((one.flows for one in flows), target)
    assert (whole.households, whole.people) == (58_283, 263_963)
    assert round_half_up(whole.growth, 2) == Fraction(54, 100)
    assert whole.internal_growth + whole.external_growth == whole.people_growth
    assert whole.penetration == Fraction(58_283, 750_900)
    assert 0 < whole.collection < 1


@pytest.mark.parametrize("by", list(Breakdown))
def test_each_breakdown_counts_everybody_once(confederation, by) -> None:
    groups = insured_on(confederation, date(2025, 6, 30), by)
    assert sum(group.male_heads + group.female_heads for group in groups) == 58_283
    assert sum(group.males + group.females for group in groups) == 263_963


def test_before_the_campaign_nobody_is_insured_for_the_year(confederation) -> None:
    assert insured_on(confederation, date(2023, 12, 31), Breakdown.SEX) == []


def test_a_federation_counts_its_own_only(demo_network: None) -> None:
    manager = actor(Role.FEDERATION_MANAGER, "TWITEHO")
    with open_scope(manager, source="essai"):
        total = total_flows(one.flows for one in year_flows(manager, 2025))
        groups = insured_on(manager, date(2025, 6, 30), Breakdown.SEX)
        with_cam = Enrolment.objects.filter(year_id=2025, household__other_cover="cam").count()
    assert total.households_with_cam == with_cam > 0
    assert total.households == INSURED["TWITEHO"].households
    assert sum(group.males for group in groups) == INSURED["TWITEHO"].males
    assert sum(group.females for group in groups) == INSURED["TWITEHO"].females


def test_an_agent_counts_their_own_unit_only(demo_network: None) -> None:
    agent = actor(Role.MUTUELLE_AGENT, "TWITEHO")
    with open_scope(agent, source="essai"):
        units = {one.group_key for one in year_flows(agent, 2025)}
    assert units == {str(agent.unit_id)}


def test_the_pages_show_and_export_them(world, as_actor, sign_in) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        total = total_flows(one.flows for one in year_flows(amina, 2025))
        groups = insured_on(amina, date(2025, 6, 30), Breakdown.SEX)
    assert total.households
    client = sign_in("amina")
    page = client.get("/indicateurs/?annee=2025").content.decode()
    assert f"{total.households} ménages inscrits pour 2025" in page
    exported = client.get("/indicateurs/assures/?par=sexe&le=2025-06-30&export=csv")
    last = exported.content.decode("utf-8-sig").splitlines()[-1].split(";")
    assert last[0] == "Total"
    assert last[3:6] == [
        str(sum(group.males + group.females for group in groups)),
        str(sum(group.males for group in groups)),
        str(sum(group.females for group in groups)),
    ]


def test_other_covers_are_counted_by_kind(world, as_actor) -> None:
    """A household with the civil servants' cover is no household with the State's card."""
    amina = world.actor("amina")
    with as_actor(amina):
        for number, cover in (("UMU-1001", "cam"), ("UMU-1002", "mfp"), ("UMU-1003", "mfp"),
                              ("UMU-2001", "other")):  # fmt: skip
            Household.objects.filter(number=number).update(other_cover=cover)
        flows = {int(one.group_key): one.flows for one in year_flows(amina, 2025)}
    first, second = flows[world.units["UMU-S1"]], flows[world.units["UMU-S2"]]
    assert (first.households_with_cam, first.households_with_mfp) == (1, 2)
    assert (second.households_with_cam, second.households_with_other) == (0, 1)
    total = total_flows(flows.values())
    assert (total.households_with_mfp, total.households_with_other) == (2, 1)


def test_the_page_shows_each_kind_of_cover(world, as_actor, sign_in) -> None:
    with as_actor(world.actor("amina")):
        Household.objects.filter(number="UMU-1001").update(other_cover="mfp")
    page = sign_in("amina").get("/indicateurs/").content.decode()
    for words in ("Avec une CAM", "Avec la MFP", "Autre couverture"):
        assert words in page


def _counted(actor, day: date) -> tuple[int, int]:
    """Households and people insured on a day, as counted today."""
    groups = insured_on(actor, day, Breakdown.UNIT)
    return (
        sum(group.male_heads + group.female_heads for group in groups),
        sum(group.males + group.females for group in groups),
    )


def test_a_new_head_adds_no_household_to_the_days_before(world, as_actor) -> None:
    amina = world.actor("amina")
    day = date(2025, 6, 1)
    with as_actor(amina):
        before = _counted(amina, day)
        head, spouse = Beneficiary.objects.filter(
            household_id=world.households["UMU-1001"], relationship__in=["head", "spouse"]
        ).order_by("relationship")
        record_death(
            actor=amina, person_id=head.pk, died_on=date(2025, 6, 25), new_head_id=spouse.pk
        )
        assert _counted(amina, day) == before
        men = sum(group.male_heads for group in insured_on(amina, day, Breakdown.UNIT))
        later = sum(
            group.male_heads for group in insured_on(amina, date(2025, 6, 28), Breakdown.UNIT)
        )
        assert later == men - 1
        assert _counted(amina, date(2025, 6, 28)) == (before[0], before[1] - 1)


def test_the_days_struck_off_stay_uninsured_once_taken_back(world, as_actor) -> None:
    amina = world.actor("amina")
    day = date(2025, 6, 20)
    with as_actor(amina):
        before = _counted(amina, day)
        household = Household.objects.get(number="UMU-1001")
        strike_off(
            actor=amina, household_id=household.pk, on=date(2025, 6, 10), because="fraude",
            version=household.version,
        )  # fmt: skip
        out = _counted(amina, day)
        reinstate(actor=amina, household_id=household.pk, on=date(2025, 6, 30), because="erreur")
        assert out == (before[0] - 1, before[1] - 3)
        assert _counted(amina, day) == out
        assert _counted(amina, date(2025, 6, 30)) == before


def test_a_transfer_adds_nothing_to_the_days_before(world, as_actor) -> None:
    """Received by INEZA on 30 June: on 1 June it was UMUCO's household, and once."""
    amina, bernard = world.actor("amina"), world.actor("bernard")
    day = date(2025, 6, 1)

    def both() -> list[tuple[int, int]]:
        counted = []
        for actor in (amina, bernard):
            with as_actor(actor):
                counted.append(_counted(actor, day))
        return counted

    before = both()
    with as_actor(amina):
        row = propose_transfer(
            actor=amina, household_id=world.households["UMU-1001"], version=None,
            destination_id=world.tenants["INEZA"], leaves_on=date(2025, 6, 30), because="départ",
        )  # fmt: skip
    with as_actor(bernard):
        accept_transfer(
            actor=bernard, transfer_id=row.pk, unit_id=world.units["INE-S1"],
            colline_id=world.places["N-GI-01-1-1"],
        )  # fmt: skip
    assert both() == before


@pytest.mark.parametrize(("is_enrolled_there", "kept"), [(True, 1), (False, 0)])
def test_who_left_is_kept_by_the_network_if_enrolled_there(
    world, as_actor, is_enrolled_there: bool, kept: int
) -> None:
    """Of 2024, not enrolled for 2025 here, gone to INEZA: kept only if INEZA enrols it."""
    amina, bernard = world.actor("amina"), world.actor("bernard")
    household = world.households["UMU-1001"]
    with as_actor(amina):
        whole = total_flows(one.flows for one in year_flows(amina, 2025)).kept_in_network
        Enrolment.objects.filter(household_id=household, year_id=2025).update(
            cancelled_on=date(2025, 1, 2)
        )
        row = propose_transfer(
            actor=amina, household_id=household, version=None,
            destination_id=world.tenants["INEZA"], leaves_on=date(2025, 6, 30), because="départ",
        )  # fmt: skip
    with as_actor(bernard):
        there = accept_transfer(
            actor=bernard, transfer_id=row.pk, unit_id=world.units["INE-S1"],
            colline_id=world.places["N-GI-01-1-1"],
        )  # fmt: skip
        assert not Enrolment.objects.filter(household=there, year_id=2025).exists()
        if is_enrolled_there:
            enrol(actor=bernard, household_id=there.pk, year=2025, enrolled_on=date(2025, 6, 30))
    with as_actor(amina):
        flows = total_flows(one.flows for one in year_flows(amina, 2025))
        assert flows.kept_in_network == whole - 1 + kept
