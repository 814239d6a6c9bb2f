"""Claims before a reader: sent to review by the check, and read by name."""

from typing import Any

from claims.models import Claim, FacilityReply, Review
from claims.services.decisions import decide_submitted
from claims.services.replies import contest_decision, facility_reply
from claims.services.reviews import review_claim
from federations.tenancy.scope import open_scope
from tests.claims.care import DRUG, give_claim
from tests.world import World

#: 60 boxes at 500: 24 000 of the mutuelle's, above what is accepted by itself.
MANY = ((DRUG, 60, 500),)


def give_waiting(world: World, **told: Any) -> int:
    """Write a claim that the check sends to a person, and return its id."""
    processing = told.setdefault("processing", "UMUCO")
    told.setdefault("lines", MANY)
    claim = give_claim(world, **told)
    system = world.system(processing)
    with open_scope(system, source="essai"):
        tally = decide_submitted(actor=system, claim_ids=[claim], year=2025)
    assert tally.to_review == 1
    return claim


def claim_of(world: World, claim_id: int, tenant: str = "UMUCO") -> Claim:
    """Read a claim as its federation's system."""
    with open_scope(world.system(tenant), source="essai"):
        return Claim.objects.get(care_year=2025, pk=claim_id)


def review(world: World, username: str, claim_id: int, outcome: str, **told: Any) -> Review:
    """Have somebody of the cast review a claim at its present version."""
    actor = world.actor(username)
    with open_scope(actor, source="essai"):
        if "version" not in told:
            told["version"] = Claim.objects.get(care_year=2025, pk=claim_id).version
        return review_claim(actor=actor, claim_id=claim_id, year=2025, outcome=outcome, **told)


def reply(world: World, claim: int, *, is_agreed: bool = False, **told: object) -> FacilityReply:
    """Have Fabrice's facility answer, at the claim's present version."""
    actor = world.actor("fabrice")
    told.setdefault("text", "Dose de deux mois, ordonnance jointe.")
    with open_scope(actor, source="essai"):
        if "version" not in told:
            told["version"] = Claim.objects.get(care_year=2025, pk=claim).version
        return facility_reply(actor=actor, claim_id=claim, year=2025, is_agreed=is_agreed, **told)


def contest(world: World, username: str, claim: int, because: str = "Trop payé.") -> Review:
    """Have somebody contest a decision for the member's federation."""
    actor = world.actor(username)
    with open_scope(actor, source="essai"):
        version = Claim.objects.get(care_year=2025, pk=claim).version
        return contest_decision(
            actor=actor, claim_id=claim, year=2025, version=version, because=because
        )
