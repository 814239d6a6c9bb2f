"""What the generator draws adds up to the published figures, without any database."""

import csv
import os
import re
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from conamus.demo import published
from conamus.demo.members import Membership
from conamus.demo.members.homonyms import HOMONYM_SHARE, with_homonyms
from conamus.demo.members.names import FAMILY_NAMES, GIVEN_NAMES
from conamus.demo.network import FEDERATIONS
from conamus.demo.plan import NetworkPlan, plan_network
from conamus.demo.provenance import stream
from conamus.demo.register.activities import GENDER_APPROACH, SUBSIDISED_CARE
from conamus.kernel.figures import round_half_up
from conamus.kernel.text import search_key
from membership.rules.identity import phonetic_key
from prudential.rules.outline import NARRATIVE_KEYS

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "conamus" / "demo" / "data"
CODES = [federation.code for federation in FEDERATIONS]
#: Chapter I.1 of the report.
PROVINCES = {
    "MUNASA": {
        "Gitega", "Mwaro", "Karusi", "Ruyigi", "Cankuzo",
        "Rutana", "Muyinga", "Ngozi", "Kayanza", "Kirundo",
    },
    "FEMUSCABU": {
        "Bubanza", "Cibitoke", "Kayanza", "Ngozi", "Kirundo", "Muyinga",
        "Gitega", "Muramvya", "Mwaro", "Rutana", "Karusi",
    },
    "TUGARUKIRAMAGARA": {"Ngozi", "Kayanza"},
    "TWITEHO": {"Muramvya"},
    "TUZOKIRA": {"Bujumbura Mairie", "Makamba", "Gitega", "Bururi", "Rumonge"},
}  # fmt: skip
#: Draws everything and prints what it amounts to, in a fresh interpreter.
DIGEST = """
import hashlib
from conamus.demo.network import FEDERATIONS
from conamus.demo.plan import plan_network
plan, digest = plan_network(), hashlib.sha256()
for part in (plan.units, plan.facilities, plan.activities, plan.expenses, plan.cast):
    digest.update(repr(part).encode())
for federation in FEDERATIONS[1:]:
    members = plan.membership_of(federation)
    for rows in (members.households, members.people, members.enrolments):
        digest.update(repr(rows).encode())
print(digest.hexdigest())
"""


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def reported(name: str, code: str) -> dict[str, str]:
    """A federation's line of a published table, read without the demonstration's own reader."""
    return next(row for row in rows(name) if row["federation"] == published.REPORTED_NAMES[code])


@pytest.fixture(scope="module")
def plan() -> NetworkPlan:
    return plan_network()


@pytest.fixture(scope="module")
def members(plan: NetworkPlan) -> dict[str, Membership]:
    return {facts.code: plan.membership_of(facts) for facts in FEDERATIONS}


def enrolled(membership: Membership, year: int) -> set[int]:
    return {row[0] for row in membership.enrolments if row[2] == year}


class TestUnits:
    def test_126_units_insure_as_many_in_each_federation_as_published(
        self, plan: NetworkPlan
    ) -> None:
        for code in CODES:
            expected = int(reported("insured_2025.csv", code)["sections"])
            assert len(plan.insuring_units(code)) == expected
        assert sum(len(plan.insuring_units(code)) for code in CODES) == 126

    def test_101_of_119_communes_are_covered_and_none_in_bujumbura_rural(
        self, plan: NetworkPlan
    ) -> None:
        covered = {commune for unit in plan.units for commune in unit.zone}
        assert len(covered) == 101
        assert len(plan.gazetteer.communes) == 119
        assert "Bujumbura Rural" not in {plan.gazetteer.province_of[c] for c in covered}

    def test_munasa_has_one_section_in_each_of_its_74_communes(self, plan: NetworkPlan) -> None:
        communes = Counter(c for unit in plan.insuring_units("MUNASA") for c in unit.zone)
        assert len(communes) == 74
        assert set(communes.values()) == {1}

    @pytest.mark.parametrize(("code", "provinces"), PROVINCES.items())
    def test_each_federation_works_in_the_provinces_that_the_report_names(
        self, plan: NetworkPlan, code: str, provinces: set[str]
    ) -> None:
        served = {
            plan.gazetteer.province_of[commune]
            for unit in plan.insuring_units(code)
            for commune in unit.zone
        }
        assert served == provinces

    def test_24_centres_serve_every_unit_of_their_own_federation(self, plan: NetworkPlan) -> None:
        centres = {unit.key for unit in plan.units if unit.kind == "management_centre"}
        serving = {(u.tenant, u.centre) for code in CODES for u in plan.insuring_units(code)}
        assert len(centres) == 24
        assert serving == centres

    def test_codes_and_names_are_unique_and_parents_come_first(self, plan: NetworkPlan) -> None:
        assert len({unit.key for unit in plan.units}) == len(plan.units)
        assert len({unit.name for unit in plan.units}) == len(plan.units)
        seen: set[tuple[str, str]] = set()
        for unit in plan.units:
            assert unit.parent is None or unit.parent in seen, unit
            seen.add(unit.key)

    @pytest.mark.parametrize("promoter", ["MUNASA", "ADISCO", "UCODE/AMR"])
    def test_as_many_units_were_open_in_a_past_year_as_published(
        self, plan: NetworkPlan, promoter: str
    ) -> None:
        units = plan.insuring_units(published.PROMOTERS[promoter])
        for row in rows("households_2013_2019.csv"):
            if row["promoter"] == promoter:
                year = int(row["mutualist_year"][:4])
                open_then = sum(unit.valid_from.year <= year for unit in units)
                assert open_then == int(row["sections"]), row


