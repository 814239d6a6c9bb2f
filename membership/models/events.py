"""What happens to households: births, departures, transfers; and records of one person."""

from django.db import models
from django.db.models import F, Q

from federations.models import Federation, TenantOwned, Unit
from membership.models.households import Beneficiary, Household


class LifeEvent(TenantOwned):
    """Something that happened to a household or one of its people; never changed."""

    class Kind(models.TextChoices):
        REGISTERED = "registered", "inscription"
        JOINED = "joined", "nouvelle personne à charge"
        BIRTH = "birth", "naissance"
        DEATH = "death", "décès"
        MARRIAGE = "marriage", "mariage"
        DEPARTURE = "departure", "départ"
        NEW_HEAD = "new_head", "nouvel adhérent"
        CORRECTED = "corrected", "correction de la fiche"
        MOVED = "moved", "passage à une autre unité"
        TRANSFER_OUT = "transfer_out", "transfert vers une autre fédération"
        TRANSFER_IN = "transfer_in", "arrivée d’une autre fédération"
        STRUCK_OFF = "struck_off", "radiation"
        REINSTATED = "reinstated", "réintégration"
        CLOSED = "closed", "fermeture"
        MERGED = "merged", "fusion de deux fiches"
        RENUMBERED = "renumbered", "nouveau numéro"
        TAKEN_BACK = "taken_back", "décès ou départ repris"

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="events", db_constraint=False
    )
    beneficiary = models.ForeignKey(
        Beneficiary,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        db_constraint=False,
    )
    kind = models.CharField("événement", max_length=12, choices=Kind)
    happened_on = models.DateField("survenu le")
    #: Of a passage decided for a household or a whole unit; a re-cut keeps its own (recuts.py).
    to_unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="unité d’arrivée",
    )
    note = models.CharField("précision", max_length=300, blank=True)
    recorded_by = models.CharField("inscrit par", max_length=150)
    recorded_at = models.DateTimeField("inscrit à", auto_now_add=True)

    class Meta:
        verbose_name = "événement de la vie du ménage"
        verbose_name_plural = "événements de la vie des ménages"
        ordering = ["-happened_on", "-id"]
        indexes = [
            models.Index(fields=["household", "-happened_on"], name="life_event_of"),
            models.Index(
                fields=["happened_on"], condition=Q(to_unit__isnull=False), name="life_event_move"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="life_event_tenant_id")
        ]


class Transfer(TenantOwned):
    """A household that goes from one federation to another: both must agree.

    The row belongs to the federation that it leaves; the other one reads it. ``people`` is
    what the receiving federation may know before it accepts: names, sexes, years of birth.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "proposé"
        ACCEPTED = "accepted", "accepté"
        REFUSED = "refused", "refusé"
        WITHDRAWN = "withdrawn", "retiré"

    destination = models.ForeignKey(
        Federation,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="fédération d’accueil",
    )
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="transfers", db_constraint=False
    )
    #: The receiving unit; chosen by the receiving federation, at the latest on accepting.
    destination_unit_id = models.BigIntegerField("unité d’accueil", null=True, blank=True)
    #: The household opened there (another tenant's row: its key only).
    opened_household_id = models.BigIntegerField(null=True, blank=True)
    number = models.CharField("numéro du ménage", max_length=20)
    head_name = models.CharField("adhérent", max_length=125)
    people = models.JSONField("personnes")
    leaves_on = models.DateField("quitte le")
    #: What it will owe where it goes, as it was proposed; unknown of proposals from before.
    left_francs = models.BigIntegerField("reste à payer (FBu)", null=True, blank=True)
    has_promise = models.BooleanField("une promesse court", default=False, db_default=False)
    because = models.CharField("raison", max_length=300, blank=True)
    state = models.CharField("état", max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.CharField("proposé par", max_length=150)
    proposed_at = models.DateTimeField("proposé à", auto_now_add=True)
    answered_by = models.CharField("répondu par", max_length=150, blank=True)
    answered_at = models.DateTimeField("répondu à", null=True, blank=True)
    answer = models.CharField("réponse", max_length=300, blank=True)

    class Meta:
        verbose_name = "transfert"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(state="proposed"),
                name="transfer_once_open",
                violation_error_message="Un transfert de ce ménage est déjà proposé.",
            ),
            models.CheckConstraint(
                condition=~Q(destination=F("tenant")), name="transfer_to_another"
            ),
        ]


class DuplicatePair(TenantOwned):
    """Two records that may be one person, waiting for somebody to look."""

    class State(models.TextChoices):
        WAITING = "waiting", "à examiner"
        DISTINCT = "distinct", "personnes différentes"
        MERGED = "merged", "fusionnées"

    first = models.ForeignKey(
        Beneficiary, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    second = models.ForeignKey(
        Beneficiary, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    score = models.PositiveSmallIntegerField("ressemblance (sur 100)")
    reasons = models.CharField("parce que", max_length=300)
    state = models.CharField("état", max_length=8, choices=State, default=State.WAITING)
    found_at = models.DateTimeField("trouvé le", auto_now_add=True)
    decided_by = models.CharField("décidé par", max_length=150, blank=True)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)

    class Meta:
        verbose_name = "doublon possible"
        verbose_name_plural = "doublons possibles"
        ordering = ["-score", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "first", "second"], name="pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order"),
        ]
