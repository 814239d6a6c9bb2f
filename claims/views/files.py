"""Attestations brought by file: the page, what became of each row, the model to fill in."""

import csv
from collections.abc import Iterable, Sequence
from functools import cached_property
from io import StringIO
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from claims.forms.entry import FileOfClaimsForm
from claims.models import AttestationFile
from claims.rules.attestation_file import COLUMNS
from claims.selectors.attestation_files import (
    file_by_id,
    file_outcome,
    first_errors,
    own_files,
)
from claims.services.attestation_files import Brought
from claims.services.large_files import abandon_file, bring_file, enter_checked, request_work
from conamus.pages.forms import FormPage, ServiceForm
from conamus.pages.views import ActorView, WatchedPage
from federations.rules.roles import Permission
from federations.views.registers import counted

MOST_SHOWN = 200
MOST_RECENT = 10
_State = AttestationFile.State
UNDER_WAY = (_State.STAGED, _State.LOADING)
_WHERE = {
    _State.STAGED: "Déposé : la vérification est en cours ou attend un serveur de tâches.",
    _State.CHECKED: "Vérifié : rien n’est encore enregistré, à vous de décider.",
    _State.LOADING: "L’enregistrement est en cours ou attend un serveur de tâches.",
    _State.DONE: "Enregistré et transmis.",
    _State.REFUSED: "Rien n’est enregistré : des attestations sont refusées.",
    _State.ABANDONED: "Abandonné : rien n’est enregistré.",
}


class FileOfClaims(FormPage):
    """Bring a file; the answer tells row by row what is wrong."""

    permission = Permission.ENTER_CLAIMS
    form_class = FileOfClaimsForm
    template_name = "claims/entry_file.html"
    title = "Importer des attestations"
    submit_label = "Importer"
    brought: Brought | None = None

    def done(self, made: Brought | AttestationFile) -> HttpResponse:
        """Answer on the same page which rows are refused; a long file has a page of its own."""
        if isinstance(made, AttestationFile):
            return HttpResponseRedirect(reverse("claim_file_detail", args=[made.pk]))
        self.brought = made
        return self.show_emptied()

    def save(self, data: dict[str, Any]) -> Brought | AttestationFile:
        """Call the service: a long file is kept for a task."""
        sent = data["file"]
        return bring_file(
            actor=self.actor,
            content=sent.read(),
            name=sent.name,
            all_or_nothing=data["all_or_nothing"],
            key=data["submission_key"],
        )

    def page(self) -> dict[str, Any]:
        """Return what became of the file, and the columns."""
        recent = own_files(self.actor)[:MOST_RECENT]
        context: dict[str, Any] = {"columns": COLUMNS, "recent": recent}
        if self.brought is not None:
            context |= {
                "brought": self.brought,
                "errors": self.brought.errors[:MOST_SHOWN],
                "state": _told(self.brought),
            }
        return context


def _told(brought: Brought) -> str:
    if not brought.is_loaded:
        return f"Rien n’est enregistré : {counted(brought.refused, 'attestation')} en faute."
    return (
        f"Enregistrées et transmises : {brought.entered} ; déjà là : {brought.known} ; "
        f"refusées : {brought.refused}."
    )


class FileDetail(WatchedPage, FormPage):
    """A long file: how far its check is, what it would bring, the decision, what it brought."""

    permission = Permission.ENTER_CLAIMS
    form_class = ServiceForm
    title = "Fichier d’attestations"

    @cached_property
    def file(self) -> AttestationFile:
        """The file of the address."""
        return file_by_id(self.actor, self.kwargs["file_id"])

    def get_template_names(self) -> list[str]:
        """Return how far it is alone to the page that already shows the rest."""
        if self.request.headers.get("HX-Target") == "avancement":
            return ["claims/_file_progress.html"]
        return ["claims/file_detail.html"]

    def is_under_way(self) -> bool:
        """Tell whether a task works on it, or is asked to."""
        return self.file.state in UNDER_WAY

    def save(self, data: dict[str, Any]) -> AttestationFile:
        """Do what the pressed button says."""
        pressed, file_id = self.request.POST.get("do"), self.file.pk
        if pressed == "abandon":
            return abandon_file(actor=self.actor, file_id=file_id)
        if pressed == "again":
            request_work(actor=self.actor, file=self.file)
            return self.file
        return enter_checked(actor=self.actor, file_id=file_id)

    def success_message_for(self, made: AttestationFile) -> str:
        """Say what follows."""
        if made.state == AttestationFile.State.ABANDONED:
            return "Le fichier est abandonné : rien n’est enregistré."
        return "La tâche est demandée."

    def done_url(self, made: AttestationFile) -> str:
        """Watch it."""
        return reverse("claim_file_detail", args=[made.pk])

    def page(self) -> dict[str, Any]:
        """Return what the parts came to."""
        found, is_loading = file_outcome(self.file), self.file.state == _State.LOADING
        done = found.loaded if is_loading else found.checked
        return {
            "title": f"Fichier « {self.file.file_name} »",
            "state": _WHERE[_State(self.file.state)],
            "file": self.file,
            "found": found,
            "is_under_way": self.is_under_way(),
            "percent": 100 * done // found.parts if found.parts else 0,
            "entered_label": "Enregistrées" if found.loaded else "À enregistrer",
            "errors": first_errors(self.file, MOST_SHOWN),
        }


class FileErrors(ActorView):
    """Every refused row with its cause."""

    permission = Permission.ENTER_CLAIMS

    def get(self, request: HttpRequest, file_id: UUID) -> HttpResponse:
        """Answer it as a French spreadsheet opens it."""
        file = file_by_id(self.actor, file_id)
        rows = [("Ligne", "Colonne", "Cause")]
        rows += [(str(one.number), one.column, one.cause) for one in first_errors(file, None)]
        return _csv(rows, "refus-attestations.csv")


class FileModel(ActorView):
    """The model to fill in, with one example."""

    permission = Permission.ENTER_CLAIMS

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer it as a French spreadsheet opens it."""
        headings = [column.heading for column in COLUMNS]
        return _csv([headings, [column.example for column in COLUMNS]], "modele-attestations.csv")


def _csv(rows: Iterable[Sequence[str]], name: str) -> HttpResponse:
    text = StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