class TestFacilities:
    def test_710_facilities_by_type_and_ownership(self, plan: NetworkPlan) -> None:
        found = Counter((f.facility_type, f.ownership) for f in plan.facilities)
        for row in rows("facilities_2024.csv"):
            if row["facility_type"] != "TOTAL":
                for ownership in ("public", "private", "faith_based"):
                    expected = int(row[ownership])
                    assert found[row["facility_type"], ownership] == expected, row
        assert len(plan.facilities) == 710

    def test_names_and_codes_are_unique_and_every_commune_has_one(self, plan: NetworkPlan) -> None:
        assert len({f.name for f in plan.facilities}) == 710
        assert len({f.code for f in plan.facilities}) == 710
        assert len({f.former_commune for f in plan.facilities}) == 119

    def test_a_facilitys_district_is_of_its_province(self, plan: NetworkPlan) -> None:
        province = {d.code: d.former_province_code for d in plan.gazetteer.lists.districts}
        of_commune = {c.code: c.province_code for c in plan.gazetteer.communes}
        assert all(province[f.district] == of_commune[f.former_commune] for f in plan.facilities)
        assert {f.district for f in plan.facilities} == set(province)


class TestMembers:
    @pytest.mark.parametrize("code", CODES)
    def test_insured_of_2025_by_sex_equal_the_table(
        self, members: dict[str, Membership], code: str
    ) -> None:
        table = reported("insured_2025.csv", code)
        here = enrolled(members[code], 2025)
        people = [person for person in members[code].people if person[0] in here]
        heads = Counter(person[6] for person in people if person[9] == "head")
        assert heads["M"] == int(table["households_male_head"])
        assert heads["F"] == int(table["households_female_head"])
        sexes = Counter(person[6] for person in people)
        assert sexes["M"] == int(table["beneficiaries_male"])
        assert sexes["F"] == int(table["beneficiaries_female"])

    @pytest.mark.parametrize("code", CODES)
    def test_growth_and_retention_round_to_the_published_percents(
        self, members: dict[str, Membership], code: str
    ) -> None:
        table = reported("growth_retention_2025.csv", code)
        before, now = (enrolled(members[code], year) for year in (2024, 2025))
        growth = Fraction(len(now) - len(before), len(before))
        assert round_half_up(growth * 100) == int(table["growth_rate_percent"])
        retention = Fraction(len(before & now), len(before))
        assert round_half_up(retention * 100) == int(table["retention_rate_percent"])

    def test_the_networks_rates(self, members: dict[str, Membership]) -> None:
        before = sum(len(enrolled(m, 2024)) for m in members.values())
        now = sum(len(enrolled(m, 2025)) for m in members.values())
        kept = sum(len(enrolled(m, 2024) & enrolled(m, 2025)) for m in members.values())
        assert now == 58_283
        assert 37_724 <= before <= 37_780
        assert round_half_up(Fraction(now - before, before) * 100) == 54
        assert round_half_up(Fraction(kept, before) * 100, 1) == Fraction("82.8")

    @pytest.mark.parametrize(
        ("code", "households", "people", "females"),
        [("MUNASA", 21_683, 96_265, None), ("TUGARUKIRAMAGARA", 2_172, 10_629, 5_743)],
    )
    def test_the_known_counts_of_2024(
        self,
        members: dict[str, Membership],
        code: str,
        households: int,
        people: int,
        females: int | None,
    ) -> None:
        declared = [row for row in members[code].enrolments if row[2] == 2024]
        assert len(declared) == households
        assert sum(row[8] + row[9] for row in declared) == people
        if females is not None:
            assert sum(row[9] for row in declared) == females

    @pytest.mark.parametrize("code", CODES)
    def test_what_was_declared_is_who_is_in_the_household(
        self, members: dict[str, Membership], code: str
    ) -> None:
        found: Counter[tuple[int, int, str]] = Counter()
        for row in members[code].people:
            signed = {2024: row[10] <= "2024-03-31", 2025: True}
            found.update((row[0], year, row[6]) for year in (2024, 2025) if signed[year])
        for row in members[code].enrolments:
            assert (row[8], row[9]) == (found[row[0], row[2], "M"], found[row[0], row[2], "F"]), row

    @pytest.mark.parametrize("code", CODES)
    def test_renewals_say_so(self, members: dict[str, Membership], code: str) -> None:
        before = {row[0]: row[1] for row in members[code].enrolments if row[2] == 2024}
        for row in members[code].enrolments:
            if row[2] == 2025:
                assert row[5] == (row[0] in before)
                assert row[6] == (before.get(row[0], row[1]) == row[1])

    def test_a_few_renew_in_another_unit(self, members: dict[str, Membership]) -> None:
        renewed = [r for m in members.values() for r in m.enrolments if r[2] == 2025 and r[5]]
        moved = sum(not row[6] for row in renewed)
        assert 0 < moved < len(renewed) / 50

    @pytest.mark.parametrize("code", CODES)
    def test_collines_lie_in_the_units_zone_and_every_commune_has_households(
        self, plan: NetworkPlan, members: dict[str, Membership], code: str
    ) -> None:
        commune = {c.code: c.former_commune_code for c in plan.gazetteer.lists.collines}
        units = plan.insuring_units(code)
        for row in members[code].enrolments:
            assert commune[row[3]] in units[row[1]].zone
        reached = {commune[row[3]] for row in members[code].enrolments if row[2] == 2025}
        assert reached == {c for unit in units for c in unit.zone}

    @pytest.mark.parametrize("code", CODES)
    def test_households_are_plausible(self, members: dict[str, Membership], code: str) -> None:
        sizes = Counter(person[0] for person in members[code].people)
        assert set(sizes.values()) <= set(range(1, 13))
        heads = [p for p in members[code].people if p[9] == "head"]
        assert len({head[0] for head in heads}) == len(heads) == len(members[code].households)
        registered = {row[0]: row[4] for row in members[code].households}
        for person in members[code].people:
            assert registered[person[0]] <= person[10]
            assert person[7] <= person[10]
            if person[9] in ("head", "spouse"):
                assert int(person[7][:4]) <= int(person[10][:4]) - 16

    def test_numbers_are_unique_in_a_federation(self, members: dict[str, Membership]) -> None:
        for membership in members.values():
            numbers = {row[2] for row in membership.households}
            assert len(numbers) == len(membership.households)
            assert len({row[1] for row in membership.people}) == len(membership.people)

    def test_a_person_is_found_either_way_round(self, members: dict[str, Membership]) -> None:
        for row in members["TWITEHO"].people:
            assert row[5] == search_key(f"{row[2]} {row[3]}")
            assert row[11] == search_key(f"{row[3]} {row[2]}")

    @pytest.mark.parametrize("code", CODES)
    def test_some_heads_of_a_colline_are_homonyms_and_two_people(
        self, members: dict[str, Membership], code: str
    ) -> None:
        colline = {row[0]: row[3] for row in members[code].households}
        heads = [row for row in members[code].people if row[9] == "head"]
        named: dict[tuple[str, str, str], list[str]] = {}
        for row in heads:
            named.setdefault((colline[row[0]], row[6], row[5]), []).append(row[13])
        alike = [people for people in named.values() if len(people) > 1]
        share = sum(len(people) - 1 for people in alike) / len(heads)
        assert HOMONYM_SHARE / 5 < share < 3 * HOMONYM_SHARE
        assert all(len(set(people)) == len(people) for people in alike)

    def test_homonyms_change_names_and_nothing_else(self, members: dict[str, Membership]) -> None:
        given = members["TWITEHO"]
        collines = [row[3] for row in given.households]
        again = with_homonyms(stream("essai"), given.people, collines)
        assert again == with_homonyms(stream("essai"), given.people, collines)
        changed = [(old, new) for old, new in zip(given.people, again, strict=True) if old != new]
        assert changed
        for old, new in changed:
            assert (old[:2], old[6:11], old[13:]) == (new[:2], new[6:11], new[13:])
            assert new[12] == phonetic_key(new[2], new[3])


