"""Pages of the report's texts: the year's sections, one text with its preview and pictures."""

from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from conamus.kernel.errors import NotFound
from conamus.pages.forms import FormPage, ServiceForm
from conamus.pages.prose import render_prose
from conamus.pages.views import ActorPage, ActorView
from conamus.pages.years import asked_year
from federations.forms.fields import PhotoField
from federations.forms.versions import ReadForm
from federations.models import NarrativePicture, NarrativeSection
from federations.rules.roles import Permission
from federations.selectors import narrative as selectors
from federations.services import narrative as services
from federations.views.confirm import ConfirmPage
from federations.views.versions import VersionedPage
from prudential.rules.outline import OutlineSection, narrative_sections, section

_HELP = (
    "Une ligne vide sépare les paragraphes. **gras**, *italique*, « # » devant un titre, « - » "
    "devant chaque point d’une liste. Le reste s’imprime tel quel."
)


class TextForm(ServiceForm):
    """A section's text, and the version that was read."""

    body = forms.CharField(
        label="Texte",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "maxlength": services.MOST_CHARACTERS}),
        help_text=_HELP,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class PictureForm(ServiceForm):
    """A picture and what it shows."""

    picture = PhotoField(label="Photo")
    caption = forms.CharField(label="Légende", max_length=200)


class CaptionForm(ReadForm):
    """What a picture shows."""

    caption = forms.CharField(label="Légende", max_length=200)


class NarrativePage(ActorPage):
    """The texts that people write for a year's report."""

    permission = Permission.WRITE_NARRATIVE
    template_name = "prudential/narrative.html"

    def page(self) -> dict[str, Any]:
        """Return the outline's places, with what stands there."""
        year = asked_year(self.request)
        services.require_year(year)
        written = selectors.narrative_sections_of(self.actor.tenant_id, year)
        pictures = selectors.picture_counts(self.actor.tenant_id, year)
        places = [
            (item, written.get(item.key), pictures.get(item.key, 0))
            for item in narrative_sections()
        ]
        done = sum(bool(text and text.body) for _, text, _ in places)
        return {
            "title": f"Textes du rapport {year}",
            "state": f"{done} texte{'s' if done > 1 else ''} sur {len(places)}.",
            "year_text": str(year),
            "places": places,
        }


class SectionMixin:
    """The year and the place in the outline, from the address."""

    kwargs: dict[str, Any]
    actor: Any

    @cached_property
    def outline_item(self) -> OutlineSection:
        """The place in the report; NotFound where nobody writes a text."""
        known = {item.key: item for item in narrative_sections()}
        if self.kwargs["outline_key"] not in known:
            raise NotFound("Cette partie du rapport n’a pas de texte à rédiger.")
        return known[self.kwargs["outline_key"]]

    @cached_property
    def year(self) -> int:
        """The year; DomainError for one that no report can be written of."""
        services.require_year(self.kwargs["year"])
        return self.kwargs["year"]

    @cached_property
    def section(self) -> NarrativeSection | None:
        """The text as it stands."""
        return selectors.section_of(self.actor.tenant_id, self.year, self.outline_item.key)

    def section_url(self) -> str:
        """Return the page where the text is written."""
        return edit_url(self.year, self.outline_item.key)


class NarrativeEdit(SectionMixin, FormPage):
    """Write a section's text; a second writer is told, and loses nothing."""

    permission = Permission.WRITE_NARRATIVE
    form_class = TextForm
    template_name = "prudential/narrative_edit.html"
    title = "Texte du rapport"
    success_message = "Le texte est enregistré."
    #: What somebody else saved in the meantime.
    other: NarrativeSection | None = None

    def get_initial(self) -> dict[str, Any]:
        """Begin from the text as it stands."""
        text = self.section
        return {"body": text.body if text else "", "version": text.version if text else 0}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, or show what the typed text will look like."""
        if "preview" not in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.form_class(initial=request.POST.dict(), actor=self.actor)
        return self.render_to_response(self.get_context_data(form=form))

    def save(self, data: dict[str, Any]) -> NarrativeSection:
        """Call the service."""
        try:
            return services.save_section(
                actor=self.actor,
                year=self.year,
                outline_key=self.outline_item.key,
                body=data["body"],
                version=data["version"],
            )
        except services.SectionChanged as error:
            self.other = error.current
            raise

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Let the next saving count as made after the other's."""
        if self.other is not None:
            form.data = {**self.request.POST.dict(), "version": str(self.other.version)}
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the preview, the pictures and the year before."""
        context = super().get_context_data(**kwargs)
        typed = context["form"]["body"].value() or ""
        before = selectors.section_of(self.actor.tenant_id, self.year - 1, self.outline_item.key)
        return context | {
            "title": self.outline_item.full_title,
            "year_text": str(self.year),
            "state": f"Rapport {self.year}.",
            "section": self.section,
            "item": self.outline_item,
            "preview": render_prose(typed),
            "other": self.other,
            "other_preview": render_prose(self.other.body) if self.other else "",
            "pictures": selectors.pictures_of(self.section) if self.section else [],
            "may_copy": bool(before and before.body and not typed),
            "year_before": str(self.year - 1),
        }

    def done_url(self, made: NarrativeSection) -> str:
        """Stay at the text."""
        return self.section_url()

    def cancel_url(self) -> str:
        """Go back to the year's texts."""
        return reverse("narrative")


