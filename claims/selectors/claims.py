"""Attestations in sight of an actor, and one of them with all that explains it.

A federation sees those of its members and those that it treats; a mutuelle's agent those of the
members of the units in charge; a facility its own in every federation; a medical adviser all.
Whoever reads many names the year of care: the tables are divided by it.
"""

from datetime import date
from typing import Any

from django.db.models import F, Func, JSONField, OuterRef, Q, QuerySet, Subquery, Sum

from claims.models import Claim, DecisionLine, StubUse
from claims.rules.stubs import parse_stub
from claims.selectors.agreements import own_rows
from conamus.kernel.errors import DomainError, NotFound
from federations.rules.roles import Role
from federations.selectors.units import in_sight
from federations.tenancy.actor import Actor
from membership.rules.rights import read_query
from membership.selectors.patients import patient_records, patients_numbered


def visible_claims(actor: Actor) -> QuerySet[Claim]:
    """Return the claims that the actor may see, whatever the year of care."""
    found = Claim.objects.all()
    if actor.role is Role.MEDICAL_ADVISER:
        return found
    if actor.role is Role.FACILITY_USER:
        return found.filter(facility_id=actor.facility_id)
    return found.filter(members_claims(actor) | treated_claims(actor))


def members_claims(actor: Actor) -> Q:
    """Return the predicate of the claims of the actor's own members, wherever they are treated."""
    return Q(tenant_id=actor.tenant_id) & in_sight(actor, "unit")


def treated_claims(actor: Actor) -> Q:
    """Return the predicate of the claims that the actor's federation, or centre, treats."""
    treated = Q(processing_id=actor.tenant_id)
    if actor.unit_id is None:
        return treated
    if actor.role is Role.MUTUELLE_AGENT:
        return treated & members_claims(actor)
    return treated & (Q(centre_id=actor.unit_id) | Q(centre_id__isnull=True))


def with_patients(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Add ``patient``: number, name, sex, day of birth, federation and unit of each claim's.

    Through a narrow function: who treats a visitor may not read the member's record.
    """
    patient = Func(F("id"), F("care_year"), function="claim_patient", output_field=JSONField())
    return claims.annotate(patient=patient)


def patient_of(claim: Claim) -> dict[str, Any]:
    """Return who the patient of a claim in sight is; empty out of sight."""
    row = with_patients(Claim.objects.filter(care_year=claim.care_year, pk=claim.pk)).first()
    return getattr(row, "patient", None) or {}


def paid_for(claim: Claim) -> int:
    """Return what the decision in force has the mutuelle pay."""
    lines = DecisionLine.objects.filter(
        care_year=claim.care_year, decision_id=claim.decision_id or 0
    )
    return int(lines.aggregate(sum=Sum("mutuelle_francs"))["sum"] or 0)


def claim_by_id(actor: Actor, year: int, claim_id: int) -> Claim:
    """Return a claim in the actor's sight; NotFound otherwise."""
    found = visible_claims(actor).filter(care_year=year, pk=claim_id)
    claim = found.select_related("facility", "processing", "tenant").first()
    if claim is None:
        raise NotFound("Cette attestation n’existe pas, ou n’est pas de votre ressort.")
    return claim


def with_paid(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Add ``mutuelle_francs``: what the decision in force has the mutuelle pay; None: none."""
    lines = DecisionLine.objects.filter(
        care_year=OuterRef("care_year"), decision_id=OuterRef("decision_id")
    ).order_by()
    total = lines.values("decision_id").annotate(sum=Sum("mutuelle_francs")).values("sum")
    return claims.annotate(mutuelle_francs=Subquery(total))


def claims_of_year(actor: Actor, year: int, *, is_members: bool = False) -> QuerySet[Claim]:
    """Return the claims of a list: those treated here, or those of the actor's own members.

    One side at a time, for whoever has two: each has its own index.
    """
    found = Claim.objects.filter(care_year=year)
    if actor.role is Role.FACILITY_USER:
        found = found.filter(facility_id=actor.facility_id)
    elif actor.role is not Role.MEDICAL_ADVISER:
        is_agent = actor.role is Role.MUTUELLE_AGENT
        side = members_claims(actor) if is_members or is_agent else treated_claims(actor)
        found = found.filter(side)
    return found


def listed(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Add what a list shows of each: the patient, what the mutuelle pays, where and by whom."""
    return with_paid(with_patients(claims)).select_related("facility", "tenant", "processing")


def found_claims(actor: Actor, claims: QuerySet[Claim], text: str, on: date) -> QuerySet[Claim]:
    """Keep what a stub or a member's number leads to; nothing for what is neither."""
    typed = " ".join(text.split())
    if not any(char.isdigit() for char in typed):
        return claims.none()
    people = patients_numbered(read_query(typed, birth_year=None, today=on), on)
    records = patient_records(people)
    # The household is what the index knows.
    wanted = Q(
        tenant_id__in={record.tenant_id for record in records},
        household_id__in={record.household_id for record in records},
        beneficiary_id__in={record.beneficiary_id for record in records},
    )
    try:
        stub = str(parse_stub(typed))
    except DomainError:
        # A member's number is no stub.
        return claims.filter(wanted)
    # Its use names the claim; that of another federation, who treated a member, is not in sight.
    used = list(stub_uses(actor, stub).values_list("claim_id", flat=True))
    return claims.filter(wanted | (Q(pk__in=used) if used else Q(stub_number=stub)))


def stub_uses(actor: Actor, stub: str) -> QuerySet[StubUse]:
    """Return the uses of a stub in the actor's sight, given back ones included."""
    if actor.role is Role.MEDICAL_ADVISER:
        return StubUse.objects.none()
    return StubUse.objects.filter(own_rows(actor), number=stub)
