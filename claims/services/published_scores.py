"""Scores of past years as they were published, with their source; a correction is a new version."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from claims.models import PublishedScore, SurveyCampaign
from claims.rules.questionnaires import QuestionnaireKind
from claims.selectors.published_scores import own_score, published_scores
from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, Gathering
from conamus.kernel.reasons import told_reason
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.checked import save_checked
from federations.tenancy.actor import Actor
from membership.rules.sentences import percent

#: No survey of the network's facilities is older.
FIRST_YEAR = 2010
MOST_FACILITIES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFacts:
    """What was published of a year: the score, over how many facilities, and where."""

    kind: str
    year: int
    percent: Decimal
    facilities: int | None
    source: str


@transaction.atomic
def record_score(*, actor: Actor, facts: ScoreFacts) -> PublishedScore:
    """Write a score published of a year without a survey here; said twice, it is written once."""
    require(actor, Permission.MANAGE_SURVEYS)
    _check(facts)
    there = published_scores(actor).filter(
        tenant_id=actor.tenant_id, kind=facts.kind, year=facts.year
    )
    if (row := there.first()) is not None:
        if _facts_of(row) == facts:
            return row
        raise Conflict(
            f"Le score de {facts.year} est déjà inscrit ({percent(row.percent)}) : corrigez-le.",
            field="year",
        )
    if SurveyCampaign.objects.filter(
        tenant_id=actor.tenant_id, kind=facts.kind, year=facts.year
    ).exists():
        raise DomainError(
            "Une enquête de ce genre est tenue ici pour cette année : son score s’y calcule.",
            field="year",
        )
    return _write(actor, facts)


@transaction.atomic
def correct_score(
    *, actor: Actor, score_id: int, facts: ScoreFacts, because: str
) -> PublishedScore:
    """Correct a score by a new version; what was written before stays beside it."""
    require(actor, Permission.MANAGE_SURVEYS)
    there = own_score(actor, score_id)
    if (facts.kind, facts.year) != (there.kind, there.year):
        raise DomainError("Le genre et l’année ne se corrigent pas.", field="year")
    _check(facts)
    missing = "Dites pourquoi : la raison reste à côté du score."
    reason = told_reason(because, most=300, field="because", missing=missing)
    if _facts_of(there) == facts:
        raise DomainError("Rien n’est changé.", field="percent")
    return _write(actor, facts, version=there.version + 1, because=reason)


def _facts_of(row: PublishedScore) -> ScoreFacts:
    return ScoreFacts(**{name: getattr(row, name) for name in ScoreFacts.__dataclass_fields__})


def _check(facts: ScoreFacts) -> None:
    """Refuse at each field what cannot have been published."""
    gathering = Gathering()
    with gathering.part():
        if facts.kind not in (QuestionnaireKind.SATISFACTION, QuestionnaireKind.QUALITY):
            raise DomainError("Choisissez le genre.", field="kind")
    with gathering.part():
        if not FIRST_YEAR <= facts.year <= clock.today().year:
            raise DomainError(
                f"L’année est entre {FIRST_YEAR} et {clock.today().year}.", field="year"
            )
    with gathering.part():
        if not 0 <= facts.percent <= 100:
            raise DomainError("Un score est entre 0 et 100 %.", field="percent")
    with gathering.part():
        if facts.facilities is not None and not 1 <= facts.facilities <= MOST_FACILITIES:
            raise DomainError(
                f"De 1 à {MOST_FACILITIES} formations sanitaires ; vide si on ne le sait pas.",
                field="facilities",
            )
    with gathering.part():
        if not facts.source.strip():
            raise DomainError("Donnez la source : le rapport, sa date, sa page.", field="source")
    gathering.refuse()


def _write(
    actor: Actor, facts: ScoreFacts, *, version: int = 1, because: str = ""
) -> PublishedScore:
    row = PublishedScore(
        tenant_id=actor.tenant_id,
        kind=facts.kind,
        year=facts.year,
        percent=facts.percent,
        facilities=facts.facilities,
        source=facts.source.strip(),
        version=version,
        because=because,
        recorded_by=actor.name,
    )
    save_checked(row)
    return row
