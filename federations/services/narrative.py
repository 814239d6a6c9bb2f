"""Texts and pictures of the yearly report: saved by version, kept by year.

A text is kept as it was typed, HTML included: it is shown as text and never as markup.
Where a section belongs in the report is the report's affair (`outline_key`).
"""

import hashlib
import re

from django.db import transaction
from django.db.models import Max, QuerySet

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, NotFound
from conamus.kernel.figures import format_integer
from federations.models import NarrativePicture, NarrativeSection, StoredFile
from federations.rules.roles import Permission
from federations.selectors.narrative import narrative_sections_of
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.files import store_file
from federations.services.pictures import CleanFile, clean_picture
from federations.services.repetition import once
from federations.services.versions import ChangedMeanwhile, require_read, version_of
from federations.tenancy.actor import Actor

FIRST_YEAR = 2000
MOST_CHARACTERS = 60_000
MOST_PICTURES = 8
_KEY = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class SectionChanged(Conflict):
    """Somebody saved the section in the meantime; ``current`` is what stands there now."""

    def __init__(self, current: NarrativeSection) -> None:
        super().__init__(
            "Quelqu’un a enregistré ce texte entre-temps. Votre texte est gardé ci-dessous ; "
            "reprenez-y ce qui manque de l’autre, puis enregistrez.",
            field="body",
        )
        self.current = current


class CaptionChanged(ChangedMeanwhile):
    """The caption is not any more what its second writer has read; ``current``: the picture."""

    thing = "cette légende"


@transaction.atomic
def save_section(
    *, actor: Actor, year: int, outline_key: str, body: str, version: int
) -> NarrativeSection:
    """Save a section's text; ``version`` is the one that was read, 0 where there was none."""
    require(actor, Permission.WRITE_NARRATIVE)
    require_year(year)
    section = _locked_section(actor, year, outline_key)
    if section.version != version and section.body != _clean(body):
        raise SectionChanged(section)
    if section.body != _clean(body):
        section.body, section.version = _clean(body), section.version + 1
        section.save(update_fields=["body", "version", "updated_at"])
    return section


@transaction.atomic
def copy_last_year(*, actor: Actor, year: int, outline_key: str) -> NarrativeSection:
    """Start a section that is still empty from the text of the year before."""
    require(actor, Permission.WRITE_NARRATIVE)
    require_year(year)
    before = narrative_sections_of(actor.tenant_id, year - 1).get(outline_key)
    if before is None or not before.body:
        raise NotFound(f"Il n’y a pas de texte de {year - 1} à reprendre.")
    section = _locked_section(actor, year, outline_key)
    if section.body:
        raise Conflict("Cette partie a déjà un texte : il n’a pas été remplacé.")
    section.body, section.version = before.body, section.version + 1
    section.save(update_fields=["body", "version", "updated_at"])
    return section


@transaction.atomic
def add_picture(
    *,
    actor: Actor,
    year: int,
    outline_key: str,
    name: str,
    content: bytes,
    caption: str,
    key: str = "",
) -> NarrativePicture:
    """Put a picture at the end of a section's pictures."""
    require(actor, Permission.WRITE_NARRATIVE)
    require_year(year)
    kept = clean_picture(content, field="picture")
    if not caption.strip():
        raise DomainError("Dites ce que montre la photo.", field="caption")
    digest = hashlib.sha256(content).hexdigest()
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["add_picture", year, outline_key, caption.strip(), digest],
        create=lambda: _put_last(actor, year, outline_key, name, kept, caption.strip()),
        find=lambda result: own_picture(actor, int(result)),
    )


def _put_last(
    actor: Actor, year: int, outline_key: str, name: str, kept: CleanFile, caption: str
) -> NarrativePicture:
    section = _locked_section(actor, year, outline_key)
    pictures = _pictures_of(actor, section)
    if pictures.count() >= MOST_PICTURES:
        raise DomainError(f"Une partie a {MOST_PICTURES} photos au plus.", field="picture")
    last = pictures.aggregate(last=Max("position"))["last"] or 0
    picture = NarrativePicture(
        tenant_id=actor.tenant_id,
        section=section,
        file=_stored(actor, name, kept),
        caption=caption,
        position=last + 1,
    )
    save_checked(picture)
    return picture


