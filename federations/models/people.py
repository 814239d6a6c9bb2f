"""Identity: users, the roles they hold, invitations, refused attempts.

These tables are read before any scope exists (who signs in, in which role?), so they
are read outside the row-level wall; who may write what is in federations/tenancy/guards.py.
"""

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from federations.models.facilities import HealthFacility
from federations.models.tenant import Federation
from federations.models.units import Unit
from federations.rules.roles import ASSIGNABLE_ROLES

ROLE_CHOICES = [(role.value, role.label) for role in ASSIGNABLE_ROLES]


class UserManager(BaseUserManager["User"]):
    """Finds a user by sign-in name."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user of that sign-in name, whatever its case."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in. What they may do comes from their role assignments."""

    username = models.CharField("identifiant", max_length=60, unique=True)
    email = models.EmailField("courriel", blank=True)
    full_name = models.CharField("nom complet", max_length=150)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    language = models.CharField("langue", max_length=5, default="fr")
    is_active = models.BooleanField("actif", default=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    # The role in which somebody closed the account: what the system's administrator closed,
    # no manager opens again. Empty while the account is open.
    closed_by_role = models.CharField(
        "désactivé par", max_length=30, blank=True, default="", db_default="", editable=False
    )

    #: The day and the roles held on it, where they were read with the user.
    held: "tuple[date, list[RoleAssignment]] | None" = None

    objects = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        verbose_name = "utilisateur"
        ordering = ["full_name"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="username_once_whatever_case",
                violation_error_message="Cet identifiant est déjà pris.",
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        """Return the name that pages and the history show."""
        return self.full_name


class RoleAssignment(models.Model):
    """A role that a user holds at a tenant, perhaps limited to a unit or a facility."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField("rôle", max_length=30, choices=ROLE_CHOICES)
    tenant = models.ForeignKey(
        Federation, on_delete=models.PROTECT, related_name="+", verbose_name="fédération"
    )
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="unité",
    )
    facility = models.ForeignKey(
        HealthFacility,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="formation sanitaire",
    )
    valid_from = models.DateField("dès le")
    valid_to = models.DateField("jusqu’au (exclu)", null=True, blank=True)

    class Meta:
        verbose_name = "rôle attribué"
        verbose_name_plural = "rôles attribués"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "tenant", "unit", "facility"],
                condition=Q(valid_to__isnull=True),
                nulls_distinct=False,
                name="role_once_open",
                violation_error_message="Cette personne a déjà ce rôle.",
            )
        ]


class ScopeKey(models.Model):
    """The key that scopes are signed with (federations/tenancy/signature.py), padded for HMAC.

    One row, written by `migrate`; no role of the application may read it.
    """

    inner_pad = models.BinaryField()
    outer_pad = models.BinaryField()

    class Meta:
        verbose_name = "clé des portées"


class Invitation(models.Model):
    """A link sent by mail with which a person chooses their own password, once.

    Only a hash of the link's secret is kept.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Federation, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.CharField("invité par", max_length=150)
    created_at = models.DateTimeField("envoyée le", auto_now_add=True)
    expires_at = models.DateTimeField("valable jusqu’au")
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)

    class Meta:
        verbose_name = "invitation"


class Refusal(models.Model):
    """An attempt that was refused: kept in a transaction of its own."""

    at = models.DateTimeField("quand", auto_now_add=True)
    tenant = models.ForeignKey(Federation, on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField("qui", max_length=150)
    role = models.CharField("rôle", max_length=30)
    method = models.CharField("méthode", max_length=8)
    path = models.CharField("page", max_length=200)
    reason = models.CharField("raison", max_length=200)
    request_id = models.CharField("requête", max_length=40, blank=True)

    class Meta:
        verbose_name = "tentative refusée"
        verbose_name_plural = "tentatives refusées"
        ordering = ["-id"]
