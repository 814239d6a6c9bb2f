"""Reads of the texts and pictures of the yearly report. Every function needs an open scope."""

from dataclasses import dataclass

from federations.models import NarrativePicture, NarrativeSection


@dataclass(frozen=True, slots=True, kw_only=True)
class NarrativeImage:
    """A picture of a section, with its bytes."""

    caption: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NarrativeText:
    """A section's text, as it was written, and its pictures in order."""

    body: str
    images: tuple[NarrativeImage, ...]


def narrative_sections_of(tenant_id: int, year: int) -> dict[str, NarrativeSection]:
    """Return the year's sections by outline key, without the pictures' bytes; one query."""
    found = NarrativeSection.objects.filter(tenant_id=tenant_id, year=year)
    return {section.outline_key: section for section in found}


def narrative_years(tenant_id: int) -> list[int]:
    """Return the years for which the tenant has texts, latest first."""
    found = NarrativeSection.objects.filter(tenant_id=tenant_id).order_by("-year")
    return list(found.values_list("year", flat=True).distinct())


def narrative_texts(tenant_id: int, year: int) -> dict[str, NarrativeText]:
    """Return the year's texts and whole pictures by outline key, for a document; two queries."""
    sections = narrative_sections_of(tenant_id, year)
    images: dict[int, list[NarrativeImage]] = {}
    pictures = NarrativePicture.objects.filter(
        tenant_id=tenant_id, section__tenant_id=tenant_id, section__year=year
    )
    for picture in pictures.select_related("file").order_by("position", "id"):
        image = NarrativeImage(
            caption=picture.caption,
            content_type=picture.file.content_type,
            content=bytes(picture.file.content),
        )
        images.setdefault(picture.section_id, []).append(image)
    return {
        key: NarrativeText(body=section.body, images=tuple(images.get(section.pk, ())))
        for key, section in sections.items()
    }
