"""Attestations brought by file: the page, what became of each row, the model to fill in."""

import csv
from io import StringIO
from typing import Any

from django.http import HttpRequest, HttpResponse

from claims.forms.entry import FileOfClaimsForm
from claims.rules.attestation_file import COLUMNS
from claims.services.attestation_files import Brought, bring_attestations
from conamus.kernel.errors import DomainError
from conamus.pages.forms import FormPage
from conamus.pages.views import ActorView
from federations.rules.roles import Permission
from federations.services.sheets import MOST_BYTES
from federations.views.registers import counted

MOST_SHOWN = 200


class FileOfClaims(FormPage):
    """Bring a file; the answer tells row by row what is wrong."""

    permission = Permission.ENTER_CLAIMS
    form_class = FileOfClaimsForm
    template_name = "claims/entry_file.html"
    title = "Importer des attestations"
    submit_label = "Importer"
    brought: Brought | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form its file."""
        return {**super().get_form_kwargs(), "files": self.request.FILES or None}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer on the same page: what is refused is told there."""
        form = self.get_form()
        if not form.is_valid():
            return self.form_invalid(form)
        try:
            self.brought = self.save(form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        empty = self.form_class(actor=self.actor)
        return self.render_to_response(self.get_context_data(form=empty))

    def save(self, data: dict[str, Any]) -> Brought:
        """Call the service."""
        sent = data["file"]
        if sent.size > MOST_BYTES:
            raise DomainError("Ce fichier dépasse 5 Mo : partagez-le.", field="file")
        return bring_attestations(
            actor=self.actor, content=sent.read(), all_or_nothing=data["all_or_nothing"]
        )

    def page(self) -> dict[str, Any]:
        """Return what became of the file, and the columns."""
        context: dict[str, Any] = {"columns": COLUMNS}
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


class FileModel(ActorView):
    """The model to fill in, with one example."""

    permission = Permission.ENTER_CLAIMS

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer it as a French spreadsheet opens it."""
        text = StringIO(newline="")
        writer = csv.writer(text, delimiter=";")
        writer.writerow([column.heading for column in COLUMNS])
        writer.writerow([column.example for column in COLUMNS])
        response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv")
        response["Content-Disposition"] = 'attachment; filename="modele-attestations.csv"'
        return response
