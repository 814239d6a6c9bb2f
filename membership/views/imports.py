"""Pages of imports: bring a file, see what it would do, decide, see what it did."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from io import TextIOWrapper
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from conamus.kernel.errors import NotFound
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorView
from federations.rules.roles import Permission, is_permitted
from membership.documents.imports import (
    CSV_TYPE,
    ODS_TYPE,
    XLSX_TYPE,
    template_csv,
    template_ods,
    template_xlsx,
)
from membership.filters.imports import ImportFilter, ImportRowFilter
from membership.forms.imports import DecisionForm, ImportForm
from membership.models import MemberImport
from membership.rules.imports import COLUMNS, Kind
from membership.selectors.import_rows import ImportRows
from membership.selectors.imports import (
    Findings,
    findings,
    first_refusals,
    imports,
    job_of,
    own_import,
)
from membership.services.imports import abandon_import, bring_file, decide_import, write_errors
from membership.tables.imports import ImportRowTable, ImportTable

#: Refused rows shown; the error file has them all.
MOST_SHOWN = 50
_State = MemberImport.State
_WRITERS = {
    "csv": (template_csv, CSV_TYPE),
    "xlsx": (template_xlsx, XLSX_TYPE),
    "ods": (template_ods, ODS_TYPE),
}


class ImportList(ListPage):
    """The tenant's imports."""

    permission = Permission.SEE_IMPORTS
    add_permission = Permission.IMPORT_MEMBERS
    title = "Imports"
    table_class = ImportTable
    filter_class = ImportFilter
    add_url_name = "import_add"
    add_label = "Importer un fichier"
    empty_text = (
        "Aucun fichier n’a été importé. Un registre de membres, des paiements ou le registre "
        "papier de l’an passé se chargent d’un tableur, sans être retapés."
    )

    def rows(self) -> QuerySet[MemberImport]:
        """Return the imports in the actor's sight."""
        return imports(self.actor)

    def state(self, count: int) -> str:
        """Say what waits for somebody."""
        waiting = self.rows().filter(state=_State.CHECKED).count()
        if waiting:
            return f"{waiting} fichier{'s' if waiting > 1 else ''} à décider."
        return "Aucun fichier n’attend de décision."


