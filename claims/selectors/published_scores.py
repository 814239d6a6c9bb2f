"""Scores that were published before surveys were taken here: CONAMUS's, and a federation's own."""

from django.db.models import Exists, OuterRef, QuerySet

from claims.models import PublishedScore
from conamus.kernel.errors import NotFound
from federations.selectors.tenants import own_or_networks
from federations.tenancy.actor import Actor


def published_scores(actor: Actor) -> QuerySet[PublishedScore]:
    """Return the scores in use, the latest year first: of each, its last version."""
    later = PublishedScore.objects.filter(
        tenant_id=OuterRef("tenant_id"),
        kind=OuterRef("kind"),
        year=OuterRef("year"),
        version__gt=OuterRef("version"),
    )
    rows = PublishedScore.objects.filter(own_or_networks(actor.tenant_id))
    return rows.filter(~Exists(later)).select_related("tenant").order_by("-year", "kind", "-pk")


def own_score(actor: Actor, score_id: int) -> PublishedScore:
    """Return a score in use of the actor's own; NotFound for any other."""
    found = published_scores(actor).filter(tenant_id=actor.tenant_id, pk=score_id).first()
    if found is None:
        raise NotFound("Ce score n’est pas des vôtres, ou a été corrigé depuis.")
    return found


def earlier_versions(score: PublishedScore) -> list[PublishedScore]:
    """Return what a score said before its corrections, the latest first."""
    rows = PublishedScore.objects.filter(
        tenant_id=score.tenant_id, kind=score.kind, year=score.year, version__lt=score.version
    )
    return list(rows.order_by("-version"))
