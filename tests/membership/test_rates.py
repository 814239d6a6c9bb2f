"""A year's rates by unit, place, sex, age and category: the whole is the same whichever way."""

import re
from collections import Counter, defaultdict
from datetime import date

import pytest
from django.test import Client

from federations.models import RoleAssignment, Unit, UnitZone
from federations.rules.roles import Role
from federations.selectors.assignments import actor_of
from federations.tenancy.scope import open_scope
from membership.models import Beneficiary, Enrolment, EnrolmentSupplement
from membership.rules.indicators import Flows, Part, total_flows
from membership.selectors.indicators import Breakdown, counted_enrolments, year_flows
from membership.services.enrolments import enrol
from membership.services.targets import set_target
from membership.services.transfers import accept_transfer, propose_transfer
from tests.membership.money import owing, paid

#: The day on which tests take place.
BUSINESS_DATE = date(2025, 6, 30)
YEARS = (2024, 2025, 2026)
FEDERATIONS = 5
PARTS = {
    Part.ENROLLED: "households",
    Part.BEFORE: "before_households",
    Part.KEPT_IN_UNIT: "kept_in_unit",
    Part.KEPT_IN_NETWORK: "kept_in_network",
}


def _actor(role: Role, code: str):
    return actor_of(RoleAssignment.objects.filter(role=role, tenant__code=code)[0])


def _by_tenant(found) -> dict[int, Flows]:
    grouped = defaultdict(list)
    for one in found:
        grouped[one.tenant_id].append(one.flows)
    return {tenant: total_flows(flows) for tenant, flows in grouped.items()}


@pytest.fixture
def confederation(demo_network: None):
    actor = _actor(Role.CONFEDERATION_MANAGER, "CONAMUS")
    with open_scope(actor, source="essai"):
        yield actor


@pytest.mark.parametrize("by", list(Breakdown))
@pytest.mark.parametrize("year", YEARS)
def test_each_federation_is_the_same_whole_whichever_way(confederation, year, by) -> None:
    by_unit = _by_tenant(year_flows(confederation, year))
    assert len(by_unit) == FEDERATIONS or year == YEARS[-1]
    found = year_flows(confederation, year, by)
    assert _by_tenant(found) == by_unit
    for one in found:
        flows = one.flows
        gained = flows.people_gained_inside + flows.people_arrived + flows.people_changed_group
        assert flows.before_people + gained - flows.people_gone == flows.people, one.group_key


@pytest.mark.parametrize("by", list(Breakdown))
def test_what_a_federation_counts_is_what_the_network_is_told_of_it(demo_network, by) -> None:
    manager = _actor(Role.FEDERATION_MANAGER, "TWITEHO")
    network = _actor(Role.CONFEDERATION_MANAGER, "CONAMUS")
    with open_scope(manager, source="essai"):
        own = {one.group_key: one.flows for one in year_flows(manager, 2025, by)}
    with open_scope(network, source="essai"):
        told = {
            one.group_key: one.flows
            for one in year_flows(network, 2025, by)
            if one.tenant_id == manager.tenant_id
        }
    assert own == told
    assert own


def _group(by: Breakdown, row: Enrolment) -> str:
    """Return the group of an enrolment, read from the register by other means than the query."""
    commune = row.colline.parent.parent
    if by is Breakdown.AGE:
        age = row.year_id - row.head_birth_year
        return str(max(first for first in (0, 5, 15, 25, 50, 65) if first <= age))
    return str({
        Breakdown.UNIT: row.unit_id,
        Breakdown.COMMUNE: commune.pk,
        Breakdown.PROVINCE: commune.parent_id,
        Breakdown.FORMER_COMMUNE: row.colline.former_commune_id,
        Breakdown.FORMER_PROVINCE: row.colline.former_commune.parent_id,
        Breakdown.SEX: row.head_sex,
        Breakdown.CATEGORY: row.category,
    }[by])  # fmt: skip


