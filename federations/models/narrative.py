"""Texts and pictures of the yearly report, written in the browser, kept by year."""

from django.db import models

from federations.models.files import StoredFile
from federations.models.tenant import TenantOwned


class NarrativeSection(TenantOwned):
    """One section of a year's report: plain text with simple formatting (Markdown).

    ``outline_key`` says where in the report's outline it goes (prudential/rules/outline.py);
    ``version`` grows with each saving, so that two writers cannot overwrite each other.
    """

    year = models.PositiveSmallIntegerField("année")
    outline_key = models.CharField("place dans le rapport", max_length=40)
    body = models.TextField("texte", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        verbose_name = "texte du rapport"
        verbose_name_plural = "textes du rapport"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "year", "outline_key"], name="narrative_once_a_year"
            )
        ]


class NarrativePicture(TenantOwned):
    """A picture shown after a section's text, with its caption."""

    section = models.ForeignKey(NarrativeSection, on_delete=models.CASCADE, related_name="pictures")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    caption = models.CharField("légende", max_length=200)
    position = models.PositiveSmallIntegerField("ordre", default=1)

    class Meta:
        verbose_name = "photo"
        ordering = ["position", "id"]
