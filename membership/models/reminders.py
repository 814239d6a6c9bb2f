"""Messages to households: what was sent, to whom, and how it went."""

from django.db import models

from federations.models import TenantOwned
from membership.models.households import Household


class Reminder(TenantOwned):
    """A reminder to renew or to pay, by text message; lists on paper leave no row."""

    class Purpose(models.TextChoices):
        RENEW = "renew", "renouveler"
        PAY = "pay", "payer"

    class State(models.TextChoices):
        WAITING = "waiting", "à envoyer"
        SENT = "sent", "envoyé"
        FAILED = "failed", "échoué"

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="reminders", db_constraint=False
    )
    purpose = models.CharField("objet", max_length=6, choices=Purpose)
    year = models.PositiveSmallIntegerField("année mutualiste")
    phone = models.CharField("téléphone", max_length=20)
    text = models.CharField("texte", max_length=320)
    state = models.CharField("état", max_length=8, choices=State, default=State.WAITING)
    provider = models.CharField("opérateur d’envoi", max_length=40, blank=True)
    provider_reference = models.CharField("référence", max_length=80, blank=True)
    error = models.CharField("erreur", max_length=200, blank=True)
    asked_by = models.CharField("demandé par", max_length=150)
    asked_at = models.DateTimeField("demandé le", auto_now_add=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)

    class Meta:
        verbose_name = "rappel"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "household", "purpose", "year", "phone"],
                condition=models.Q(state="waiting"),
                name="reminder_once_waiting",
            )
        ]
