"""Bons de prise en charge in an actor's sight, each with what decisions have used of it."""

from datetime import date

from django.db.models import F, Func, JSONField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from claims.models import AuthorisationUse, CareAuthorisation
from conamus.kernel.errors import NotFound
from federations.rules.roles import Role
from federations.tenancy.actor import Actor
from membership.rules.rights import read_query
from membership.selectors.patients import patient_records, patients_numbered


def authorisations(actor: Actor) -> QuerySet[CareAuthorisation]:
    """Return those in sight with ``patient`` and ``used_francs``, the latest first."""
    found = CareAuthorisation.objects.all()
    if actor.role is Role.FACILITY_USER:
        found = found.filter(facility_id=actor.facility_id)
    elif actor.role is not Role.MEDICAL_ADVISER:
        found = found.filter(Q(tenant_id=actor.tenant_id) | Q(processing_id=actor.tenant_id))
    used = (
        AuthorisationUse.objects.filter(
            authorisation_id=OuterRef("pk"), decision__superseded_at__isnull=True
        )
        .order_by()
        .values("authorisation_id")
        .annotate(sum=Sum("francs"))
        .values("sum")
    )
    patient = Func(F("id"), function="authorised_patient", output_field=JSONField())
    return (
        found.select_related("facility", "act")
        .annotate(patient=patient, used_francs=Coalesce(Subquery(used), 0))
        .order_by("-pk")
    )


def authorisation_by_id(actor: Actor, authorisation_id: int) -> CareAuthorisation:
    """Return one of them; NotFound otherwise."""
    found = authorisations(actor).filter(pk=authorisation_id).first()
    if found is None:
        raise NotFound("Ce bon n’existe pas, ou n’est pas de votre ressort.")
    return found


def found_authorisations(
    rows: QuerySet[CareAuthorisation], text: str, on: date
) -> QuerySet[CareAuthorisation]:
    """Keep what a bon's or a member's number leads to."""
    typed = " ".join(text.split())
    wanted = Q(number__iexact=typed)
    if any(char.isdigit() for char in typed):
        people = patients_numbered(read_query(typed, birth_year=None, today=on), on)
        wanted |= Q(beneficiary_id__in=[one.beneficiary_id for one in patient_records(people)])
    return rows.filter(wanted)
