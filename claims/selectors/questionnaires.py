"""Reads of questionnaires: the versions in sight, the one in force of a kind on a day."""

from datetime import date

from django.db.models import Count, QuerySet

from claims.models import Question, Questionnaire
from conamus.kernel.errors import NotFound
from federations.selectors.tenants import own_or_networks
from federations.tenancy.actor import Actor


def readable_questionnaires(tenant_id: int) -> QuerySet[Questionnaire]:
    """Return a federation's versions and the confederation's."""
    return Questionnaire.objects.filter(own_or_networks(tenant_id)).select_related("tenant")


def listed_questionnaires(actor: Actor) -> QuerySet[Questionnaire]:
    """Return the versions in sight with how many questions each has."""
    return readable_questionnaires(actor.tenant_id).annotate(asked=Count("questions"))


def questionnaire_by_id(actor: Actor, questionnaire_id: int) -> Questionnaire:
    """Return a version in sight; NotFound for any other."""
    found = readable_questionnaires(actor.tenant_id).filter(pk=questionnaire_id).first()
    if found is None:
        raise NotFound("Ce questionnaire n’existe pas.")
    return found


def questionnaire_in_force(tenant_id: int, kind: str, on: date) -> Questionnaire | None:
    """Return the version of a kind in force: the federation's own, else the confederation's."""
    begun = readable_questionnaires(tenant_id).filter(kind=kind, in_force_from__lte=on)
    latest = list(begun.order_by("-in_force_from", "-version"))
    own = [row for row in latest if row.tenant_id == tenant_id]
    return next(iter(own or latest), None)


def questions_of(questionnaire_id: int) -> list[Question]:
    """Return the questions of a version, in their order."""
    return list(Question.objects.filter(questionnaire_id=questionnaire_id).order_by("position"))