def _counted_one_by_one(by: Breakdown) -> dict[str, Counter]:
    """Count a federation's year household by household, without a query that counts."""
    rows = Enrolment.objects.filter(cancelled_on__isnull=True).select_related(
        "colline__parent__parent", "colline__former_commune", "balance", "household"
    )
    now = {row.household_id: row for row in rows.filter(year_id=2025)}
    before = {row.household_id: row for row in rows.filter(year_id=2024)}
    counts: dict[str, Counter] = defaultdict(Counter)
    for key, row in now.items():
        was = before.get(key)
        group = counts[_group(by, row)]
        group["households"] += 1
        group["people"] += row.people
        paid_there = row.paid_before_francs + row.payer_paid_before_francs
        group["due_francs"] += row.balance.owed_francs + paid_there
        group["collected_francs"] += row.balance.paid_francs + paid_there
        group["households_with_cam"] += row.household.other_cover == "cam"
        if was is None or was.unit_id != row.unit_id:
            group["people_arrived"] += row.people
            continue
        group["people_gained_inside"] += row.people - was.people
        if _group(by, was) != _group(by, row):
            group["people_changed_group"] += was.people
            counts[_group(by, was)]["people_changed_group"] -= was.people
    for key, was in before.items():
        row = now.get(key)
        group = counts[_group(by, was)]
        group["before_households"] += 1
        group["before_people"] += was.people
        group["kept_in_network"] += row is not None
        group["kept_in_unit"] += row is not None and row.unit_id == was.unit_id
        if row is None or row.unit_id != was.unit_id:
            group["people_gone"] += was.people
    return counts


def test_the_counts_are_those_of_the_households_one_by_one(demo_network) -> None:
    manager = _actor(Role.FEDERATION_MANAGER, "TUGARUKIRAMAGARA")
    with open_scope(manager, source="essai"):
        for by in Breakdown:
            told = {one.group_key: one.flows for one in year_flows(manager, 2025, by)}
            counted = _counted_one_by_one(by)
            assert told.keys() == counted.keys()
            for key, counts in counted.items():
                found = {name: getattr(told[key], name) for name in counts}
                assert found == dict(counts), (by, key)


@pytest.mark.parametrize("by", list(Breakdown))
def test_each_count_opens_to_as_many_households(demo_network, by) -> None:
    manager = _actor(Role.FEDERATION_MANAGER, "TUGARUKIRAMAGARA")
    with open_scope(manager, source="essai"):

        def listed(part: Part, group: str | None):
            return counted_enrolments(manager, year=2025, by=by, group=group, part=part)

        found = year_flows(manager, 2025, by)
        for one in (found[0], found[-1]):
            flows = one.flows
            for part, name in PARTS.items():
                assert listed(part, one.group_key).count() == getattr(flows, name), part
            people = {
                part: sum(row.people for row in listed(part, one.group_key))
                for part in (Part.ARRIVED, Part.GONE, Part.JOINED_GROUP, Part.LEFT_GROUP)
            }
            assert people[Part.ARRIVED] == flows.people_arrived
            assert people[Part.GONE] == flows.people_gone
        whole = total_flows(one.flows for one in found)
        for part, name in PARTS.items():
            assert listed(part, None).count() == getattr(whole, name)


def _of(found, group: str) -> Flows:
    return total_flows(one.flows for one in found if one.group_key == group)


def test_a_head_grows_older_and_the_household_changes_group(world, as_actor) -> None:
    """A couple and a child, head born in 1980: of the band of 25 to 49 in both years."""
    amina = world.actor("amina")
    key = world.households["UMU-1001"]
    with as_actor(amina):
        before = year_flows(amina, 2025, Breakdown.AGE)
        Enrolment.objects.filter(household_id=key).update(head_birth_year=1975)
        found = year_flows(amina, 2025, Breakdown.AGE)
        listed = [
            [row.household_id for row in counted_enrolments(
                amina, year=2025, by=Breakdown.AGE, group=group, part=part)]
            for group, part in (("50", Part.JOINED_GROUP), ("25", Part.LEFT_GROUP))
        ]  # fmt: skip
    assert _of(found, "50").people_changed_group == 3
    assert _of(found, "25").people_changed_group == -3
    assert _of(found, "25").kept_in_unit == _of(before, "25").kept_in_unit
    assert _of(found, "25").before_households == _of(before, "25").before_households
    assert _of(found, "25").households == _of(before, "25").households - 1
    assert listed == [[key], [key]]


