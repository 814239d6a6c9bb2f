"""Cells worked out once a column are those that the library gives, and workbooks openpyxl's."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace
from zipfile import ZipFile

import django_tables2 as tables
import pytest
from django.utils.encoding import force_str
from openpyxl import Workbook

from conamus.exports.listing import AskedList, open_list, sorted_listing
from conamus.pages.cells import exported_cells, shown_cells
from conamus.pages.columns import DayColumn, NumberColumn
from conamus.pages.workbooks import write_workbook
from federations.rules.roles import is_permitted
from federations.tenancy.actor import Actor
from membership.models import Beneficiary
from tests.claims.care import give_claim, give_terms
from tests.pages.test_long_exports import LIST_PAGES
from tests.world import World

AsActor = Callable[[Actor], AbstractContextManager[object]]


def assert_same(table: tables.Table) -> int:
    """Compare each cell with the library's own; return how many rows there were."""
    titles, *rows = table.as_values()
    columns = exported_cells(table)
    assert [title for title, _ in columns] == titles
    records = [row.record for row in table.rows]
    assert [
        [force_str(cell(record), strings_only=True) for _, cell in columns] for record in records
    ] == rows
    shown = shown_cells(table)
    for row in table.rows:
        assert [cell(row.record) for cell in shown] == list(row), row.record
    return len(records)


@pytest.mark.parametrize("username", ["amina", "agnes", "clara", "sylvere", "medard", "fabrice"])
def test_every_list_has_the_cells_of_the_library(
    username: str, world: World, as_actor: AsActor
) -> None:
    give_terms(world)
    give_claim(world, reason="PALU")
    actor, rows = world.actor(username), 0
    for path, view in LIST_PAGES.items():
        if is_permitted(actor.role, view.permission):
            with as_actor(actor):
                page = open_list(AskedList(path=path, query="", year=2025, kind="csv"), actor)
                rows += assert_same(sorted_listing(page)[1])
    assert rows >= 5


class Peculiar(tables.Table):
    """What columns may ask for, one after the other."""

    plain = tables.Column()
    empty = tables.Column(default="—")
    beyond = tables.Column(accessor="inner__there__not")
    inner = tables.Column(accessor="inner__word")
    called = tables.Column(accessor="method")
    none_too = tables.Column(accessor="empty", empty_values=())
    kept = tables.Column(accessor="plain", visible=False)
    left = tables.Column(accessor="plain", exclude_from_export=True)
    days = DayColumn(accessor="empty", default="jamais")
    number = NumberColumn()
    linked = tables.Column(accessor="plain", linkify=lambda value: f"/{value}/")
    by_row = tables.Column(accessor="plain")
    whole = tables.Column(accessor="plain")
    with_table = tables.Column(accessor="plain")

    def render_none_too(self, value: object) -> str:
        return f"rien : {value}"

    def render_by_row(self, value: str, bound_row: object) -> str:
        return f"{value} {type(bound_row).__name__}"

    def render_whole(self, **kwargs: object) -> str:
        return " ".join(sorted(kwargs))

    def value_whole(self, **kwargs: object) -> str:
        return " ".join(sorted(kwargs))

    def render_with_table(self, record: object, table: tables.Table, column: object) -> str:
        return f"{type(record).__name__} {type(table).__name__} {type(column).__name__}"


FACTS = {"plain": "<b>", "empty": None, "number": 12_345, "method": lambda: "appelée"}


@pytest.mark.parametrize(
    "record",
    [
        {**FACTS, "inner": {"word": "dedans"}},
        SimpleNamespace(**FACTS, inner={"word": "dedans"}),
        SimpleNamespace(**FACTS, inner=SimpleNamespace(word="dedans", there=None)),
        SimpleNamespace(**FACTS, inner=None),
        {"plain": "seul"},
    ],
)
def test_peculiar_columns_too(record: object) -> None:
    assert assert_same(Peculiar([record])) == 1


class Relationships(tables.Table):
    """A choice of the record's own model."""

    relationship = tables.Column()
    of_household = tables.Column(accessor="household__category")


def test_a_choice_is_in_words(world: World, as_actor: AsActor) -> None:
    with as_actor(world.actor("amina")):
        table = Relationships(Beneficiary.objects.select_related("household").order_by("pk")[:9])
        assert assert_same(table) == 9
        words = {cell(row.record) for _, cell in exported_cells(table)[:1] for row in table.rows}
    assert words <= {str(label) for _, label in Beneficiary.Relationship.choices}
    assert len(words) > 1


ROWS: list[list[object]] = [
    ["Numéro", "Nom", "Montant"],
    ["a & b < c > d", '"é" \r\n\t', "  gardés  ", "", None, " "],
    [1, -5, 0, 2.5, Decimal("-12.50"), 1e22, True, False],
    [None, None],
    [],
    [f"cellule {number}" for number in range(60)],
    ["'=1+1", "x" * 40_000],
]


def _sheets(file: BytesIO) -> dict[str, bytes]:
    with ZipFile(file) as archive:
        assert archive.testzip() is None
        # When it was made is the one thing that differs from one file to the next.
        return {
            name: archive.read(name)
            for name in archive.namelist()
            if name != "docProps/core.xml"
        }  # fmt: skip


def test_a_workbook_is_openpyxl_s_own_byte_for_byte() -> None:
    book, its = Workbook(write_only=True), BytesIO()
    sheet = book.create_sheet()
    for row in ROWS:
        sheet.append(row)
    book.save(its)
    ours = BytesIO()
    write_workbook(ROWS, ours)
    assert _sheets(ours) == _sheets(its)
