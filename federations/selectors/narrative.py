"""Reads of the texts and pictures of the yearly report. Every function needs an open scope."""

from dataclasses import dataclass

from django.db.models import Count

from federations.models import NarrativePicture, NarrativeSection, StoredFile


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


def section_of(tenant_id: int, year: int, outline_key: str) -> NarrativeSection | None:
    """Return a section, where somebody has begun one."""
    return NarrativeSection.objects.filter(
        tenant_id=tenant_id, year=year, outline_key=outline_key
    ).first()


def pictures_of(section: NarrativeSection) -> list[NarrativePicture]:
    """Return a section's pictures in order, without their bytes."""
    pictures = NarrativePicture.objects.filter(tenant_id=section.tenant_id, section=section)
    return list(pictures.select_related("file").defer("file__content").order_by("position", "id"))


def picture_counts(tenant_id: int, year: int) -> dict[str, int]:
    """Count the year's pictures by section."""
    counted = (
        NarrativePicture.objects.filter(tenant_id=tenant_id, section__year=year)
        .order_by()
        .values("section__outline_key")
        .annotate(pictures=Count("pk"))
    )
    return {row["section__outline_key"]: row["pictures"] for row in counted}


def picture_file(tenant_id: int, picture_id: int) -> StoredFile | None:
    """Return a picture's bytes, of the tenant's own only."""
    picture = (
        NarrativePicture.objects.filter(tenant_id=tenant_id, pk=picture_id)
        .select_related("file")
        .first()
    )
    return picture.file if picture else None