def test_who_moves_within_its_unit_counts_where_it_lives_each_year(world, as_actor) -> None:
    """From Rwisabi to Kibasi: one commune since 2025, two before."""
    amina = world.actor("amina")
    here, there = str(world.places["A-GI-01"]), str(world.places["A-GI-02"])
    with as_actor(amina):
        Enrolment.objects.filter(household_id=world.households["UMU-1001"], year_id=2025).update(
            colline=world.places["N-GI-01-1-1"]
        )
        commune = year_flows(amina, 2025, Breakdown.COMMUNE)
        former = year_flows(amina, 2025, Breakdown.FORMER_COMMUNE)
    assert [one.flows.people_changed_group for one in commune] == [0]
    assert _of(former, here).people_changed_group == 3
    assert _of(former, there).people_changed_group == -3


def test_what_is_due_grows_with_the_people_who_join(world, as_actor) -> None:
    """What was signed and what was added since are due; what is left of either is not collected."""
    amina = world.actor("amina")
    with as_actor(amina):
        row = Enrolment.objects.get(household_id=world.households["UMU-1001"], year_id=2025)
        Enrolment.objects.filter(pk=row.pk).update(contribution_francs=30_000)
        EnrolmentSupplement.objects.create(
            tenant_id=amina.tenant_id, enrolment=row, asked_on=BUSINESS_DATE, people=4,
            beneficiary=Beneficiary.objects.filter(household_id=row.household_id).last(),
            contribution_francs=5_000, payer_francs=0, explanation="essai", recorded_by="essai",
        )  # fmt: skip
        for by in Breakdown:
            flows = total_flows(one.flows for one in year_flows(amina, 2025, by))
            assert (flows.due_francs, flows.collected_francs) == (35_000, 0), by


def test_what_a_household_paid_before_it_changed_federation_is_collected(
    world, as_actor, sign_in
) -> None:
    """20,000 due, of which 12,000 are paid: before the transfer and after it, for the network."""
    amina, bernard, clara = (world.actor(name) for name in ("amina", "bernard", "clara"))

    def told(actor) -> set[tuple[int, int]]:
        with as_actor(actor):
            totals = (total_flows(one.flows for one in year_flows(actor, 2025, by))
                      for by in Breakdown)  # fmt: skip
            return {(one.due_francs, one.collected_francs) for one in totals}

    with as_actor(amina):
        row = owing("UMU-1001", contribution_francs=20_000)
        paid(amina, row, amount_francs=12_000)
    assert told(clara) == told(amina) == {(20_000, 12_000)}
    with as_actor(amina):
        proposed = propose_transfer(
            actor=amina, household_id=row.household_id, destination_id=bernard.tenant_id,
            version=None, leaves_on=BUSINESS_DATE, because="",
        )  # fmt: skip
    with as_actor(bernard):
        accept_transfer(
            actor=bernard, transfer_id=proposed.pk, unit_id=world.units["INE-S1"],
            colline_id=world.places["N-GI-01-1-1"],
        )  # fmt: skip
    assert told(clara) == told(bernard) == {(20_000, 12_000)}
    assert told(amina) == {(0, 0)}
    page = "/indicateurs/menages/?annee=2025&par=unite&partie=enrolled"
    listed = sign_in("bernard").get(f"{page}&sort=-collected").content.decode()
    first = listed[listed.index("<tbody") :].partition("</tr>")[0]
    assert re.findall(r'data-label="(?:Dû|Encaissé)">(.*?)</td>', first) == [
        "20\u202f000\u00a0FBu", "12\u202f000\u00a0FBu",
    ]  # fmt: skip


