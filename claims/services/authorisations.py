"""Bons de prise en charge: care agreed beforehand, at one facility, for some days, up to an amount.

The number is of the federation that gives it, one series without gaps a year. What was given is
not edited: it is withdrawn, and another is given. Withdrawing one that a decision has used takes
nothing back from that decision.
"""

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction

from claims.models import Act, CareAuthorisation
from claims.rules.words import Family
from claims.selectors.authorisations import authorisation_by_id
from claims.selectors.catalogue import act_by_code
from claims.services.entry_checks import find_patient
from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, Gathering
from conamus.kernel.figures import format_francs
from conamus.kernel.reasons import MOST_REASON
from federations.models import HealthFacility
from federations.rules.days import require_near_day
from federations.rules.roles import Permission, Role
from federations.services.access import require
from federations.services.holds import hold_alone
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from membership.selectors.patients import Patient

#: A bon is for care that is near; a longer need is asked again.
MOST_DAYS = 366
MOST_FRANCS = 1_000_000_000
#: Within a month a paper is put in order; a bon valid from before says why.
USUAL_DAYS_BACK = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAuthorisation:
    """What is agreed: ``act`` a code, ``family`` a family; both empty: any care.

    ``because``: why it is valid from long before today.
    """

    member: str
    facility_code: str
    starts_on: date
    ends_on: date
    family: str = ""
    act: str = ""
    francs: int | None = None
    because: str = ""


@transaction.atomic
def authorise_care(*, actor: Actor, request: NewAuthorisation, key: str = "") -> CareAuthorisation:
    """Give a bon; every refusal is told at once, each at its field."""
    require(actor, Permission.AUTHORISE_CARE)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["authorise_care", asdict(request)],
        create=lambda: _give(actor, request),
        find=lambda result: CareAuthorisation.objects.get(pk=int(result)),
    )


@transaction.atomic
def withdraw_authorisation(*, actor: Actor, authorisation_id: int) -> CareAuthorisation:
    """Withdraw a bon from today: no later decision uses it."""
    require(actor, Permission.AUTHORISE_CARE)
    paper = authorisation_by_id(actor, authorisation_id)
    if actor.role is not Role.MEDICAL_ADVISER and paper.processing_id != actor.tenant_id:
        raise DomainError("La fédération qui a accordé ce bon le retire.")
    now = clock.moment()
    changed = CareAuthorisation.objects.filter(pk=paper.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=now
    )
    if not changed:
        raise Conflict("Ce bon est déjà retiré.")
    paper.withdrawn_at = now
    return paper


def _give(actor: Actor, request: NewAuthorisation) -> CareAuthorisation:
    person, facility, act = _checked(actor, request)
    is_adviser = actor.role is Role.MEDICAL_ADVISER
    processing_id = person.tenant_id if is_adviser else actor.tenant_id
    paper = CareAuthorisation(
        tenant_id=person.tenant_id,
        processing_id=processing_id,
        beneficiary_id=person.beneficiary_id,
        facility=facility,
        number=_next_number(processing_id, clock.today().year),
        family=request.family if act is None else "",
        act=act,
        francs=request.francs,
        dated_back_because=" ".join(request.because.split()),
        starts_on=request.starts_on,
        ends_on=request.ends_on,
        given_by=actor.name,
        given_by_user_id=actor.user_id,
    )
    paper.save(force_insert=True)
    return paper


def _checked(actor: Actor, request: NewAuthorisation) -> tuple[Patient, HealthFacility, Act | None]:
    gathering = Gathering()
    person: Patient | None = None
    with gathering.part():
        person = find_patient(request.member, request.starts_on)
    facility = HealthFacility.objects.filter(code__iexact=request.facility_code.strip()).first()
    if facility is None:
        gathering.found.append(
            DomainError("Aucune formation sanitaire n’a ce code.", field="facility_code")
        )
    act = act_by_code(actor.tenant_id, request.act) if request.act else None
    if request.act and act is None:
        gathering.found.append(DomainError("Cet acte n’est pas au catalogue.", field="act"))
    gathering.found.extend(_of_terms(request))
    if person is not None and person.died_on is not None:
        gathering.found.append(DomainError("Cette personne est décédée.", field="member"))
    gathering.refuse()
    assert person is not None and facility is not None  # noqa: S101, PT018 (refused otherwise)
    return person, facility, act


def _of_terms(request: NewAuthorisation) -> list[DomainError]:
    found = _of_days(request)
    if request.francs is not None and request.francs <= 0:
        told = "Le montant est de zéro ou moins : donnez-en un, ou rien pour ne pas limiter."
        found.append(DomainError(told, field="francs"))
    elif request.francs is not None and request.francs > MOST_FRANCS:
        told = f"Un bon est de {format_francs(MOST_FRANCS)} au plus ; vide : sans limite."
        found.append(DomainError(told, field="francs"))
    if request.family and request.family not in set(Family):
        found.append(DomainError("Cette famille d’actes n’existe pas.", field="family"))
    return found


def _of_days(request: NewAuthorisation) -> list[DomainError]:
    gathering = Gathering()
    with gathering.part():
        require_near_day(request.starts_on, today=clock.today(), act="Un bon", field="starts_on")
    found = gathering.found
    if request.ends_on < request.starts_on:
        found.append(DomainError("Le bon finit avant de commencer.", field="ends_on"))
    elif (request.ends_on - request.starts_on).days >= MOST_DAYS:
        found.append(DomainError("Un bon vaut un an au plus.", field="ends_on"))
    if request.ends_on < clock.today():
        found.append(DomainError("Ce bon serait déjà échu.", field="ends_on"))
    if (clock.today() - request.starts_on).days > USUAL_DAYS_BACK and not request.because.strip():
        told = (
            f"Ce bon vaut dès plus de {USUAL_DAYS_BACK} jours en arrière : dites pourquoi, ou "
            "choisissez un jour plus récent."
        )
        found.append(DomainError(told, field="because"))
    if len(request.because) > MOST_REASON:
        found.append(DomainError(f"{MOST_REASON} caractères au plus.", field="because"))
    return found


def _next_number(processing_id: int, year: int) -> str:
    """Return the next of the federation's series of the year, held until it is written."""
    prefix = f"BP-{year}-"
    hold_alone(f"bon:{processing_id}:{year}")
    last = (
        CareAuthorisation.objects.filter(processing_id=processing_id, number__startswith=prefix)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:06d}"
