"""Care for tests: a catalogue, a package and tariffs in the small world, and claims to decide.

The confederation's package of 2025: public 80 %, private 50 %, faith-based 80 %; at most 200 000 a
stay and 50 000 a person and year; chronic diseases excluded; free care under five in public
facilities. A consultation costs 1 000 (2 000 in hospitals), a day of stay 10 000, a drug 500.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from claims.models import (
    Act,
    BenefitPackage,
    CareReason,
    Claim,
    ClaimDiagnosis,
    ClaimLine,
    ControlTerms,
    PackageClause,
    Tariff,
)
from claims.rules.states import State
from federations.tenancy.scope import open_scope
from membership.models import Beneficiary
from tests.world import World

BEGIN = date(2025, 1, 1)
RECEIVED = date(2025, 4, 5)
CONSULTATION, DAY, DRUG = "CONS", "JOUR", "PARA"
_ACTS = (
    (CONSULTATION, "Consultation", "consultation", 1_000),
    (DAY, "Journée d’hospitalisation", "hospital_day", 10_000),
    (DRUG, "Paracétamol 500 mg", "medicine", 500),
)

#: A year that has just grown by thousands, before statistics were taken; keys are not looked at.
GROWN = """
SET session_replication_role = replica;
INSERT INTO claims_decision (
    care_year, tenant_id, processing_id, facility_id, claim_id, number, kind, household_id,
    person_id, care_on, episode, package_id, rights_sentence, decided_by, decided_at)
SELECT 2025, 1, 1, 1, n, 1, 'automatic', n, gen_random_uuid(), '2025-06-30', '', 1, '', '', now()
FROM generate_series(1, 20000) n;
INSERT INTO claims_decisionline (
    care_year, tenant_id, processing_id, facility_id, decision_id, position, act_id, family,
    quantity, percent, asked_francs, agreed_francs, covered_francs, deductible_francs,
    copayment_francs, ceiling_cut_francs, other_payer_francs, mutuelle_francs, patient_francs)
SELECT 2025, 1, 1, 1, id, position, 1, 'medicine', 1, 20, 100, 100, 100, 0, 20, 0, 0, 80, 20
FROM claims_decision CROSS JOIN generate_series(1, 5) position;
INSERT INTO claims_claimstep (
    care_year, tenant_id, processing_id, facility_id, claim_id, from_state, to_state, reason,
    by_name, by_role)
SELECT 2025, 1, 1, 1, n, '', 'entered', '', '', ''
FROM generate_series(1, 20000) n CROSS JOIN generate_series(1, 5) step;
RESET session_replication_role;
"""


def give_terms(world: World, **control: object) -> None:
    """Write the confederation's catalogue, tariffs, package and terms of control."""
    tenant = world.tenants["CONAMUS"]
    with open_scope(world.system("CONAMUS"), source="essai"):
        for code, name, family, price in _ACTS:
            act = Act(tenant_id=tenant, code=code, name=name, family=family)
            act.save()
            Tariff(tenant_id=tenant, act=act, price_francs=price, starts_on=BEGIN).save()
        consultation = Act.objects.get(code=CONSULTATION)
        Tariff(
            tenant_id=tenant, act=consultation, level="HOPITAL", price_francs=2_000, starts_on=BEGIN
        ).save()
        CareReason(tenant_id=tenant, code="PALU", name="Paludisme").save()
        CareReason(tenant_id=tenant, code="DIAB", name="Diabète", is_chronic=True).save()
        _package(tenant)
        ControlTerms(
            tenant_id=tenant,
            in_force_from=BEGIN,
            **{
                "accepted_below_francs": 20_000,
                "sample_percent": 0,
                "second_reader_from_francs": 100_000,
                **control,
            },
        ).save()


def _package(tenant: int) -> None:
    package = BenefitPackage(tenant_id=tenant, year_id=2025, state="in_force", in_force_from=BEGIN)
    package.save()
    for clause in (
        {"kind": "rate", "ownership": "public", "percent": 80},
        {"kind": "rate", "ownership": "private", "percent": 50},
        {"kind": "rate", "ownership": "faith_based", "percent": 80},
        {"kind": "ceiling", "scope": "stay", "care_kind": "stay", "francs": 200_000},
        {"kind": "ceiling", "scope": "person_year", "francs": 50_000},
        {"kind": "exclusion", "is_chronic": True, "wording": "maladie chronique"},
        {
            "kind": "other_payer",
            "payer": "État (gratuité)",
            "percent": 100,
            "ownership": "public",
            "age_to": 4,
        },
    ):
        PackageClause(tenant_id=tenant, package=package, **clause).save()


def give_clauses(world: World, *clauses: Mapping[str, object]) -> None:
    """Write UMUCO's own package of two years: all is paid, but for the clauses; drugs cost 500."""
    give_terms(world)
    tenant = world.tenants["UMUCO"]
    with open_scope(world.system("UMUCO"), source="essai"):
        act = Act.objects.get(code=DRUG)
        Tariff(tenant_id=tenant, act=act, price_francs=500, starts_on=date(2024, 1, 1)).save()
        for year in (2024, 2025):
            package = BenefitPackage(
                tenant_id=tenant, year_id=year, state="in_force", in_force_from=date(year, 1, 1),
                late_after_days=None,
            )  # fmt: skip
            package.save()
            for one in ({"kind": "rate", "percent": 100}, *clauses):
                PackageClause(tenant_id=tenant, package=package, **one).save()


Line = tuple[str, int | Decimal, int]


def give_claim(
    world: World,
    *,
    member: str = "UMU-1001-0",
    processing: str = "UMUCO",
    facility: str = "FS-T001",
    lines: Sequence[Line] = ((CONSULTATION, 1, 1_000),),
    on: date = date(2025, 3, 10),
    days: int = 1,
    state: State = State.SUBMITTED,
    stub: str = "",
    reason: str = "",
    episode: str = "",
) -> int:
    """Write a claim as it was brought, and return its id; acts, quantities and unit prices."""
    home = "UMUCO" if member.startswith("UMU") else "INEZA"
    with open_scope(world.system(home), source="essai"):
        person = Beneficiary.objects.select_related("household").get(number=member)
    parties = {
        "tenant_id": world.tenants[home],
        "processing_id": world.tenants[processing],
        "facility_id": world.facilities[facility],
        "care_year": on.year,
    }
    with open_scope(world.system(processing), source="essai"):
        claim = Claim(
            **parties,
            household_id=person.household_id,
            beneficiary_id=person.pk,
            person_id=person.person_id,
            unit_id=person.household.unit_id,
            stub_number=stub or f"KIN-{Claim.objects.count() + 1:06d}",
            care_kind="stay" if days > 1 else "outpatient",
            starts_on=on,
            ends_on=on + timedelta(days=days - 1),
            received_on=RECEIVED,
            asked_francs=sum(int(quantity * price) for _, quantity, price in lines),
            state=state.value,
            episode=episode,
            source="centre",
            entered_by="essai",
        )
        claim.save()
        acts = dict(Act.objects.values_list("code", "pk"))
        ClaimLine.objects.bulk_create(
            ClaimLine(
                **parties,
                claim=claim,
                position=position,
                act_id=acts[code],
                quantity=quantity,
                unit_price_francs=price,
                asked_francs=int(quantity * price),
            )
            for position, (code, quantity, price) in enumerate(lines, start=1)
        )
        if reason:
            ClaimDiagnosis.objects.bulk_create(
                [
                    ClaimDiagnosis(
                        **parties, claim_id=claim.pk, reason=CareReason.objects.get(code=reason)
                    )
                ]
            )
        return claim.pk
