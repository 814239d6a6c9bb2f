"""A correction that makes a record somebody else's: no correction, unless the manager says why.

The rights of a record are the person's who was there. Somebody put in their place would be
covered at once, and in the past: who comes is written as a new person, with the waiting. Several
small corrections, one after the other, are judged together.
"""

from conamus.kernel.errors import DomainError
from conamus.kernel.reasons import told_reason
from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Household
from membership.rules.identity import Aspect, Person, replaced_by
from membership.selectors.identities import states_of
from membership.selectors.merging import as_compared
from membership.services.households import require_confirmed

_MOST_REASON = 150
_CORRECTED = {
    Aspect.NAME: "son nom y avait été corrigé",
    Aspect.SEX: "son sexe y avait été corrigé",
    Aspect.BIRTH: "sa naissance y avait été corrigée",
}


def examine_replacement(
    actor: Actor,
    household: Household,
    person: Beneficiary,
    *,
    others: list[Beneficiary],
    reason: str,
    is_confirmed: bool,
) -> str:
    """Return what the timeline tells of a replacement; empty where it is the same person.

    ``person`` is the record as corrected, not yet saved.
    PossibleDuplicates where somebody like the new person is known, unless ``is_confirmed``.
    """
    states = states_of(actor.tenant_id, [person.pk])[person.pk]
    before = replaced_by(states, as_compared(person))
    if before is None:
        return ""
    former = f"{before.family_name} {before.given_name}"
    if not is_permitted(actor.role, Permission.DECIDE_MEMBERSHIP):
        raise DomainError(
            f"Ce n’est plus la fiche de {former} : nom, sexe et naissance ne se changent pas "
            "ensemble, ni l’un après l’autre. Si une autre personne est entrée, inscrivez le "
            "départ de l’une et « Nouvelle personne à charge » pour l’autre ; si la fiche était "
            f"fausse, demandez au gestionnaire de la fédération.{_corrected_there(before)}",
            field="family_name",
        )
    because = told_reason(
        reason,
        field="replacement_reason",
        most=_MOST_REASON,
        missing=f"Ce n’est plus la fiche de {former} : dites pourquoi c’est une correction."
        f"{_corrected_there(before)}",
    )
    if not is_confirmed:
        require_confirmed(actor, household, [person], others=others)
    return f"à la place de {former}, {before.sex}, {before.birth_date:%Y} : {because}"


def _corrected_there(before: Person) -> str:
    """Say of a record that came from another federation what of it counts as corrected."""
    if not before.corrected_before:
        return ""
    return f" Venue d’une autre fédération : {_CORRECTED[Aspect(before.corrected_before)]}."
