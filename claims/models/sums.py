"""Sums of care kept by the database itself, for figures that no page can add up each time.

A year of a large federation is some hundred thousand attestations and a million decided lines.
Triggers on claims and their steps (`migrations/_sums.py`) write down what each statement changes,
whichever door it came in by: rows are only added, so that nobody waits for anybody, and a figure
is the sum of its rows. Once a day they are counted again and written as few rows
(`recount_care`). What is cancelled or superseded does not count.
"""

from django.db import models

from claims.models.claims import CareOwned


class _Sum(CareOwned):
    """What changed in the care of a facility's month."""

    month = models.PositiveSmallIntegerField("mois")
    care_kind = models.CharField("genre", max_length=12)
    cases = models.IntegerField("cas")

    class Meta:
        abstract = True


class CareSum(_Sum):
    """Attestations, and of those decided what the decision in force says."""

    unit_id = models.BigIntegerField("section du patient")
    asked_francs = models.BigIntegerField("demandé (FBu)")
    #: The squares of what each asks: how far a facility's cost per case may be from its peers'.
    asked_squares = models.DecimalField(max_digits=30, decimal_places=0)
    decided = models.IntegerField("décidées")
    decided_francs = models.BigIntegerField("demandé par celles décidées (FBu)")
    mutuelle_francs = models.BigIntegerField("part de la mutuelle (FBu)")
    cut_francs = models.BigIntegerField("coupé (FBu)")
    rejected = models.IntegerField("rejetées")

    class Meta:
        verbose_name = "somme de soins"
        indexes = [models.Index(fields=["care_year", "processing"], name="care_sum_of")]


class CutSum(_Sum):
    """Francs cut for one reason by decisions in force."""

    code = models.CharField("motif", max_length=20)
    francs = models.BigIntegerField("montant (FBu)")

    class Meta:
        verbose_name = "somme de coupes"
        indexes = [models.Index(fields=["care_year", "processing"], name="cut_sum_of")]


class DelayCount(_Sum):
    """How many took so long from one state to the next; without states: from care to receipt."""

    from_state = models.CharField("de", max_length=10, blank=True, default="")
    to_state = models.CharField("à", max_length=10, blank=True, default="")
    tenths = models.IntegerField("dixièmes de jour")

    class Meta:
        verbose_name = "délais comptés"
        indexes = [models.Index(fields=["care_year", "processing"], name="delay_count_of")]


class AcceptedSum(CareOwned):
    """Attestations accepted by themselves: what nobody read beside the month's random sample."""

    #: The first day of the month in which they were received.
    month = models.DateField("mois de réception")
    cases = models.IntegerField("cas")
    francs = models.BigIntegerField("part de la mutuelle (FBu)")

    class Meta:
        verbose_name = "somme de ce qui est accepté d’office"
        indexes = [models.Index(fields=["processing", "month"], name="accepted_sum_of")]