class NarrativeCopy(SectionMixin, ConfirmPage):
    """Start from the text of the year before."""

    permission = Permission.WRITE_NARRATIVE
    title = "Reprendre le texte de l’an passé"
    submit_label = "Reprendre ce texte"
    success_message = "Le texte est repris ; relisez-le, il parle encore de l’an passé."

    def consequence(self) -> str:
        """Say what will be copied."""
        return (
            f"Le texte de {self.year - 1} pour « {self.outline_item.title} » devient le début de "
            f"celui de {self.year}. Les photos ne sont pas reprises."
        )

    def save(self, data: dict[str, Any]) -> NarrativeSection:
        """Call the service."""
        return services.copy_last_year(
            actor=self.actor, year=self.year, outline_key=self.outline_item.key
        )

    def done_url(self, made: NarrativeSection) -> str:
        """Show the text."""
        return self.section_url()

    def cancel_url(self) -> str:
        """Go back to the text."""
        return self.section_url()


class PictureAdd(SectionMixin, FormPage):
    """Put a picture in a section."""

    permission = Permission.WRITE_NARRATIVE
    form_class = PictureForm
    title = "Ajouter une photo"
    submit_label = "Ajouter la photo"
    success_message = "La photo est ajoutée."

    def save(self, data: dict[str, Any]) -> NarrativePicture:
        """Read the file and call the service."""
        upload = data["picture"]
        return services.add_picture(
            actor=self.actor,
            year=self.year,
            outline_key=self.outline_item.key,
            name=upload.name,
            content=upload.read(),
            caption=data["caption"],
            key=data["submission_key"],
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say where it goes."""
        where = f"{self.outline_item.full_title}, rapport {self.year}"
        return super().get_context_data(**{"state": where, **kwargs})

    def done_url(self, made: NarrativePicture) -> str:
        """Show the text."""
        return self.section_url()

    def cancel_url(self) -> str:
        """Go back to the text."""
        return self.section_url()


class OnePicturePage(VersionedPage):
    """What is done with a picture, known by the caption that was read."""

    abstract = True
    permission = Permission.WRITE_NARRATIVE

    @cached_property
    def picture(self) -> NarrativePicture:
        """The picture of the address."""
        return services.own_picture(self.actor, self.kwargs["picture_id"])

    def get_initial(self) -> dict[str, Any]:
        """Begin from the caption as it is."""
        return {"caption": self.picture.caption, "version": self.version_of(self.picture)}

    def version_of(self, thing: NarrativePicture) -> str:
        """Return the version of a picture's caption."""
        return services.caption_version(thing)

    def facts_of(self, thing: NarrativePicture) -> list[tuple[str, Any]]:
        """Return what the other saved."""
        return [("Légende", thing.caption)]

    def cancel_url(self) -> str:
        """Go back to the text."""
        return _section_url(self.picture.section)


class PictureCaption(OnePicturePage):
    """Correct what is written under a picture."""

    form_class = CaptionForm
    title = "Changer la légende"
    success_message = "La légende est changée."

    def change(self, data: dict[str, Any], version: str) -> NarrativePicture:
        """Call the service."""
        return services.change_caption(
            actor=self.actor,
            picture_id=self.picture.pk,
            caption=data["caption"],
            version=version,
        )

    def done_url(self, made: NarrativePicture) -> str:
        """Show the text."""
        return _section_url(self.picture.section)


class PictureRemove(OnePicturePage, ConfirmPage):
    """Take a picture out of its section."""

    form_class = ReadForm
    title = "Retirer la photo"
    submit_label = "Retirer la photo"
    success_message = "La photo est retirée."
    is_dangerous = True

    def consequence(self) -> str:
        """Say what goes."""
        return f"« {self.picture.caption} » ne sera plus imprimée ; l’historique le dira."

    def change(self, data: dict[str, Any], version: str) -> NarrativeSection:
        """Call the service."""
        return services.remove_picture(
            actor=self.actor, picture_id=self.picture.pk, version=version
        )

    def done_url(self, made: NarrativeSection) -> str:
        """Show the text."""
        return _section_url(made)


class PictureMove(ActorView):
    """Move a picture before or after its neighbour."""

    permission = Permission.WRITE_NARRATIVE
    http_method_names = ("post",)

    def post(self, request: HttpRequest, picture_id: int) -> HttpResponse:
        """Call the service and show the text."""
        moved = services.move_picture(
            actor=self.actor, picture_id=picture_id, up=request.POST.get("way") == "up"
        )
        response = HttpResponse(status=303)
        response["Location"] = _section_url(moved.section)
        return response


class PictureFile(ActorView):
    """A picture's bytes: its checked type, never sniffed, nothing in it can run."""

    permission = Permission.WRITE_NARRATIVE

    def get(self, request: HttpRequest, picture_id: int) -> HttpResponse:
        """Answer the picture of one's own tenant."""
        found = selectors.picture_file(self.actor.tenant_id, picture_id)
        if found is None:
            raise NotFound("Cette photo n’existe pas.")
        response = HttpResponse(bytes(found.content), content_type=found.content_type)
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Disposition"] = "inline"
        return response


def edit_url(year: int, outline_key: str) -> str:
    """Return the page where a section's text is written."""
    return reverse("narrative_edit", args=[year, outline_key])


def _section_url(text: NarrativeSection) -> str:
    """Return the page of a picture's section, if the outline still has it."""
    try:
        section(text.outline_key)
    except KeyError:
        return reverse("narrative")
    return edit_url(text.year, text.outline_key)
