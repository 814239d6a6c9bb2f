"""The tenant, and what every row that belongs to one has in common."""

from typing import Any

from django.db import models
from django.db.models.functions import Upper

from conamus.kernel.text import search_key, sort_key


class Named(models.Model):
    """A thing with a French name, sorted and searched on folds kept beside it."""

    name = models.CharField("nom", max_length=200)
    sort_key = models.CharField(max_length=200, editable=False, db_collation="C")
    search_key = models.CharField(max_length=200, editable=False, db_collation="C")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the folds true to the name."""
        self.sort_key, self.search_key = sort_key(self.name), search_key(self.name)
        super().save(*args, **kwargs)


class Federation(Named):
    """A tenant: one of the federations, or CONAMUS itself for its own rows."""

    class Kind(models.TextChoices):
        CONFEDERATION = "confederation", "confédération"
        FEDERATION = "federation", "fédération"

    id = models.SmallAutoField(primary_key=True)
    code = models.SlugField("code", max_length=20, unique=True)
    short_name = models.CharField("nom court", max_length=60)
    kind = models.CharField("nature", max_length=20, choices=Kind)
    founded_year = models.PositiveSmallIntegerField("année de création", null=True, blank=True)
    working_since = models.PositiveSmallIntegerField(
        "mutuelles fonctionnelles depuis", null=True, blank=True
    )
    address = models.CharField("adresse", max_length=200, blank=True)
    email = models.EmailField("courriel", blank=True)
    website = models.URLField("site web", blank=True)
    loaded_at = models.DateTimeField(
        "données de départ en place le", null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = "fédération"
        ordering = ["sort_key"]
        constraints = [
            models.UniqueConstraint(
                Upper("code"),
                name="federation_code_once",
                violation_error_message="Ce code est déjà celui d’une fédération.",
            ),
        ]


class TenantOwned(models.Model):
    """A row that belongs to a tenant and stands behind row-level security."""

    # Indexes lead with the tenant where they are declared; one on the key alone is waste.
    tenant = models.ForeignKey(
        Federation, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False
    )

    class Meta:
        abstract = True
