"""What pages about one attestation have in common."""

from functools import cached_property
from typing import Any

from django.urls import reverse

from claims.models import Claim
from claims.selectors.claims import claim_by_id
from conamus.pages.forms import FormPage
from conamus.pages.views import ActorPage


class OfClaim(ActorPage):
    """A page of one attestation."""

    abstract = True

    @cached_property
    def claim(self) -> Claim:
        """The attestation of the address, in the actor's sight."""
        return claim_by_id(self.actor, self.kwargs["year"], self.kwargs["claim_id"])


class ClaimFormPage(OfClaim, FormPage):
    """A form about one attestation at the version that was read; it comes back to it."""

    abstract = True

    def get_initial(self) -> dict[str, Any]:
        """Carry the version that was read."""
        return {"version": self.claim.version}

    def done_url(self, made: Any) -> str:
        """Come back to it."""
        return self.cancel_url()

    def cancel_url(self) -> str:
        """Come back to it."""
        return reverse("claim_detail", args=[self.claim.care_year, self.claim.pk])
