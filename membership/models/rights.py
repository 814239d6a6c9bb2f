"""Rights: the trace of each question about somebody's, and how many people have theirs open."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from federations.models import HealthFacility, TenantOwned


class RightsCheck(TenantOwned):
    """A question about rights; the row belongs to the tenant of who asked. Never changed.

    The function that finds the people writes it (membership/sql/rights_facts.sql), nobody else.
    ``people`` are the records that it told of; ``answers``, added once by the service: for each
    person answered about, number, tenant, code of the reason.
    """

    facility = models.ForeignKey(
        HealthFacility,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="formation sanitaire",
    )
    how = models.CharField("cherché par", max_length=8)
    asked = models.CharField("demandé", max_length=130)
    for_day = models.DateField("pour le")
    found = models.PositiveSmallIntegerField("personnes trouvées")
    people = ArrayField(models.BigIntegerField(), verbose_name="fiches lues", default=list)
    answers = models.JSONField("réponses")
    asked_by = models.CharField("demandé par", max_length=150)
    asked_by_user_id = models.BigIntegerField(null=True, blank=True)
    asked_at = models.DateTimeField("demandé à", auto_now_add=True, db_default=Now())

    class Meta:
        verbose_name = "vérification de droits"
        verbose_name_plural = "vérifications de droits"
        ordering = ["-id"]
        indexes = [models.Index(fields=["tenant", "facility", "-asked_at"], name="rights_check_of")]


class OpenRights(TenantOwned):
    """How many of a day's insured have open rights, as counted by the rules person by person.

    A page cannot wait for a count of 160,000 people: a task does it each day, or for a day asked
    for, and a new count of a day takes the place of the one before. ``figures``: rules/open_rights.
    """

    day = models.DateField("jour")
    counted_at = models.DateTimeField("compté le")
    figures = models.JSONField("chiffres")

    class Meta:
        verbose_name = "compte des droits ouverts"
        verbose_name_plural = "comptes des droits ouverts"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "day"], name="open_rights_once_a_day")
        ]
