"""Pages of the first day: choose what to bring, take the model, try the file, import it."""

from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from conamus.kernel.errors import NotFound
from conamus.pages.forms import FormPage, ServiceForm
from conamus.pages.views import ActorPage, ActorView
from federations.documents_take_on import XLSX_TYPE, template_xlsx
from federations.forms.fields import SheetField
from federations.models import Job, StoredFile
from federations.rules.roles import Permission
from federations.rules.take_on import Column, RowResult
from federations.selectors.take_on import refused_rows_file
from federations.services import take_on_files as services
from federations.services.take_on import Importer, error_csv, importer_of, importers
from federations.views.people import site_url

#: Rows shown in the preview; the file of refused rows has them all.
MOST_SHOWN = 100
MOST_CELLS = 4


class UploadForm(ServiceForm):
    """A file to try."""

    file = SheetField(
        label="Fichier",
        help_text="XLSX, ODS ou CSV, 5 Mo et 5 000 lignes au plus, avec les titres du modèle.",
    )


class ImportForm(ServiceForm):
    """What to do with a file that has refused rows."""

    mode = forms.ChoiceField(
        label="S’il reste des lignes refusées",
        widget=forms.RadioSelect,
        choices=[
            ("good", "importer les bonnes lignes, garder les autres dans un fichier"),
            ("all", "ne rien importer du tout"),
        ],
        initial="good",
    )


class TakeOnPage(ActorPage):
    """What can be brought in, in the order in which it is best done."""

    permission = Permission.IMPORT_TAKE_ON
    template_name = "federations/take_on.html"

    def page(self) -> dict[str, Any]:
        """Return the kinds of import."""
        return {
            "title": "Données de départ",
            "state": "Ce qu’une fédération apporte le premier jour s’importe, sans être retapé.",
            "importers": importers(),
        }


class TakeOnTemplate(ActorView):
    """The model of a file."""

    permission = Permission.IMPORT_TAKE_ON

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Answer the workbook."""
        importer = importer_of(kind, self.actor)
        return _download(template_xlsx(importer), f"modele-{kind}.xlsx", XLSX_TYPE)


class TakeOnUpload(FormPage):
    """Give a file to be tried."""

    permission = Permission.IMPORT_TAKE_ON
    form_class = UploadForm
    template_name = "federations/take_on_upload.html"
    submit_label = "Essayer ce fichier"
    success_message = "Le fichier est reçu ; rien n’est encore importé."

    @cached_property
    def importer(self) -> Importer:
        """The kind of the address."""
        return importer_of(self.kwargs["kind"], self.actor)

    title = "Importer"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name what is brought, and add its columns."""
        title = f"Importer : {self.importer.title.lower()}"
        return super().get_context_data(importer=self.importer, title=title, **kwargs)

    def save(self, data: dict[str, Any]) -> StoredFile | Job:
        """Call the service."""
        upload = data["file"]
        return services.try_file(
            actor=self.actor,
            kind=self.importer.kind,
            name=upload.name,
            content=upload.read(),
            site_url=site_url(self.request),
        )

    def done_url(self, made: StoredFile | Job) -> str:
        """Show what would happen, or the job that finds out."""
        if isinstance(made, Job):
            return reverse("job_detail", args=[made.pk])
        return reverse("take_on_preview", args=[self.importer.kind, made.pk])

    def cancel_url(self) -> str:
        """Go back to the kinds."""
        return reverse("take_on")


class TakeOnPreview(FormPage):
    """What the file would do, row by row; then doing it."""

    permission = Permission.IMPORT_TAKE_ON
    form_class = ImportForm
    template_name = "federations/take_on_preview.html"
    title = "Aperçu de l’import"
    submit_label = "Importer"
    success_message = "L’import est lancé."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what would become of the rows."""
        importer, trial = _trial(self)
        return super().get_context_data(
            importer=importer,
            trial=trial,
            headings=[column.heading for column in _previewed(importer)],
            summed=[one.heading for one in importer.columns if one.name == importer.summed],
            refused=[_shown(importer, result) for result in trial.refused[:MOST_SHOWN]],
            created=[_shown(importer, result) for result in trial.created],
            more_refused=max(0, len(trial.refused) - MOST_SHOWN),
            errors_url=reverse("take_on_errors", kwargs=self.kwargs),
            **kwargs,
        )

    def save(self, data: dict[str, Any]) -> Job:
        """Call the service."""
        return services.request_import(
            actor=self.actor,
            kind=self.kwargs["kind"],
            trial_id=self.kwargs["trial_id"],
            all_or_nothing=data["mode"] == "all",
            site_url=site_url(self.request),
            key=data["submission_key"],
        )

    def done_url(self, made: Job) -> str:
        """Watch it."""
        return reverse("job_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the upload."""
        return reverse("take_on_upload", args=[self.kwargs["kind"]])


class TakeOnErrors(ActorView):
    """The refused rows of a file that was tried, with their causes."""

    permission = Permission.IMPORT_TAKE_ON

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Answer the CSV."""
        importer, trial = _trial(self)
        content = error_csv(importer, trial.refused)
        return _download(content, f"refus-{importer.kind}.csv", services.CSV_TYPE)


class TakeOnRefused(ActorView):
    """The refused rows that an import left behind."""

    permission = Permission.IMPORT_TAKE_ON

    def get(self, request: HttpRequest, file_id: int) -> HttpResponse:
        """Answer the CSV."""
        stored = refused_rows_file(self.actor, file_id)
        if stored is None:
            raise NotFound("Ce fichier n’existe pas.")
        return _download(bytes(stored.content), stored.name, stored.content_type)


def _trial(view: ActorView) -> tuple[Importer, services.Trial]:
    return services.own_trial(view.actor, view.kwargs["kind"], view.kwargs["trial_id"])


def _shown(importer: Importer, result: RowResult) -> dict[str, Any]:
    cells = result.row.cells
    return {
        "number": result.row.number,
        "cause": result.cause,
        "cells": [(column.heading, cells.get(column.name, "")) for column in _previewed(importer)],
    }


def _previewed(importer: Importer) -> list[Column]:
    if not importer.previewed:
        return list(importer.columns[:MOST_CELLS])
    return [column for column in importer.columns if column.name in importer.previewed]


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
