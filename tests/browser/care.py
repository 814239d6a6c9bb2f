"""Attestations for browser tests: costly visits of insured members, written beside the site."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from claims.models import Act, Claim, ClaimLine
from claims.rules.states import State
from federations.models import Federation, HealthFacility
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import open_scope
from membership.models import Beneficiary
from membership.rules.rights import coverage_on
from membership.selectors.rights import own_people
from tests import databases
from tests.browser.site import Site

DAY = date(2025, 3, 11)
PRICE = 400_000


@contextmanager
def beside_the_site(
    site: Site, blocker: Any, federation: str
) -> Iterator[tuple[Federation, Actor]]:
    """Open the site's own database, in the name of a federation's system."""
    name = urlsplit(site.environment["DATABASE_URL"]).path.lstrip("/")
    with blocker.unblock(), databases.connected_to(name):
        tenant = Federation.objects.get(code=federation)
        system = system_actor(tenant.pk, "essai")
        with open_scope(system, source="essai"):
            yield tenant, system


def write_visit(
    tenant: Federation, n: int, stub: str, *, facility_id: int | None = None, price: int = PRICE
) -> int:
    """Write the visit of the n-th insured member met, two acts at a price that is looked at."""
    people = Beneficiary.objects.filter(
        tenant_id=tenant.pk,
        birth_date__lt=date(1990, 1, 1),
        household__enrolments__year_id=DAY.year,
        household__enrolments__is_renewal=True,
        left_on__isnull=True,
    ).select_related("household")
    near = {person.pk: person for person in people.order_by("number")[n * 50 : n * 50 + 50]}
    # Who has not paid by then is owed nothing, and nobody would have to look.
    covered = next(
        one for one in own_people(tenant.pk, near, DAY) if coverage_on(one.facts, DAY).is_open
    )
    person = near[covered.beneficiary_id]
    if facility_id is None:
        public = HealthFacility.objects.filter(ownership="public").order_by("code")
        facility_id = public[0].pk
    parties = {
        "tenant_id": tenant.pk,
        "processing_id": tenant.pk,
        "facility_id": facility_id,
        "care_year": DAY.year,
    }
    claim = Claim(
        **parties,
        household_id=person.household_id,
        beneficiary_id=person.pk,
        person_id=person.person_id,
        unit_id=person.household.unit_id,
        stub_number=stub,
        care_kind="outpatient",
        starts_on=DAY,
        ends_on=DAY,
        received_on=date(2025, 4, 2),
        asked_francs=2 * price,
        state=State.SUBMITTED.value,
        source="centre",
        entered_by="essai",
    )
    claim.save()
    acts = Act.objects.filter(family="care").order_by("code")[:2]
    ClaimLine.objects.bulk_create(
        ClaimLine(
            **parties,
            claim=claim,
            position=position,
            act=act,
            quantity=1,
            unit_price_francs=price,
            asked_francs=price,
        )
        for position, act in enumerate(acts, start=1)
    )
    return claim.pk
