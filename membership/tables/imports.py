"""Columns of the list of imports, and of an import's rows."""

from collections.abc import Iterator
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django_tables2.data import TableData
from django_tables2.utils import A

from conamus.pages.columns import CodeColumn, MomentColumn, NumberColumn
from membership.models import MemberImport
from membership.rules.imports import RowOutcome
from membership.selectors.import_rows import ImportRow, ImportRows

#: What is said of an outcome: before it is done, and once it is.
OUTCOMES = {
    RowOutcome.CREATED: ("à créer", "créée"),
    RowOutcome.CHANGED: ("à changer", "changée"),
    RowOutcome.UNCHANGED: ("déjà là", "déjà là"),
    RowOutcome.DOUBTFUL: ("à confirmer (doublon possible)", "créée"),
    RowOutcome.REFUSED: ("refusée", "refusée"),
}


class ImportTable(tables.Table):
    """What was brought in, and how far it is."""

    file_name = tables.Column("Fichier", linkify=("import_detail", {"pk": A("pk")}))
    kind = tables.Column("Contenu")
    year_id = tables.Column("Année", accessor="year_id")
    rows = NumberColumn("Lignes")
    state = tables.Column("État")
    brought_by = tables.Column("Déposé par")
    brought_at = MomentColumn("Le")

    class Meta:
        model = MemberImport
        fields = ("file_name", "kind", "year_id", "rows", "state", "brought_by", "brought_at")
        order_by = ("-brought_at",)

    def render_year_id(self, value: int) -> str:
        """A year is not a quantity."""
        return str(value)


class _LazyData(TableData):
    """Rows read page by page, in the order of the file."""

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, key: Any) -> Any:
        return self.data[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.data)

    def order_by(self, aliases: Any) -> None:
        """Keep the file's order: it is how a clerk finds a row again."""


class ImportRowTable(tables.Table):
    """What becomes of each row of a file, field by field."""

    line = NumberColumn("Ligne")
    household = CodeColumn("Ménage", default="")
    subject = tables.Column("Personne ou paiement", default="")
    outcome = tables.Column("Ce qui arrive")
    details = tables.Column("Détails", empty_values=(), accessor="line")

    class Meta:
        orderable = False

    def __init__(self, data: ImportRows, **kwargs: Any) -> None:
        super().__init__(_LazyData(data), **kwargs)

    def render_outcome(self, record: ImportRow) -> str:
        """Say what happens, or happened."""
        return OUTCOMES[record.outcome][record.is_done]

    value_outcome = render_outcome

    def render_details(self, record: ImportRow) -> SafeString:
        """Show old → new by field, or the causes of a refusal."""
        return format_html_join(mark_safe("<br>"), "{}", ((one,) for one in _details(record)))

    def value_details(self, record: ImportRow) -> str:
        """Export the same as text."""
        return " ; ".join(_details(record))


def _details(record: ImportRow) -> Iterator[str]:
    for title, before, after in record.notes:
        yield f"{title} : {before} → {after}" if before else f"{title} : {after}"
    for column, cause in record.causes:
        yield f"{column} : {cause}" if column else cause