def test_an_agent_counts_their_units_only_whichever_way(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        totals = {by: total_flows(one.flows for one in year_flows(agnes, 2025, by))
                  for by in Breakdown}  # fmt: skip
        units = {one.group_key for one in year_flows(agnes, 2025)}
    assert units == {str(world.units["UMU-S1"])}
    assert len(set(totals.values())) == 1
    assert totals[Breakdown.SEX].households == 3


def test_what_is_signed_keeps_the_year_of_its_heads_birth(world, as_actor) -> None:
    amina = world.actor("amina")
    household = world.households["UMU-1001"]
    with as_actor(amina):
        Enrolment.objects.filter(household_id=household, year_id=2025).update(
            cancelled_on=date(2025, 1, 2)
        )
        row = enrol(actor=amina, household_id=household, year=2025, enrolled_on=BUSINESS_DATE)
        heads = Beneficiary.objects.filter(household_id=household, relationship="head")
        heads.update(birth_date=date(1950, 1, 1))
        row.refresh_from_db()
    assert row.head_birth_year == 1980


def test_a_transferred_household_keeps_the_age_that_was_signed(world, as_actor) -> None:
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        Enrolment.objects.filter(household_id=world.households["UMU-1001"], year_id=2025).update(
            head_birth_year=1979
        )
        asked = propose_transfer(
            actor=amina, household_id=world.households["UMU-1001"], version=None,
            destination_id=world.tenants["INEZA"], leaves_on=BUSINESS_DATE, because="départ",
        )  # fmt: skip
    with as_actor(bernard):
        household = accept_transfer(
            actor=bernard, transfer_id=asked.pk, unit_id=world.units["INE-S1"],
            colline_id=world.places["N-GI-01-1-1"],
        )  # fmt: skip
        assert Enrolment.objects.get(household=household, year_id=2025).head_birth_year == 1979


def _exported(client: Client, by: str) -> list[list[str]]:
    """Return titles and rows of the page's CSV."""
    page = client.get(f"/indicateurs/?annee=2025&par={by}&export=csv")
    return [line.split(";") for line in page.content.decode("utf-8-sig").splitlines()]


class TestPenetration:
    """By unit and by place; a place's is known where its units act nowhere else."""

    def _set(self, world, amina, **households: int) -> None:
        for code, count in households.items():
            unit = world.units[code.replace("_", "-")]
            set_target(actor=amina, unit_id=unit, year=2025, households=count, source="essai")

    def test_a_place_has_the_targets_of_its_units(self, world, as_actor, sign_in) -> None:
        amina = world.actor("amina")
        with as_actor(amina):
            self._set(world, amina, UMU_S1=100, UMU_S2=50)
        titles, *rows = _exported(sign_in("amina"), "commune")
        target, rate = titles.index("Ménages cibles"), titles.index("Pénétration")
        assert [row[target] for row in rows] == ["150", "150"]
        assert rows[0][rate] == rows[1][rate] != "n.d."

    def test_a_unit_that_acts_elsewhere_too_makes_it_unknown(
        self, world, as_actor, sign_in
    ) -> None:
        """In both former communes, which are one commune since 2025."""
        amina = world.actor("amina")
        with as_actor(amina):
            self._set(world, amina, UMU_S1=100, UMU_S2=50)
            UnitZone.objects.create(
                tenant_id=amina.tenant_id, unit_id=world.units["UMU-S1"],
                commune_id=world.places["A-GI-02"], valid_from=date(2020, 1, 1),
            )  # fmt: skip
        client = sign_in("amina")
        titles, *rows = _exported(client, "ancienne-commune")
        assert [row[titles.index("Ménages cibles")] for row in rows] == ["n.d.", "n.d.", "150"]
        titles, *rows = _exported(client, "commune")
        assert [row[titles.index("Ménages cibles")] for row in rows] == ["150", "150"]

    def test_with_one_target_missing_there_is_none(self, world, as_actor, sign_in) -> None:
        amina = world.actor("amina")
        with as_actor(amina):
            self._set(world, amina, UMU_S1=100)
        titles, *rows = _exported(sign_in("amina"), "commune")
        assert {row[titles.index("Pénétration")] for row in rows} == {"n.d."}
        titles, *rows = _exported(sign_in("amina"), "unite")
        assert rows[0][titles.index("Ménages cibles")] == "100"
        assert rows[-1][titles.index("Ménages cibles")] == "n.d."

    def test_without_object_by_sex_but_for_the_whole(self, world, as_actor, sign_in) -> None:
        amina = world.actor("amina")
        with as_actor(amina):
            self._set(world, amina, UMU_S1=100, UMU_S2=50)
        titles, *rows = _exported(sign_in("amina"), "sexe")
        shown = [row[titles.index("Ménages cibles")] for row in rows]
        assert shown == ["sans objet", "sans objet", "150"]

    def test_a_units_target_is_not_an_age_groups(self, world, as_actor, sign_in) -> None:
        """A unit's key may be the first age of a band: the network shows its target for neither."""
        amina = world.actor("amina")
        with as_actor(amina):
            unit = Unit.objects.get(pk=world.units["UMU-S2"])
            unit.pk, unit.code = 65, "UMU-S65"
            unit.save(force_insert=True)
            set_target(actor=amina, unit_id=65, year=2025, households=777, source="essai")
            Enrolment.objects.update(head_birth_year=1950)
        parts = "/indicateurs/taux/?annee=2025&par=age"
        shown = sign_in("clara").get(f"{parts}&groupe=65").content.decode()
        assert "Par fédération" in shown
        assert "777" not in shown

    def test_a_whole_federations_target_is_not_without_object(self, world, sign_in) -> None:
        shown = sign_in("clara").get("/indicateurs/taux/?annee=2025&par=sexe").content.decode()
        assert "Par fédération" in shown
        assert "sans objet" not in shown


class TestPages:
    """The page, what its rates open to, and who may look."""

    def test_the_page_and_its_export_say_the_same(self, world, sign_in) -> None:
        client = sign_in("amina")
        page = client.get("/indicateurs/?annee=2025&par=sexe").content.decode()
        assert "sexe de l’adhérent" in page
        titles, *rows = _exported(client, "sexe")
        assert [row[0] for row in rows] == ["Homme", "Femme", "Total"]
        households = [int(row[titles.index("Ménages 2025")]) for row in rows]
        assert households[0] + households[1] == households[2]
        for row in rows:
            assert f">{row[0]}</a>" in page

    def test_a_rate_opens_to_its_counts_and_these_to_households(self, world, sign_in) -> None:
        client = sign_in("amina")
        query = "annee=2025&par=sexe&groupe=M"
        parts = client.get(f"/indicateurs/taux/?{query}").content.decode()
        assert "réinscrits dans la même unité" in parts
        listed = client.get(f"/indicateurs/menages/?{query}&partie=kept_in_unit")
        assert "UMU-1001" in listed.content.decode()
        assert "UMU-1002" not in listed.content.decode(), "new in 2025"
        exported = client.get(f"/indicateurs/menages/?{query}&partie=enrolled&export=csv")
        assert len(exported.content.decode().splitlines()) == 1 + 4

    def test_the_network_sees_counts_by_federation_and_no_household(self, world, sign_in) -> None:
        client = sign_in("clara")
        page = client.get("/indicateurs/?annee=2025&par=sexe").content.decode()
        assert 'name="federation"' in page
        parts = client.get("/indicateurs/taux/?annee=2025&par=sexe&groupe=F").content.decode()
        assert "Par fédération" in parts
        assert "/indicateurs/menages/" not in parts
        assert client.get("/indicateurs/menages/?annee=2025").status_code == 403
        units = client.get(
            f"/indicateurs/?annee=2025&federation={world.tenants['UMUCO']}"
        ).content.decode()
        assert "Section" in units

    @pytest.mark.parametrize("address", ["", "taux/", "menages/"])
    def test_the_regulator_sees_none_of_it(self, world, sign_in, address) -> None:
        assert sign_in("regine").get(f"/indicateurs/{address}?par=sexe").status_code == 403

    def test_another_federation_cannot_be_asked_for(self, world, sign_in) -> None:
        client = sign_in("amina")
        own = client.get("/indicateurs/?annee=2025&export=csv").content
        other = f"/indicateurs/?annee=2025&export=csv&federation={world.tenants['INEZA']}"
        assert client.get(other).content == own

    def test_what_cannot_be_asked_is_answered_by_unit(self, world, sign_in) -> None:
        client = sign_in("amina")
        for query in (
            "par=x", "par=sexe&groupe=zz", "federation=a", "partie=x&groupe=", "annee=x",
            "par=unite&groupe=٣", "groupe=%00", "par=categorie&groupe=%00",
        ):  # fmt: skip
            for address in ("", "taux/", "menages/"):
                assert client.get(f"/indicateurs/{address}?{query}").status_code == 200, query
