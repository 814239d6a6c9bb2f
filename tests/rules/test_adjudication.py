"""Whatever the package and the bill: every franc is somewhere once, and no bound is passed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import TypeVar

import pytest
from hypothesis import given, settings

from claims.rules.adjudication import (
    STEPS,
    Adjudication,
    LineDecision,
    UnusablePackage,
    adjudicate,
    as_earlier,
    difference_francs,
    less_drawn,
)
from claims.rules.cuts import CutCode
from claims.rules.facts import CareFacts, EarlierCare, LineFacts, PatientFacts, RightsFacts
from claims.rules.package import (
    Ceiling,
    Counted,
    Deductible,
    Interval,
    Limit,
    Package,
    Rate,
    Reach,
    Scope,
    Target,
)
from claims.rules.packages import faults
from claims.rules.sentences import claim_sentence, cut_sentence, flag_sentence, line_sentence
from claims.rules.words import CareKind, Family
from tests.rules.care_builders import (
    YEAR,
    random_care,
    random_history,
    random_package,
    random_target,
    seeds,
)

ORDER = {code: rank for rank, code in enumerate(CutCode)}
_Clause = TypeVar("_Clause", Ceiling, Limit, Deductible)
Decided = list[tuple[CareFacts, Adjudication]]


def _decided(history: Sequence[CareFacts], package: Package) -> Decided:
    """Decide claims one after the other, each seeing what was accepted before it."""
    accepted: Decided = []
    for care in history:
        accepted.append((care, adjudicate(_with_earlier(care, accepted), package)))
    return accepted


def _with_earlier(care: CareFacts, accepted: Decided) -> CareFacts:
    earlier: list[EarlierCare] = []
    for other, decision in accepted:
        is_same = other.patient == care.patient
        earlier += as_earlier(other, decision, is_same_person=is_same)
    return replace(care, earlier=tuple(earlier))


def _parts(line: LineDecision) -> list[int]:
    return [
        line.mutuelle_francs,
        line.patient_francs,
        line.facility_francs,
        line.other_payer_francs,
    ]


class TestSums:
    @given(seeds())
    def test_every_franc_asked_is_borne_by_someone_once(self, r: Random) -> None:
        for _, decision in _decided(random_history(r), random_package(r)):
            for line in decision.lines:
                assert min(_parts(line)) >= 0
                assert sum(_parts(line)) == line.asked_francs
                assert all(cut.francs > 0 for cut in line.cuts)

    @given(seeds())
    def test_totals_are_the_sums_of_all_lines(self, r: Random) -> None:
        decision = adjudicate(random_care(r), random_package(r))
        parts = [sum(part) for part in zip(*map(_parts, decision.lines), strict=True)]
        assert parts == [
            decision.mutuelle_francs,
            decision.patient_francs,
            decision.facility_francs,
            decision.other_payer_francs,
        ]
        assert sum(parts) == decision.asked_francs
        assert decision.agreed_francs == decision.asked_francs - decision.facility_francs

    @given(seeds())
    def test_a_line_shares_out_what_it_covers(self, r: Random) -> None:
        for line in adjudicate(random_care(r), random_package(r)).lines:
            shared = line.other_payer_francs + line.deductible_francs + line.copayment_francs
            assert line.covered_francs == shared + line.ceiling_francs + line.mutuelle_francs
            assert line.agreed_francs >= line.covered_francs

    @given(seeds())
    def test_the_rate_shares_the_covered_amount_half_up(self, r: Random) -> None:
        for line in adjudicate(random_care(r), random_package(r)).lines:
            if line.rate is None:
                continue
            left = line.covered_francs - line.other_payer_francs - line.deductible_francs
            kept = left - line.copayment_francs
            assert Fraction(-1, 2) < kept - left * line.rate <= Fraction(1, 2)


class TestBounds:
    @given(seeds())
    @settings(max_examples=300)
    def test_no_ceiling_is_passed_by_any_sequence_of_decisions(self, r: Random) -> None:
        package = random_package(r)
        decided = _decided(random_history(r), package)
        for ceiling in package.ceilings:
            assert all(paid <= ceiling.francs for paid in _paid_under(ceiling, decided).values())

    @given(seeds())
    def test_no_yearly_limit_is_passed_by_any_sequence(self, r: Random) -> None:
        target = random_target(r, is_personal=False)
        limit = Limit(Fraction(r.randrange(20), 2), Scope.HOUSEHOLD_YEAR, target=target)
        package = replace(random_package(r), limits=(limit,))
        accepted = sum(
            line.quantity
            for care, decision in _decided(random_history(r), package)
            for line in decision.lines
            if _is_at(target, care, line)
        )
        assert accepted <= limit.quantity

    @given(seeds())
    def test_no_deductible_is_asked_twice(self, r: Random) -> None:
        clauses = (Deductible(Scope.PERSON_YEAR, 5_000),)
        package = replace(random_package(r), deductibles=clauses)
        borne: dict[PatientFacts, int] = {}
        for care, decision in _decided(random_history(r), package):
            borne[care.patient] = borne.get(care.patient, 0) + decision.deductible_francs
            assert all(line.deductible_francs <= line.covered_francs for line in decision.lines)
        assert all(francs <= 5_000 for francs in borne.values())

    @given(seeds())
    def test_no_interval_is_broken_by_any_sequence(self, r: Random) -> None:
        package = random_package(r)
        decided = _decided(random_history(r), package)
        for interval in package.intervals:
            met = [
                (care.claim, line.care_on)
                for care, decision in decided
                for line in decision.lines
                if line.quantity
                and _is_at(interval.target, care, line)
                and care.patient == decided[0][0].patient
            ]
            for claim, on in met:
                for other_claim, other_on in met:
                    distance = abs((on - other_on).days)
                    is_one_care = claim == other_claim and not distance
                    assert is_one_care or distance >= interval.days

    @given(seeds())
    def test_what_an_authorisation_gives_is_never_passed(self, r: Random) -> None:
        care = random_care(r)
        given_francs = {one.key: one.francs or 0 for one in care.authorisations}
        for one in adjudicate(care, random_package(r)).drawn:
            assert one.francs > 0
            given_francs[one.key] -= one.francs
        assert all(left >= 0 for left in given_francs.values())

    @given(seeds())
    def test_two_claims_of_one_batch_share_an_authorisation(self, r: Random) -> None:
        package, drawn = random_package(r), []
        authorisations = random_care(r).authorisations
        for claim in ("c1", "c2", "c3"):
            left = less_drawn(authorisations, drawn)
            care = replace(random_care(r, claim), authorisations=left)
            drawn += adjudicate(care, package).drawn
        for one in authorisations:
            used = sum(some.francs for some in drawn if some.key == one.key)
            assert used <= (one.francs or 0)

    @given(seeds())
    def test_the_mutuelle_never_pays_above_the_agreed_price(self, r: Random) -> None:
        care = random_care(r)
        facts = {line.position: line for line in care.lines}
        for line in adjudicate(care, random_package(r)).lines:
            agreed = facts[line.position].agreed_price_francs
            if agreed is not None:
                assert line.mutuelle_francs <= line.quantity * agreed + Fraction(1, 2)

    @given(seeds())
    def test_nothing_is_paid_of_what_was_not_accepted(self, r: Random) -> None:
        care = random_care(r)
        asked = {line.position: line.quantity for line in care.lines}
        for line in adjudicate(care, random_package(r)).lines:
            assert 0 <= line.quantity <= asked[line.position]
            assert line.quantity or not line.mutuelle_francs


def _paid_under(ceiling: Ceiling, decided: Decided) -> dict[object, int]:
    """What was paid by each thing that the ceiling counts over, worked out from the outside."""
    paid: dict[object, int] = {}
    for care, decision in decided:
        if ceiling.scope is Scope.STAY and care.kind is not CareKind.STAY:
            continue
        keys: dict[Scope, object] = {
            Scope.CLAIM: care.claim,
            Scope.STAY: care.claim,
            Scope.EPISODE: (care.patient, care.episode or care.claim),
            Scope.PERSON_YEAR: care.patient,
            Scope.HOUSEHOLD_YEAR: "household",
        }
        for line in decision.lines:
            if _is_at(ceiling.target, care, line):
                key = keys.get(ceiling.scope, (care.claim, line.position))
                paid[key] = paid.get(key, 0) + line.mutuelle_francs
    return paid


def _is_at(target: Target, care: CareFacts, line: LineDecision) -> bool:
    return (
        target.level in (None, care.facility.level)
        and target.ownership in (None, care.facility.ownership)
        and target.kind in (None, care.kind)
        and target.act in (None, line.act)
        and target.family in (None, line.family)
    )


class TestOrder:
    @given(seeds())
    def test_a_decision_taken_again_is_the_same(self, r: Random) -> None:
        """A batch redone: a claim does not count the decision that it replaces."""
        package, accepted = random_package(r), []
        for care in random_history(r):
            decision = adjudicate(_with_earlier(care, accepted), package)
            accepted.append((care, decision))
            again = adjudicate(_with_earlier(care, accepted), package)
            assert again == decision
            assert difference_francs(decision, again) == 0

    @given(seeds())
    def test_a_new_decision_tells_its_difference(self, r: Random) -> None:
        care, package = random_care(r), random_package(r)
        before = adjudicate(care, package)
        after = adjudicate(replace(care, refusals=("duplicate",)), package)
        assert difference_francs(None, before) == before.mutuelle_francs
        assert difference_francs(before, after) == -before.mutuelle_francs

    @given(seeds())
    def test_claims_of_different_people_may_come_in_any_order(self, r: Random) -> None:
        package = _without_household(random_package(r))
        mother, child = random_care(r, "c1", "mother"), random_care(r, "c2", "child")
        there, back = _decided([mother, child], package), _decided([child, mother], package)
        assert there == back[::-1]

    @given(seeds())
    def test_lines_may_be_handed_in_any_order(self, r: Random) -> None:
        care, package = random_care(r), random_package(r)
        shuffled = tuple(r.sample(care.lines, len(care.lines)))
        assert adjudicate(replace(care, lines=shuffled), package) == adjudicate(care, package)

    @given(seeds())
    def test_cuts_come_in_the_order_of_their_codes(self, r: Random) -> None:
        for line in adjudicate(random_care(r), random_package(r)).lines:
            ranks = [ORDER[cut.code] for cut in line.cuts]
            assert ranks == sorted(ranks)

    def test_the_steps_are_written_in_their_order(self) -> None:
        assert [step.__name__ for step in STEPS] == [
            "refuse",
            "reject_late",
            "check_rights",
            "apply_review",
            "apply_prices",
            "exclude",
            "check_conditions",
            "wait",
            "check_papers",
            "limit_quantities",
            "limit_to_authorised",
            "share_with_others",
            "apply_deductibles",
            "apply_rates",
            "apply_ceilings",
        ]
        numbered = [str(step.__doc__).split(":")[0] for step in STEPS]
        assert numbered == [f"Step {rank}" for rank in range(1, len(STEPS) + 1)]


class TestReach:
    @given(seeds())
    @settings(max_examples=400)
    def test_what_is_out_of_reach_changes_nothing(self, r: Random) -> None:
        """Told of earlier care only what its package counts, a claim is decided the same."""
        package, accepted = random_package(r), []
        for told in random_history(r):
            known = _with_earlier(told, accepted)
            care = replace(known, earlier=tuple(_moved(r, one) for one in known.earlier))
            decision = adjudicate(care, package)
            counted = _as_counted(care, package.reach)
            assert adjudicate(replace(care, earlier=counted), package) == decision
            accepted.append((told, decision))

    def test_lines_are_told_apart_where_a_clause_asks(self) -> None:
        """Four lines of one attestation: as one, by family, by act, by day."""
        year = Scope.PERSON_YEAR
        for clause, parts in (
            ({"ceilings": (Ceiling(year, 1),)}, 1),
            ({"ceilings": (Ceiling(year, 1, Target(family=Family.MEDICINE)),)}, 2),
            ({"limits": (Limit(Fraction(1), year, target=Target(act="PARA")),)}, 3),
            ({"intervals": (Interval(7),)}, 2),
            ({"ceilings": (Ceiling(Scope.STAY, 1),)}, 0),
        ):
            reach = Package(2025, (), **clause).reach
            assert len(_as_counted(_PLAIN_CARE, reach)) == parts


def _line_before(act: str, family: Family, day: int) -> EarlierCare:
    return EarlierCare(
        is_same_person=True, claim="before", episode="", act=act, family=family, level="CDS",
        ownership="public", kind=CareKind.STAY, care_on=date(2025, 3, day), quantity=Fraction(1),
        mutuelle_francs=100, admitted_on=date(2025, 3, 1),
    )  # fmt: skip


_PLAIN_CARE = replace(
    random_care(Random(1)),  # noqa: S311 - reproducible, not secret
    earlier=(
        _line_before("CONS", Family.CONSULTATION, 1),
        _line_before("PARA", Family.MEDICINE, 1),
        _line_before("PARA", Family.MEDICINE, 2),
        _line_before("AMOX", Family.MEDICINE, 2),
    ),
)


def _moved(r: Random, one: EarlierCare) -> EarlierCare:
    """The same care, perhaps in another household, perhaps in the year before or after."""
    days = timedelta(days=r.choice([0, 0, 0, -365, 365]))
    admitted_on = one.admitted_on or one.care_on
    return one._replace(
        care_on=one.care_on + days,
        admitted_on=admitted_on + days,
        is_same_household=not one.is_same_person or r.random() < 0.7,
    )


def _as_counted(care: CareFacts, reach: Reach) -> tuple[EarlierCare, ...]:
    """The earlier care as it is read for a package (`claim_earlier_care`)."""
    merged: dict[EarlierCare, EarlierCare] = {}
    for one in care.earlier:
        if not _is_reached(one, care, reach):
            continue
        alike = one._replace(
            act=one.act if Counted.ACT in reach.counted else None,
            family=one.family if Counted.FAMILY in reach.counted else None,
            care_on=one.care_on if Counted.DAY in reach.counted else one.admitted_on,
        )
        key = alike._replace(quantity=Fraction(0), mutuelle_francs=0, deductible_francs=0)
        before = merged.get(key, key)
        merged[key] = alike._replace(
            quantity=before.quantity + one.quantity,
            mutuelle_francs=before.mutuelle_francs + one.mutuelle_francs,
            deductible_francs=before.deductible_francs + one.deductible_francs,
        )
    return tuple(merged.values())


def _is_reached(one: EarlierCare, care: CareFacts, reach: Reach) -> bool:
    apart = abs((one.admitted_on or one.care_on).year - care.starts_on.year)
    is_of_household = Counted.HOUSEHOLD in reach.counted and one.is_same_household and not apart
    is_persons = Counted.PERSON in reach.counted and one.is_same_person and apart <= reach.years
    return is_of_household or is_persons


def _without_household(package: Package) -> Package:
    def kept(clauses: tuple[_Clause, ...]) -> tuple[_Clause, ...]:
        return tuple(one for one in clauses if one.scope is not Scope.HOUSEHOLD_YEAR)

    return replace(
        package,
        ceilings=kept(package.ceilings),
        limits=kept(package.limits),
        deductibles=kept(package.deductibles),
    )


class TestZeroAndAbsent:
    @given(seeds())
    def test_a_rate_of_zero_pays_zero(self, r: Random) -> None:
        nothing = Package(2025, rates=(Rate(Fraction(0)),), late_after_days=None)
        assert adjudicate(_plain(r), nothing).mutuelle_francs == 0

    @given(seeds())
    def test_a_ceiling_of_zero_pays_zero_and_none_is_no_ceiling(self, r: Random) -> None:
        whole = Package(2025, rates=(Rate(Fraction(1)),), late_after_days=None)
        for scope in (Scope.LINE, Scope.CLAIM, Scope.PERSON_YEAR, Scope.HOUSEHOLD_YEAR):
            capped = replace(whole, ceilings=(Ceiling(scope, 0),))
            assert adjudicate(_plain(r), capped).mutuelle_francs == 0
        decision = adjudicate(_plain(r), whole)
        assert decision.mutuelle_francs == decision.covered_francs

    @given(seeds())
    def test_a_limit_of_zero_accepts_nothing(self, r: Random) -> None:
        package = Package(
            2025, rates=(Rate(Fraction(1)),), limits=(Limit(Fraction(0)),), late_after_days=None
        )
        decision = adjudicate(_plain(r), package)
        assert decision.facility_francs == decision.asked_francs
        assert all(not line.quantity for line in decision.lines)

    @given(seeds())
    def test_a_package_without_rate_decides_nothing(self, r: Random) -> None:
        care = _plain(r)
        line = LineFacts(1, "CONS", care.lines[0].family, Fraction(1), 2_000, 2_000)
        with pytest.raises(UnusablePackage):
            adjudicate(replace(care, lines=(line,)), Package(2025, rates=(), late_after_days=None))

    @given(seeds())
    def test_a_package_without_fault_decides_everything(self, r: Random) -> None:
        rates = [Rate(Fraction(r.randrange(5), 4), random_target(r)) for _ in range(4)]
        general = [Rate(Fraction(1, 2))] if r.random() < 0.7 else []
        package = Package(2025, rates=tuple(rates + general), late_after_days=None)
        if any(fault.part == "rates" for fault in faults(package)):
            return
        decision = adjudicate(_plain(r), package)
        assert all(line.rate is not None for line in decision.lines if line.covered_francs)


def _plain(r: Random) -> CareFacts:
    """Care that nothing but the package's clauses can cut."""
    return replace(
        random_care(r), review_cuts=(), refusals=(), rights=RightsFacts((replace(YEAR, end=None),))
    )


@given(seeds())
def test_what_was_worked_out_for_a_scene_is_no_part_of_the_package(r: Random) -> None:
    package, first, second = random_package(r), random_care(r), random_care(r)
    adjudicate(first, package)
    assert adjudicate(second, package) == adjudicate(second, replace(package))
    unpaid = tuple(replace(rate, share=Fraction(0)) for rate in package.rates)
    assert adjudicate(first, replace(package, rates=unpaid)).mutuelle_francs == 0


class TestSentences:
    @given(seeds())
    def test_every_cut_flag_and_line_explains_itself(self, r: Random) -> None:
        decision = adjudicate(random_care(r), random_package(r))
        for line in decision.lines:
            assert all("FBu" in cut_sentence(cut) for cut in line.cuts)
            assert line_sentence(line).endswith(".")
        assert all(flag_sentence(flag).endswith(".") for flag in decision.flags)
        assert claim_sentence(decision).endswith(".")