class TestRegisters:
    def test_expenses_of_conamus_are_the_published_lines(self, plan: NetworkPlan) -> None:
        ours = [(e.heading, e.amount_francs, e.funder) for e in plan.expenses
                if e.tenant == "CONAMUS"]  # fmt: skip
        assert ours == [
            (row["designation"], int(row["amount_bif"]), row["funding_source"])
            for row in rows("expenses_2024.csv")
            if row["designation"] != "TOTAL"
        ]
        assert sum(amount for _, amount, _ in ours) == 239_502_077

    def test_activities_have_the_published_counts(self, plan: NetworkPlan) -> None:
        counts: Counter[str] = Counter()
        for activity in plan.activities:
            if activity.tenant == "CONAMUS":
                for group in activity.participants:
                    counts[group.label] += group.total
        assert counts["Responsables administratifs, sanitaires et religieux"] == 176
        assert counts[SUBSIDISED_CARE] == 124
        assert counts[GENDER_APPROACH] == 68
        assert counts["Gestionnaires des centres de gestion"] == 24
        assert counts["Médecins conseils"] == 2

    def test_three_groups_of_women_leaders(self, plan: NetworkPlan) -> None:
        groups = [
            (a.theme, group.total, group.women)
            for a in plan.activities
            if a.tenant == "CONAMUS"
            for group in a.participants
            if group.label == "Femmes leaders mutualistes"
        ]
        assert groups == [
            ("Hygiène menstruelle", 57, 57),
            ("Leadership féminin", 53, 53),
            ("Prévention des infections sexuellement transmissibles", 57, 57),
        ]

    def test_four_provider_workshops_two_on_intermutuality_and_35_days(
        self, plan: NetworkPlan
    ) -> None:
        own = [a for a in plan.activities if a.tenant == "CONAMUS"]
        workshops = [a.province for a in own if a.kind == "provider_meeting"]
        assert workshops == ["Kayanza", "Ngozi", "Gitega", "Rutana"]
        assert sum("inter-mutualité" in a.theme for a in own) == 2
        [advisers] = [a for a in own if a.theme == "Métier de médecin conseil"]
        assert (advisers.ends_on - advisers.starts_on).days + 1 == 35

    def test_what_is_generated_says_so(self, plan: NetworkPlan) -> None:
        for activity in plan.activities:
            if activity.tenant != "CONAMUS":
                assert activity.source == "donnée de démonstration"
        for expense in plan.expenses:
            if expense.tenant != "CONAMUS":
                assert "donnée de démonstration" in expense.label

    def test_every_text_has_its_place_in_the_outline(self, plan: NetworkPlan) -> None:
        own = {s.outline_key: s.body for s in plan.sections if s.tenant == "CONAMUS"}
        assert set(own) == set(NARRATIVE_KEYS)
        assert all(100 <= len(body.split()) <= 250 for body in own.values())
        for code in CODES:
            keys = {s.outline_key for s in plan.sections if s.tenant == code}
            assert keys == {"presentation", "lessons", "outlook"}

    def test_the_cast_has_every_role_and_six_nurses(self, plan: NetworkPlan) -> None:
        roles = Counter((member.tenant, member.role) for member in plan.cast)
        assert roles["CONAMUS", "medical_adviser"] == 2
        assert sum(n for (_, role), n in roles.items() if role == "advising_nurse") == 6
        for role in ("confederation_manager", "regulator", "system_administrator", "auditor"):
            assert roles["CONAMUS", role] == 1
        for code in CODES:
            for role in ("federation_manager", "centre_operator", "mutuelle_agent", "auditor",
                         "facility_user"):  # fmt: skip
                assert roles[code, role] == 1
        assert len({member.username for member in plan.cast}) == len(plan.cast)
        assert len({member.full_name for member in plan.cast}) == len(plan.cast)


def test_the_same_every_time_whatever_the_hash_seed() -> None:
    digests = set()
    for seed in ("0", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", DIGEST],
            cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        digests.add(done.stdout)
    assert len(digests) == 1


def test_the_generator_needs_no_django() -> None:
    script = "import conamus.demo.plan, sys; print('django' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_the_name_lists_hold_names_only() -> None:
    lists = (FAMILY_NAMES, *GIVEN_NAMES.values())
    wrong = [name for names in lists for name in names if not re.fullmatch(r"[^\W\d_]+", name)]
    assert wrong == []
    assert all(name[0].isupper() for names in lists for name in names)
