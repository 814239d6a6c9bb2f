"""Columns of the list of imports."""

import django_tables2 as tables
from django_tables2.utils import A

from conamus.pages.columns import MomentColumn, NumberColumn
from membership.models import MemberImport


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
