"""What a household's page says and offers: its state in a sentence, its facts, what may happen."""

from typing import Any

from django.urls import reverse

from conamus.kernel.figures import format_date, format_francs
from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Enrolment, FormerNumber, Household, LifeEvent
from membership.rules.coverage import Coverage
from membership.rules.sentences import counted
from membership.selectors.life import Situation, Step

#: Who may take each step.
STEP_PERMISSIONS = {
    Step.ENROL: Permission.ENROL_HOUSEHOLDS,
    Step.RENEW: Permission.ENROL_HOUSEHOLDS,
    Step.COLLECT: Permission.COLLECT_CONTRIBUTIONS,
    Step.REINSTATE: Permission.DECIDE_MEMBERSHIP,
}
_ENROL, _DECIDE = Permission.ENROL_HOUSEHOLDS, Permission.DECIDE_MEMBERSHIP
#: What may happen to an open household: address, words, permission.
_DEEDS = (
    ("household_birth", "Naissance", _ENROL),
    ("household_dependant", "Nouvelle personne à charge", _ENROL),
    ("household_new_head", "Nouvel adhérent", _ENROL),
    ("household_edit", "Corriger la fiche du ménage", _ENROL),
    ("household_close", "Départ du ménage", _ENROL),
    ("household_move", "Passer à une autre unité", _DECIDE),
    ("household_transfer", "Proposer à une autre fédération", _DECIDE),
    ("household_renumber", "Nouveau numéro", _DECIDE),
    ("household_strike_off", "Radier le ménage", _DECIDE),
)


def household_state(
    household: Household,
    people: list[tuple[Beneficiary, Coverage]],
    enrolments: list[Enrolment],
    year: int,
) -> str:
    """Return the sentence under the title: where, how many, enrolled or not, what is owed."""
    present = sum(person.left_on is None for person, _ in people)
    where = f"{household.unit.name} ; {counted(present, 'membre')}"
    if household.closed_on is not None:
        why = household.get_closed_because_display() or "fermeture"
        return f"{where} ; fermé depuis le {format_date(household.closed_on)} ({why})."
    row = next(
        (one for one in enrolments if one.year_id == year and one.cancelled_on is None), None
    )
    if row is None:
        return f"{where}, pas inscrit pour {year}."
    left = getattr(row, "left_francs", 0)
    if left > 0:
        return f"{where}, inscrit pour {year}, reste {format_francs(left)} à payer."
    if left < 0:
        return f"{where}, inscrit pour {year}, trop-perçu de {format_francs(-left)}."
    return f"{where}, inscrit pour {year}, à jour."


def household_facts(household: Household, former: list[FormerNumber]) -> list[tuple[str, Any]]:
    """Return what is written of the household itself."""
    return [
        ("Unité", household.unit.name),
        *_place_facts(household),
        ("Téléphone", household.phone),
        *_guardian_facts(household),
        ("Autre couverture", _cover(household)),
        ("Inscrit le", format_date(household.registered_on)),
        *([("Anciens numéros", ", ".join(one.number for one in former))] if former else []),
    ]


def _place_facts(household: Household) -> list[tuple[str, Any]]:
    centre = household.unit.management_centre
    colline = household.colline
    zone, former = colline.parent, colline.former_commune
    commune = zone.parent if zone else None
    return [
        ("Centre de gestion", centre.name if centre else None),
        ("Colline", f"{colline}, zone {zone}"),
        *([("Commune", f"{commune}, province {commune.parent}")] if commune else []),
        ("Commune avant 2025", former.name if former else None),
    ]


def _guardian_facts(household: Household) -> list[tuple[str, Any]]:
    if not household.guardian_name:
        return []
    told = filter(None, (household.guardian_name, household.guardian_phone))
    return [("Répond du ménage de mineurs", ", ".join(told))]


def _cover(household: Household) -> str:
    if not household.other_cover:
        return "aucune connue"
    return f"{household.get_other_cover_display()} {household.other_cover_number}".strip()


def told(event: LifeEvent) -> str:
    """Return an event in a sentence, with who recorded it."""
    kind = event.get_kind_display()
    words = f"{kind[:1].upper()}{kind[1:]}"
    note = f" : {event.note}" if event.note else ""
    return f"{words}{note} (par {event.recorded_by})"


def deeds(household: Household, actor: Actor, step: Situation) -> list[tuple[str, str]]:
    """Return what the actor may write of the household, beside the main action."""
    if household.closed_on is not None:
        may = is_permitted(actor.role, _DECIDE) and step.step is not Step.REINSTATE
        returns = household.closed_because == Household.Closing.DEPARTED
        address = reverse("household_reinstate", args=[household.pk])
        return [(address, "Réintégrer")] if may and returns else []
    return [
        (reverse(name, args=[household.pk]), label)
        for name, label, permission in _DEEDS
        if is_permitted(actor.role, permission)
    ]
