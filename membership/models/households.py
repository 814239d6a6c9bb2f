"""Households and the people in them."""

from django.db import models
from django.db.models import F, Q

from federations.models import Place, TenantOwned, Unit


class Household(TenantOwned):
    """A household of a mutuelle or section. It keeps its colline whatever the division."""

    # The foreign keys below are backed by composite ones, (tenant, id), in the migration:
    # a plain foreign-key check bypasses row-level security and would accept another
    # tenant's row.
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False, verbose_name="unité"
    )
    number = models.CharField("numéro", max_length=20)
    colline = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="+", verbose_name="colline"
    )
    registered_on = models.DateField("inscrit le")
    closed_on = models.DateField("fermé le", null=True, blank=True)

    class Meta:
        verbose_name = "ménage"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="household_number_once"),
            models.UniqueConstraint(fields=["tenant", "id"], name="household_tenant_id"),
        ]

    def __str__(self) -> str:
        return self.number


class Beneficiary(TenantOwned):
    """A person of a household: its head, who subscribes, or a dependant."""

    class Sex(models.TextChoices):
        MALE = "M", "homme"
        FEMALE = "F", "femme"

    class Relationship(models.TextChoices):
        HEAD = "head", "adhérent (chef de ménage)"
        SPOUSE = "spouse", "conjoint"
        CHILD = "child", "enfant"
        OTHER = "other", "autre personne à charge"

    household = models.ForeignKey(
        Household,
        on_delete=models.PROTECT,
        related_name="members",
        db_constraint=False,
        verbose_name="ménage",
    )
    number = models.CharField("numéro", max_length=24)
    family_name = models.CharField("nom", max_length=60)
    given_name = models.CharField("prénom", max_length=60)
    sort_key = models.CharField(max_length=125, editable=False, db_collation="C")
    search_key = models.CharField(max_length=125, editable=False, db_collation="C")
    #: The same fold with the given name first: people are asked for either way round.
    given_key = models.CharField(max_length=125, editable=False, db_collation="C")
    sex = models.CharField("sexe", max_length=1, choices=Sex)
    birth_date = models.DateField("date de naissance")
    is_birth_estimated = models.BooleanField("année de naissance estimée", default=False)
    relationship = models.CharField("lien avec l’adhérent", max_length=8, choices=Relationship)
    joined_on = models.DateField("dans le ménage depuis le")
    left_on = models.DateField("sorti le", null=True, blank=True)

    class Meta:
        verbose_name = "bénéficiaire"
        ordering = ["sort_key"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="beneficiary_number_once"),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(relationship="head", left_on__isnull=True),
                name="household_one_head",
                violation_error_message="Ce ménage a déjà un adhérent.",
            ),
            models.CheckConstraint(
                condition=Q(joined_on__gte=F("birth_date")), name="beneficiary_joins_after_birth"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "search_key"]),
            models.Index(fields=["tenant", "given_key"], name="beneficiary_given_key"),
        ]

    def __str__(self) -> str:
        return f"{self.family_name} {self.given_name}"