class ImportAdd(FormPage):
    """Bring a file in."""

    permission = Permission.IMPORT_MEMBERS
    form_class = ImportForm
    template_name = "membership/import_add.html"
    title = "Importer un fichier"
    submit_label = "Vérifier ce fichier"
    success_message = "Le fichier est déposé ; rien n’est encore chargé."

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the year in use."""
        return {**super().get_form_kwargs(), "request": self.request}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the columns of each kind."""
        kinds = [
            {"kind": kind, "label": MemberImport.Kind(kind.value).label, "columns": COLUMNS[kind]}
            for kind in Kind
        ]
        return super().get_context_data(kinds=kinds, **kwargs)

    def save(self, data: dict[str, Any]) -> MemberImport:
        """Call the service with the file on disk."""
        with _on_disk(data["file"]) as path:
            return bring_file(
                actor=self.actor,
                kind=data["kind"],
                year=data["year"].pk,
                unit_id=data["unit"].pk if data["unit"] else None,
                path=path,
                name=data["file"].name,
                sheet=data["sheet"],
                backdating_reason=data["backdating_reason"],
                key=data["submission_key"],
            )

    def done_url(self, made: MemberImport) -> str:
        """Show the check."""
        return reverse("import_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("imports")


class ImportDetail(FormPage):
    """One import: how far its check is, what it would do, the decision, what it did."""

    permission = Permission.SEE_IMPORTS
    form_class = DecisionForm
    template_name = "membership/import_detail.html"
    title = "Import"
    submit_label = "Charger"
    success_message = "Le chargement est lancé."

    @cached_property
    def row(self) -> MemberImport:
        """The import of the address."""
        return own_import(self.actor, self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the check or the load found."""
        found = findings(self.row)
        job = job_of(self.row)
        is_written = self.row.state == _State.DONE
        may_write = is_permitted(self.actor.role, Permission.IMPORT_MEMBERS)
        is_waiting = job is not None and self.row.state in (_State.STAGED, _State.LOADING)
        return super().get_context_data(
            row=self.row,
            title=f"Import « {self.row.file_name} »",
            state=_sentence(self.row, found),
            found=found,
            facts=_facts(self.row, found),
            job=job if is_waiting else None,
            created_label="Créées" if is_written else "À créer",
            changed_label="Changées" if is_written else "À changer",
            is_to_decide=may_write and self.row.state == _State.CHECKED,
            may_write=may_write,
            refused=first_refusals(self.row, MOST_SHOWN),
            **kwargs,
        )

    def save(self, data: dict[str, Any]) -> MemberImport:
        """Call the service."""
        return decide_import(
            actor=self.actor,
            import_id=self.kwargs["pk"],
            choice=data["choice"],
            takes_doubtful=data["doubtful"] != "leave",
        )

    def done_url(self, made: MemberImport) -> str:
        """Watch the load."""
        return reverse("import_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("imports")


class ImportRowList(ListPage):
    """Row by row: what is created, changed from what to what, left alone or refused, and why."""

    permission = Permission.SEE_IMPORTS
    template_name = "membership/import_rows.html"
    title = "Lignes de l’import"
    table_class = ImportRowTable
    filter_class = ImportRowFilter
    empty_text = "Aucune ligne n’est encore vérifiée : revenez dans un instant."

    @cached_property
    def row(self) -> MemberImport:
        """The import of the address."""
        return own_import(self.actor, self.kwargs["pk"])

    def rows(self) -> Any:
        """Return its rows."""
        return ImportRows(self.row)

    def state(self, count: int) -> str:
        """Say where the import is."""
        return _sentence(self.row, findings(self.row))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the file."""
        context = super().get_context_data(row=self.row, **kwargs)
        context["title"] = f"Lignes de « {self.row.file_name} »"
        return context


class ImportAbandon(ActorView):
    """Give a file up."""

    permission = Permission.IMPORT_MEMBERS
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Call the service and go back to the list."""
        abandon_import(actor=self.actor, import_id=pk)
        return HttpResponseRedirect(reverse("imports"))


class ImportErrors(ActorView):
    """The refused rows as they came, with their causes."""

    permission = Permission.SEE_IMPORTS

    def get(self, request: HttpRequest, pk: Any) -> FileResponse:
        """Write the file to disk, a part at a time, and answer it."""
        row = own_import(self.actor, pk)
        kept = TemporaryFile()  # noqa: SIM115 -- the answer closes it
        text = TextIOWrapper(kept, encoding="utf-8", newline="")
        write_errors(actor=self.actor, row=row, out=text)
        text.detach()
        kept.seek(0)
        return FileResponse(
            kept, as_attachment=True, filename=f"refus-{row.kind}.csv", content_type=CSV_TYPE
        )


class ImportTemplate(ActorView):
    """The model of a file."""

    permission = Permission.IMPORT_MEMBERS

    def get(self, request: HttpRequest, kind: str, extension: str) -> HttpResponse:
        """Answer the model."""
        if kind not in list(Kind) or extension not in _WRITERS:
            raise NotFound("Ce modèle n’existe pas.")
        write, content_type = _WRITERS[extension]
        response = HttpResponse(write(Kind(kind)), content_type=content_type)
        response["Content-Disposition"] = f'attachment; filename="modele-{kind}.{extension}"'
        return response


@contextmanager
def _on_disk(upload: UploadedFile) -> Iterator[Path]:
    """Give an upload's path; a small one, held in memory, is written first."""
    if isinstance(upload, TemporaryUploadedFile):
        yield Path(upload.temporary_file_path())
        return
    with NamedTemporaryFile() as kept:
        for piece in upload.chunks():
            kept.write(piece)
        kept.flush()
        yield Path(kept.name)


def _sentence(row: MemberImport, found: Findings) -> str:
    """Say where the import is, in one sentence."""
    if row.state == _State.CHECKED and found.is_without_effect:
        return "Vérifié : il n’y a rien à charger, rien n’est écrit."
    return {
        _State.STAGED: "Déposé : la vérification est en cours ou attend un serveur de tâches.",
        _State.CHECKED: "Vérifié : rien n’est encore chargé, à vous de décider.",
        _State.LOADING: "Le chargement est en cours ou attend un serveur de tâches.",
        _State.DONE: "Chargé.",
        _State.REFUSED: "Rien n’est chargé : des lignes sont refusées.",
        _State.ABANDONED: "Abandonné : rien n’est chargé.",
    }[_State(row.state)]


def _facts(row: MemberImport, found: Findings) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        ("Contenu", row.get_kind_display()),
        ("Année mutualiste", str(row.year_id)),
    ]
    if row.unit:
        facts.append(("Unité des lignes qui n’en nomment pas", row.unit.name))
    if row.sheet_name:
        facts.append(("Feuille lue", _sheet_words(row)))
    for label, name in (
        ("Ménages nouveaux", "households"), ("Personnes nouvelles", "people"),
        ("Adhésions", "enrolments"), ("Paiements", "payments"),
    ):  # fmt: skip
        if found.counts[name]:
            facts.append((label, found.counts[name]))
    return facts


def _sheet_words(row: MemberImport) -> str:
    others = [name for name in row.headings.get("sheets", ()) if name != row.sheet_name]
    read = f"« {row.sheet_name} »"
    if not others:
        return read
    return f"{read} ; le classeur a aussi {', '.join(f'« {name} »' for name in others)}"