@transaction.atomic
def change_caption(
    *, actor: Actor, picture_id: int, caption: str, version: str
) -> NarrativePicture:
    """Correct what is written under a picture; ``version`` is the one that was read."""
    require(actor, Permission.WRITE_NARRATIVE)
    picture = own_picture(actor, picture_id, is_held=True)
    wanted = {"caption": caption.strip()}
    require_read(picture, wanted, version=version, changed=CaptionChanged)
    if not caption.strip():
        raise DomainError("Dites ce que montre la photo.", field="caption")
    picture.caption = caption.strip()
    save_checked(picture)
    return picture


@transaction.atomic
def move_picture(*, actor: Actor, picture_id: int, up: bool) -> NarrativePicture:
    """Exchange a picture with its neighbour before or after; at the end nothing moves."""
    require(actor, Permission.WRITE_NARRATIVE)
    picture = own_picture(actor, picture_id)
    _locked_section(actor, picture.section.year, picture.section.outline_key)
    ordered = list(_pictures_of(actor, picture.section))
    place = next(n for n, each in enumerate(ordered) if each.pk == picture.pk)
    ordered.insert(max(0, place - 1) if up else place + 1, ordered.pop(place))
    for position, each in enumerate(ordered, 1):
        if each.position != position:
            each.position = position
            each.save(update_fields=["position"])
    return picture


@transaction.atomic
def remove_picture(*, actor: Actor, picture_id: int, version: str) -> NarrativeSection:
    """Take a picture out of its section; the history and the file's bytes stay.

    ``version``: the caption that was read.
    """
    require(actor, Permission.WRITE_NARRATIVE)
    picture = own_picture(actor, picture_id, is_held=True)
    if version != caption_version(picture):
        raise CaptionChanged(picture, is_removal=True)
    picture.delete()
    return picture.section


def caption_version(picture: NarrativePicture) -> str:
    """Return what tells this caption from another."""
    return version_of(picture, ("caption",))


def own_picture(actor: Actor, picture_id: int, *, is_held: bool = False) -> NarrativePicture:
    """Return a picture of the actor's tenant, locked if asked; NotFound for any other."""
    rows = NarrativePicture.objects.select_related("section")
    if is_held:
        rows = rows.select_for_update(of=("self",))
    picture = rows.filter(pk=picture_id, tenant_id=actor.tenant_id).first()
    if picture is None:
        raise NotFound("Cette photo n’existe pas.")
    return picture


def require_year(year: int) -> None:
    """Raise DomainError for a year that no report can be written of."""
    this_year = clock.today().year
    if not FIRST_YEAR <= year <= this_year:
        raise DomainError(
            f"L’année doit être comprise entre {FIRST_YEAR} et {this_year}.", field="year"
        )


def _locked_section(actor: Actor, year: int, outline_key: str) -> NarrativeSection:
    """Hold the section, made empty (version 0) where there is none yet."""
    if not _KEY.fullmatch(outline_key):
        raise NotFound("Cette partie du rapport n’existe pas.")
    identity = {"tenant_id": actor.tenant_id, "year": year, "outline_key": outline_key}
    NarrativeSection.objects.bulk_create(
        [NarrativeSection(**identity, version=0)], ignore_conflicts=True
    )
    return NarrativeSection.objects.select_for_update().get(**identity)


def _pictures_of(actor: Actor, section: NarrativeSection) -> QuerySet[NarrativePicture]:
    return NarrativePicture.objects.filter(tenant_id=actor.tenant_id, section=section).order_by(
        "position", "id"
    )


def _stored(actor: Actor, name: str, picture: CleanFile) -> StoredFile:
    return store_file(
        tenant_id=actor.tenant_id,
        name=name,
        content_type=picture.content_type,
        content=picture.content,
    )


def _clean(body: str) -> str:
    """One kind of line end, no control characters; DomainError where it is too long."""
    text = _CONTROL.sub("", body.replace("\r\n", "\n").replace("\r", "\n")).rstrip()
    if len(text) > MOST_CHARACTERS:
        raise DomainError(
            f"Ce texte est trop long : {format_integer(MOST_CHARACTERS)} signes au plus.",
            field="body",
        )
    return text
