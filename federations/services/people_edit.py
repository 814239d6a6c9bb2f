"""A person's name, address and telephone, corrected by who looks after the people.

The sign-in name stays: it is who the person is. An address opens an account (the invitation, a
forgotten password): so the one that stood there is told when the account is open, and the links
that were sent to it open nothing any more.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from conamus import clock
from conamus.kernel.errors import Gathering, NotAllowed
from conamus.kernel.figures import format_date
from conamus.kernel.phones import clean_phone
from federations.models import Federation, Invitation, RoleAssignment, User
from federations.rules.people import EVERY_TENANT_ROLES, correction_problems
from federations.rules.problems import refuse_problems
from federations.rules.roles import Permission
from federations.selectors.people import has_roles_elsewhere, not_over_on, own_person
from federations.services.access import require
from federations.services.assignments import require_somebody_else
from federations.services.checked import save_checked
from federations.services.holds import hold_alone, links_of_person
from federations.services.invitations import resend_invitation
from federations.services.outbox import enqueue
from federations.services.people import require_no_roles_elsewhere
from federations.services.versions import ChangedMeanwhile, require_read, version_of
from federations.tenancy.actor import Actor

_FROM_ABOVE = (
    "Cette personne administre le système : seul un administrateur du système corrige son compte."
)
_SUBJECT = "L’adresse de votre compte Conamus a changé"
_BODY = """Bonjour {name},

Le {day}, {actor} ({tenant}) a remplacé l’adresse de courriel de votre compte
« {username} ». Le lien d’un mot de passe oublié ne viendra plus à cette adresse-ci.

Si vous n’avez pas demandé ce changement, prévenez aussitôt l’administrateur du système ou la
direction de votre fédération : l’historique garde qui l’a fait et l’adresse d’avant.

Conamus
"""


class PersonChanged(ChangedMeanwhile):
    """The account is not any more what its second writer has read."""

    thing = "ce compte"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDetails:
    """What is said of a person, as typed."""

    full_name: str
    email: str
    phone: str = ""


_NAMES = ("full_name", "email", "phone")


def person_version(user: User) -> str:
    """Return what tells this state of a person from another."""
    return version_of(user, _NAMES)


@transaction.atomic
def correct_person(
    *,
    actor: Actor,
    user_id: int,
    details: PersonDetails,
    version: str,
    site_url: str,
    is_invited_anew: bool = False,
) -> User:
    """Correct a person's name, address and telephone; ``version`` is the one that was read.

    ``is_invited_anew``: who has not opened the account yet is sent a new link.
    """
    require(actor, Permission.MANAGE_PEOPLE)
    user = _hold_person(actor, user_id)
    wanted = _wanted(details)
    require_read(user, wanted, version=version, changed=PersonChanged)
    name, address = user.full_name, user.email
    for column, value in wanted.items():
        setattr(user, column, value)
    save_checked(user, changed=_NAMES)
    if user.email.lower() != address.lower():
        _end_links(user)
        if address and user.has_usable_password():
            _warn(actor, user, name, address)
    if is_invited_anew and not user.has_usable_password():
        resend_invitation(actor=actor, user_id=user.pk, site_url=site_url)
    return user


def _hold_person(actor: Actor, user_id: int) -> User:
    """Lock and return a person whom the actor may correct."""
    user = own_person(actor, user_id)
    require_somebody_else(actor, user)
    require_no_roles_elsewhere(actor, user)
    if _is_above(actor, user):
        raise NotAllowed(_FROM_ABOVE)
    hold_alone(links_of_person(user.pk))
    return User.objects.select_for_update().get(pk=user.pk)


def may_correct(actor: Actor, user: User) -> bool:
    """Tell whether a person that the actor looks after is theirs to correct."""
    is_shared = has_roles_elsewhere(actor, user, on_date=clock.today())
    return not (user.pk == actor.user_id or is_shared or _is_above(actor, user))


def _is_above(actor: Actor, user: User) -> bool:
    """Tell whether somebody holds, or will hold, a role over the people of all, the actor none."""
    roles = RoleAssignment.objects.filter(not_over_on(clock.today()), user=user)
    is_over_all = actor.role in EVERY_TENANT_ROLES
    return not is_over_all and roles.filter(role__in=EVERY_TENANT_ROLES).exists()


def _wanted(details: PersonDetails) -> dict[str, Any]:
    wanted = {"full_name": " ".join(details.full_name.split()), "email": details.email.strip()}
    gathering = Gathering()
    with gathering.part():
        refuse_problems(correction_problems(wanted["full_name"], wanted["email"]))
    with gathering.part():
        wanted["phone"] = clean_phone(details.phone)
    gathering.refuse()
    return wanted


def _end_links(user: User) -> None:
    """Have the invitations that were sent to the former address open nothing any more."""
    now = timezone.now()
    waiting = Invitation.objects.filter(user=user, accepted_at__isnull=True, expires_at__gt=now)
    waiting.update(expires_at=now)


def _warn(actor: Actor, user: User, name: str, address: str) -> None:
    """Tell the former address, by the name that it knows, who replaced it."""
    body = _BODY.format(
        name=name,
        day=format_date(clock.today()),
        actor=actor.name,
        tenant=Federation.objects.get(pk=actor.tenant_id).short_name,
        username=user.username,
    )
    payload = {"to": address, "subject": _SUBJECT, "body": body}
    enqueue(tenant_id=actor.tenant_id, topic="mail", payload=payload)
