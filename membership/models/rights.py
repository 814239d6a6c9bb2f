"""The trace of each question about somebody's rights: who asked, when, what was answered."""

from django.db import models
from django.db.models.functions import Now

from federations.models import HealthFacility, TenantOwned


class RightsCheck(TenantOwned):
    """A question about rights; the row belongs to the tenant of who asked. Never changed.

    ``answers`` holds, for each person found: number, tenant, code of the reason.
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
    answers = models.JSONField("réponses")
    asked_by = models.CharField("demandé par", max_length=150)
    asked_by_user_id = models.BigIntegerField(null=True, blank=True)
    asked_at = models.DateTimeField("demandé à", auto_now_add=True, db_default=Now())

    class Meta:
        verbose_name = "vérification de droits"
        verbose_name_plural = "vérifications de droits"
        ordering = ["-id"]
        indexes = [models.Index(fields=["tenant", "facility", "-asked_at"], name="rights_check_of")]
