"""Mutualist years, the enrolment of a household for one, and published past years."""

from django.db import models
from django.db.models import Q

from federations.models import Partner, Place, TenantOwned, Unit
from membership.models.households import Beneficiary, Household


class MutualistYear(models.Model):
    """A year of cover; since 2018 the calendar year (source: S19)."""

    year = models.PositiveSmallIntegerField("année", primary_key=True)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au (exclu)")

    class Meta:
        verbose_name = "année mutualiste"
        verbose_name_plural = "années mutualistes"
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(self.year)


class Enrolment(TenantOwned):
    """A household's enrolment in a unit for a year: a fact of the day it was signed.

    ``colline``, ``head_sex``, ``males`` and ``females`` are what was declared that day: the
    numbers that the contribution is computed on and that the yearly report counts; who
    the people are is in the household's members. ``is_renewal``: the household was enrolled
    in the network the year before, ``is_same_unit``: and in this very unit.
    """

    household = models.ForeignKey(
        Household,
        on_delete=models.PROTECT,
        related_name="enrolments",
        db_constraint=False,
        verbose_name="ménage",
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False, verbose_name="unité"
    )
    year = models.ForeignKey(
        MutualistYear,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="année",
        db_index=False,
    )
    colline = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="+", verbose_name="colline", db_index=False
    )
    enrolled_on = models.DateField("adhésion signée le")
    is_renewal = models.BooleanField("renouvellement")
    is_same_unit = models.BooleanField("dans la même unité", default=True)
    head_sex = models.CharField("sexe de l’adhérent", max_length=1, choices=Beneficiary.Sex)
    males = models.PositiveSmallIntegerField("hommes")
    females = models.PositiveSmallIntegerField("femmes")

    class Meta:
        verbose_name = "adhésion"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["household", "year"], name="enrolment_once_a_year"),
            models.CheckConstraint(
                condition=Q(males__gt=0) | Q(females__gt=0), name="enrolment_covers_somebody"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "year", "unit"])]


class PastYear(TenantOwned):
    """A past year's published counts, brought in at take-on: no households behind them."""

    promoter = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="+", verbose_name="promoteur"
    )
    label = models.CharField("année mutualiste", max_length=9)
    starts_year = models.PositiveSmallIntegerField("première année")
    sections = models.PositiveIntegerField("mutuelles et sections")
    households = models.PositiveIntegerField("ménages")
    source = models.CharField("source", max_length=200)

    class Meta:
        verbose_name = "année passée publiée"
        verbose_name_plural = "années passées publiées"
        ordering = ["starts_year"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "promoter", "label"], name="past_year_once")
        ]
