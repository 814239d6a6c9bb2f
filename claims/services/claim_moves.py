"""A claim held and moved by one person: seen, locked, at the version that they read."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from claims.models import Claim, ClaimStep
from claims.rules.states import Side, State, check_move
from conamus import clock
from conamus.kernel.errors import Conflict, NotFound
from conamus.kernel.figures import format_date
from federations.rules.roles import Role
from federations.tenancy.actor import Actor


def hold_claim(claims: QuerySet[Claim], *, claim_id: int, year: int, version: int) -> Claim:
    """Lock a claim in sight, still as its reader saw it; Conflict where somebody was faster."""
    found = claims.filter(care_year=year, pk=claim_id).select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound("Cette attestation n’est pas dans votre vue.")
    if found.version != version:
        raise Conflict(_told(found), field="version")
    return found


def _told(claim: Claim) -> str:
    """Say who was faster, and with what."""
    last = (
        ClaimStep.objects.filter(care_year=claim.care_year, claim_id=claim.pk)
        .defer("reason")
        .order_by("-pk")
        .first()
    )
    state = State(claim.state).label
    if last is None:
        return f"L’attestation a changé entre-temps : elle est {state}. Rien n’est enregistré."
    at = timezone.localtime(last.at)
    return (
        f"Quelqu’un a été plus rapide : l’attestation est {state} ({last.by_name}, "
        f"{format_date(at.date())} à {at:%H:%M}). Rien n’est enregistré."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Whose an attestation is, who treats it, where the care was given, in which year."""

    tenant_id: int
    processing_id: int
    facility_id: int
    care_year: int

    @classmethod
    def of(cls, claim: Claim) -> "Parties":
        """Return those of a claim."""
        return cls(
            tenant_id=claim.tenant_id,
            processing_id=claim.processing_id,
            facility_id=claim.facility_id,
            care_year=claim.care_year,
        )

    def columns(self) -> dict[str, int]:
        """Return them by the columns that every row of a claim has."""
        return asdict(self)


def parties_of(claim: Claim) -> dict[str, int]:
    """Return what every row of a claim carries: its parties, and the claim itself."""
    return {**Parties.of(claim).columns(), "claim_id": claim.pk}


def side_of(actor: Actor, claim: Claim) -> Side:
    """Return on which side of a claim somebody stands; CONAMUS's advisers decide everywhere."""
    if actor.role is Role.SYSTEM:
        return Side.SYSTEM
    if actor.role is Role.FACILITY_USER:
        return Side.FACILITY
    is_here = actor.role is Role.MEDICAL_ADVISER or claim.processing_id == actor.tenant_id
    return Side.PROCESSING if is_here else Side.HOME


def move_claim(
    actor: Actor, claim: Claim, to: State, *, side: Side, reason: str = "", **values: Any
) -> None:
    """Move a held claim by the table of states, and write the step: at one moment."""
    check_move(State(claim.state), to, side=side, role=actor.role)
    at = clock.moment()
    ClaimStep.objects.bulk_create(
        [
            ClaimStep(
                **parties_of(claim),
                from_state=claim.state,
                to_state=to.value,
                reason=reason[:300],
                by_name=actor.name,
                by_user_id=actor.user_id,
                by_role=actor.role.value,
                at=at,
            )
        ]
    )
    change_claim(claim, state=to.value, state_since=at, **values)


def change_claim(claim: Claim, **values: Any) -> None:
    """Write a held claim's new values; its version grows."""
    Claim.objects.filter(care_year=claim.care_year, pk=claim.pk).update(
        version=F("version") + 1, **values
    )
    claim.refresh_from_db(from_queryset=Claim.objects.filter(care_year=claim.care_year))
