"""What the search over everything finds in care: attestations, by their stub."""

from django.urls import reverse

from claims.models import Claim
from claims.rules.states import State
from claims.rules.stubs import parse_stub
from claims.selectors.claims import stub_uses, visible_claims
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_date
from conamus.pages.search import Hit, SearchSource
from federations.rules.roles import Permission
from federations.tenancy.actor import Actor


def _claims(actor: Actor, text: str, most: int) -> list[Hit]:
    """A whole stub leads to its attestations, those replaced or cancelled last."""
    return [
        Hit(
            f"Attestation {claim.stub_number}",
            f"{claim.facility.name}, {format_date(claim.starts_on)}, {State(claim.state).label}",
            _page(claim),
        )
        for claim in _found(actor, text)[:most]
    ]


def _one_claim(actor: Actor, text: str) -> str:
    found = _found(actor, text)
    return _page(found[0]) if len(found) == 1 else ""


def _found(actor: Actor, text: str) -> list[Claim]:
    try:
        stub = str(parse_stub(text))
    except DomainError:
        return []
    uses = list(stub_uses(actor, stub).order_by("freed_at", "-pk"))
    rows = visible_claims(actor).filter(
        care_year__in={use.care_year for use in uses}, pk__in={use.claim_id for use in uses}
    )
    by_id = {claim.pk: claim for claim in rows.select_related("facility")}
    return [by_id[use.claim_id] for use in uses if use.claim_id in by_id]


def _page(claim: Claim) -> str:
    return reverse("claim_detail", args=[claim.care_year, claim.pk])


SOURCES = (
    SearchSource("Attestations de soins", Permission.SEE_CLAIMS, _claims, "claims", _one_claim),
)
