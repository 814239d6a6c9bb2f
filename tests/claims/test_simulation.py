"""The bill that nobody sent: the very rules, prices and package of a claim, and its sentences."""

from datetime import date
from fractions import Fraction

import pytest

from claims.models import Act, BenefitPackage, Decision, DecisionLine, PackageClause
from claims.rules.words import CareKind
from claims.selectors.package_versions import readable_package
from claims.selectors.simulation import Bill, BillLine, simulate
from claims.services.decisions import decide_submitted
from conamus.kernel.errors import DomainError
from federations.models import HealthFacility
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, DAY, DRUG, give_claim, give_terms
from tests.world import World

ON = date(2025, 3, 10)


@pytest.fixture
def care(world: World) -> World:
    give_terms(world, accepted_below_francs=10_000_000, second_reader_from_francs=99_000_000)
    return world


def _bill(facility: str, lines: list[tuple[str, int, int | None]], **more: object) -> Bill:
    given = {"on": ON, "days": 1, "kind": CareKind.OUTPATIENT, "age": 30, "sex": "F"}
    return Bill(
        **{**given, **more},
        facility=HealthFacility.objects.get(code=facility),
        lines=[
            BillLine(
                act=Act.objects.get(code=code), quantity=Fraction(quantity), unit_price_francs=price
            )
            for code, quantity, price in lines
        ],
    )


def _simulate(world: World, bill: Bill):
    tenant = world.tenants["UMUCO"]
    package = BenefitPackage.objects.get(tenant_id=world.tenants["CONAMUS"])
    return simulate(tenant, readable_package(world.system("UMUCO"), package.pk).package, bill)


@pytest.mark.parametrize(
    ("facility", "lines", "days"),
    [
        ("FS-T001", [(CONSULTATION, 1, 1_000), (DRUG, 3, 500)], 1),
        ("FS-T002", [(CONSULTATION, 1, 2_000), (DAY, 4, 10_000)], 4),
        ("FS-T002", [(DAY, 30, 10_000)], 30),
    ],
)
def test_it_says_what_a_real_claim_is_paid(
    care: World, as_actor, facility: str, lines: list, days: int
) -> None:
    claim = give_claim(care, facility=facility, lines=lines, days=days, on=ON)
    system = care.system("UMUCO")
    with open_scope(system, source="essai"):
        decide_submitted(actor=system, claim_ids=[claim], year=2025)
        decision = Decision.objects.get(claim_id=claim)
        paid = list(
            DecisionLine.objects.filter(decision=decision)
            .order_by("position")
            .values_list("mutuelle_francs", "patient_francs", "other_payer_francs")
        )
    with as_actor(care.actor("amina")):
        kind = CareKind.STAY if days > 1 else CareKind.OUTPATIENT
        made = _simulate(care, _bill(facility, lines, days=days, kind=kind))
        found = [
            (one.decision.mutuelle_francs, one.decision.patient_francs,
             one.decision.other_payer_francs)
            for one in made.lines
        ]  # fmt: skip
    assert found == paid


def test_each_cut_has_its_sentence_and_nothing_is_written(care: World, as_actor) -> None:
    with as_actor(care.actor("amina")):
        bill = _bill("FS-T002", [(CONSULTATION, 1, 2_500), (DAY, 30, None)], days=30,
                     kind=CareKind.STAY)  # fmt: skip
        made = _simulate(care, bill)
        first, second = made.lines
        assert [cut.split(" :")[0] for cut in first.cuts] == [
            "prix demandé 2\u202f500\u00a0FBu, prix convenu 2\u202f000\u00a0FBu",
            "ticket modérateur 20\u202f%",
        ]
        # 240 000 after the rate; the year's ceiling of a person leaves 50 000 less the 1 600.
        assert second.decision.mutuelle_francs == 48_400
        assert any("plafond de 50\u202f000\u00a0FBu par personne" in cut for cut in second.cuts)
        assert made.decision.asked_francs == 302_500
        assert not Decision.objects.exists()


def test_age_earlier_spending_and_reasons_count(care: World, as_actor) -> None:
    with as_actor(care.actor("amina")):
        lines = [(CONSULTATION, 1, None)]
        child = _simulate(care, _bill("FS-T001", lines, age=4)).lines[0].decision
        assert (child.mutuelle_francs, child.other_payer_francs) == (0, 1_000)
        older = _simulate(care, _bill("FS-T001", lines, age=5)).lines[0].decision
        assert (older.mutuelle_francs, older.patient_francs) == (800, 200)
        chronic = _simulate(care, _bill("FS-T001", lines, is_chronic=True)).lines[0]
        assert chronic.decision.mutuelle_francs == 0
        assert "maladie chronique" in chronic.cuts[0]
        spent = _simulate(care, _bill("FS-T001", lines, already_paid_francs=49_500)).lines[0]
        assert spent.decision.mutuelle_francs == 500
        assert "dont 49\u202f500\u00a0FBu déjà payés" in spent.cuts[-1]


def test_a_bon_opens_what_asks_for_one_up_to_its_amount(care: World, as_actor) -> None:
    with open_scope(care.system("CONAMUS"), source="essai"):
        package = BenefitPackage.objects.get()
        PackageClause(
            tenant_id=package.tenant_id, package=package, kind="requirement",
            paper="authorisation", family="hospital_day", percent=0,
        ).save()  # fmt: skip
    with as_actor(care.actor("amina")):
        stay = {"days": 3, "kind": CareKind.STAY}
        lines = [(DAY, 3, 10_000)]

        def paid(**more: object) -> int:
            made = _simulate(care, _bill("FS-T002", lines, **stay, **more))
            return made.lines[0].decision.mutuelle_francs

        assert paid() == 0
        assert paid(has_authorisation=True) == 24_000
        assert paid(has_authorisation=True, authorised_francs=9_000) == 7_200


def test_a_line_without_a_price_is_told_at_its_place(care: World, as_actor) -> None:
    with as_actor(care.actor("amina")):
        bill = _bill("FS-T001", [(DRUG, 1, None), (CONSULTATION, 1, None)], on=date(2024, 6, 1))
        with pytest.raises(DomainError, match="écrivez un prix") as refused:
            _simulate(care, bill)
        assert refused.value.field == "price-0"


@pytest.mark.parametrize(
    ("on", "more"),
    [
        (date(9999, 1, 1), {"days": 366, "kind": CareKind.STAY}),
        (date(9999, 12, 31), {"has_authorisation": True}),
        (date(50, 1, 2), {"age": 60}),
        (date(2012, 12, 31), {}),
        (date(2027, 1, 1), {}),
    ],
)
def test_a_day_without_care_is_refused_at_its_field(
    care: World, on: date, more: dict[str, object], as_actor
) -> None:
    with (
        as_actor(care.actor("amina")),
        pytest.raises(DomainError, match="un jour de 2013 à 2026") as refusal,
    ):
        _simulate(care, _bill("FS-T001", [(CONSULTATION, 1, 500)], on=on, **more))
    assert refusal.value.field == "on"


@pytest.mark.parametrize("on", [date(2013, 1, 1), date(2026, 12, 31)])
def test_the_first_and_the_last_day_are_answered_whatever_the_bill(
    care: World, on: date, as_actor
) -> None:
    longest = {"days": 366, "age": 120, "rights_days": 3650, "kind": CareKind.STAY}
    with as_actor(care.actor("amina")):
        made = _simulate(care, _bill("FS-T001", [(CONSULTATION, 1, 500)], on=on, **longest))
        assert len(made.lines) == 1
