"""Households and the people in them."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q

from federations.models import Place, StoredFile, TenantOwned, Unit
from membership.rules.identity import Aspect

_ASPECTS = [
    (Aspect.NAME.value, "nom"),
    (Aspect.SEX.value, "sexe"),
    (Aspect.BIRTH.value, "naissance"),
]


class Household(TenantOwned):
    """A household of a mutuelle or section. It keeps its colline whatever the division."""

    class Closing(models.TextChoices):
        DEPARTED = "departed", "départ"
        STRUCK_OFF = "struck_off", "radiation"
        TRANSFERRED = "transferred", "transfert à une autre fédération"
        MERGED = "merged", "doublon d’un autre ménage"

    class OtherCover(models.TextChoices):
        NONE = "", "aucune connue"
        CAM = "cam", "CAM"
        MFP = "mfp", "Mutuelle de la fonction publique"
        OTHER = "other", "autre"

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
    category = models.SlugField(
        "catégorie", max_length=20, default="ordinary", db_default="ordinary"
    )
    phone = models.CharField("téléphone", max_length=20, blank=True, default="", db_default="")
    other_cover = models.CharField(
        "autre couverture",
        max_length=6,
        choices=OtherCover,
        blank=True,
        default="",
        db_default="",
    )
    other_cover_number = models.CharField(
        "numéro de l’autre couverture", max_length=30, blank=True, default="", db_default=""
    )
    #: Of a household whose head is a minor: who answers for it, a member or not.
    guardian_name = models.CharField(
        "répond du ménage de mineurs", max_length=120, blank=True, default="", db_default=""
    )
    guardian_phone = models.CharField(
        "son téléphone", max_length=20, blank=True, default="", db_default=""
    )
    closed_on = models.DateField("fermé le", null=True, blank=True)
    closed_because = models.CharField(
        "fermé pour", max_length=12, choices=Closing, blank=True, default="", db_default=""
    )
    struck_off_on = models.DateField("radié le", null=True, blank=True)
    reinstated_on = models.DateField("réintégré le", null=True, blank=True)
    #: Brought along from another federation: since when it is in the network, and the last
    #: mutualist year for which it was insured there, which a renewal here goes on from.
    first_registered_on = models.DateField("dans le réseau depuis le", null=True, blank=True)
    insured_until_year = models.PositiveSmallIntegerField(
        "assuré ailleurs jusqu’à l’année", null=True, blank=True
    )
    #: Counts the savings, so that two clerks cannot overwrite each other.
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        verbose_name = "ménage"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="household_number_once"),
            models.UniqueConstraint(fields=["tenant", "id"], name="household_tenant_id"),
        ]
        indexes = [
            models.Index(fields=["phone"], condition=~Q(phone=""), name="household_phone"),
            models.Index(fields=["id"], condition=~Q(other_cover=""), name="household_other_cover"),
            models.Index(
                fields=["tenant"], condition=Q(closed_because="merged"), name="household_duplicates"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def in_network_since(self) -> date:
        """The day it was first registered, wherever it was then."""
        return self.first_registered_on or self.registered_on


class Beneficiary(TenantOwned):
    """A person of a household: its head, who subscribes, or a dependant.

    ``person_id`` is the network's: it follows the person to another federation.
    ``declared_on`` is the day on which a newborn was declared; for others the day on which the
    entry was told, from which the waiting counts.
    """

    class Sex(models.TextChoices):
        MALE = "M", "homme"
        FEMALE = "F", "femme"

    class Relationship(models.TextChoices):
        HEAD = "head", "adhérent (chef de ménage)"
        SPOUSE = "spouse", "conjoint"
        CHILD = "child", "enfant"
        OTHER = "other", "autre personne à charge"

    class Leaving(models.TextChoices):
        DEATH = "death", "décès"
        MARRIAGE = "marriage", "mariage"
        DEPARTURE = "departure", "départ"
        TRANSFER = "transfer", "transfert"
        MERGED = "merged", "doublon d’une autre fiche"
        MISTAKE = "mistake", "inscription par erreur"

    household = models.ForeignKey(
        Household,
        on_delete=models.PROTECT,
        related_name="members",
        db_constraint=False,
        verbose_name="ménage",
    )
    person_id = models.UUIDField(
        "identifiant de réseau",
        default=uuid.uuid4,
        db_default=models.Func(function="gen_random_uuid"),
        editable=False,
    )
    #: Covered in another household the day before entering this one: does not wait again.
    continues_cover = models.BooleanField(
        "couverture sans interruption", default=False, db_default=False, editable=False
    )
    #: Of a record that came from another federation: what of the person was corrected there.
    corrected_before = models.CharField(
        "corrigé avant son arrivée",
        max_length=5,
        choices=_ASPECTS,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    number = models.CharField("numéro", max_length=24)
    family_name = models.CharField("nom", max_length=60)
    given_name = models.CharField("prénom", max_length=60)
    sort_key = models.CharField(max_length=125, editable=False, db_collation="C")
    search_key = models.CharField(max_length=125, editable=False, db_collation="C")
    #: The same fold with the given name first: people are asked for either way round.
    given_key = models.CharField(max_length=125, editable=False, db_collation="C")
    #: The phonetic fold of the names, in any order: what duplicates have in common.
    phonetic_key = models.CharField(
        max_length=125, editable=False, db_collation="C", default="", db_default=""
    )
    sex = models.CharField("sexe", max_length=1, choices=Sex)
    birth_date = models.DateField("date de naissance")
    is_birth_estimated = models.BooleanField("année de naissance estimée", default=False)
    relationship = models.CharField("lien avec l’adhérent", max_length=8, choices=Relationship)
    phone = models.CharField("téléphone", max_length=20, blank=True, default="", db_default="")
    identity_paper = models.CharField(
        "pièce d’identité ou acte de naissance",
        max_length=30,
        blank=True,
        default="",
        db_default="",
    )
    photo = models.ForeignKey(
        StoredFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="photo",
    )
    joined_on = models.DateField("dans le ménage depuis le")
    declared_on = models.DateField("déclaré le", null=True, blank=True)
    left_on = models.DateField("sorti le", null=True, blank=True)
    left_because = models.CharField(
        "sorti pour", max_length=10, choices=Leaving, blank=True, default="", db_default=""
    )
    died_on = models.DateField("décédé le", null=True, blank=True)

    class Meta:
        verbose_name = "bénéficiaire"
        ordering = ["sort_key"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="beneficiary_number_once"),
            models.UniqueConstraint(fields=["tenant", "id"], name="beneficiary_tenant_id"),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(relationship="head", left_on__isnull=True),
                name="household_one_head",
                violation_error_message="Ce ménage a déjà un adhérent.",
            ),
            models.CheckConstraint(
                condition=Q(joined_on__gte=F("birth_date")), name="beneficiary_joins_after_birth"
            ),
            models.CheckConstraint(
                condition=Q(died_on__isnull=True) | Q(died_on__gte=F("birth_date")),
                name="beneficiary_dies_after_birth",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "search_key"]),
            models.Index(fields=["tenant", "given_key"], name="beneficiary_given_key"),
            models.Index(fields=["phonetic_key"], name="beneficiary_phonetic"),
            models.Index(fields=["person_id"], name="beneficiary_person"),
            models.Index(fields=["phone"], condition=~Q(phone=""), name="beneficiary_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.family_name} {self.given_name}"
