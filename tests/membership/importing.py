"""What the tests of imports bring: small files written as people write them."""

import csv
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from io import StringIO
from pathlib import Path
from typing import Any

from federations.tenancy.actor import Actor
from membership.models import MemberImport
from membership.selectors.imports import Findings, findings, first_refusals, own_import
from membership.services.imports import (
    Desk,
    check_import,
    load_import,
    settle_import,
    stage_import,
)

TITLES = (
    "N° ménage", "Ancien numéro", "Clé ménage", "Nouveau ménage", "Unité", "Colline", "Commune",
    "Catégorie",
    "Téléphone du ménage", "N° CAM", "Inscrit le", "Adhésion signée le", "N° bénéficiaire",
    "Nom", "Prénom", "Sexe", "Naissance", "Lien", "Téléphone", "Pièce d’identité",
    "Dans le ménage depuis", "Montant dû", "Montant payé", "Payé le",
)  # fmt: skip

Row = dict[str, str]


def head(**more: str) -> Row:
    """Return the first row of a new household of UMU-S1, known by its key."""
    return {
        "Clé ménage": "1", "Unité": "UMU-S1", "Colline": "Kibasi",
        "Adhésion signée le": "12/11/2024", "Nom": "NDAYISENGA", "Prénom": "Jean", "Sexe": "M",
        "Naissance": "03/05/1984", "Lien": "adhérent", **_titled(more),
    }  # fmt: skip


def child(name: str = "Aline", **more: str) -> Row:
    """Return a daughter's row in the household of key 1."""
    return {
        "Clé ménage": "1", "Unité": "UMU-S1", "Nom": "IRAKOZE", "Prénom": name, "Sexe": "F",
        "Naissance": "2015", "Lien": "enfant", **_titled(more),
    }  # fmt: skip


_SHORT = {
    "number": "N° ménage", "former": "Ancien numéro", "key": "Clé ménage", "unit": "Unité",
    "colline": "Colline", "commune": "Commune", "category": "Catégorie",
    "enrolled": "Adhésion signée le",
    "registered": "Inscrit le", "person": "N° bénéficiaire", "family": "Nom", "given": "Prénom",
    "sex": "Sexe", "birth": "Naissance", "link": "Lien", "phone": "Téléphone",
    "home_phone": "Téléphone du ménage", "paper": "Pièce d’identité", "cam": "N° CAM",
    "due": "Montant dû", "paid": "Montant payé", "joined": "Dans le ménage depuis",
}  # fmt: skip


def _titled(more: Mapping[str, str]) -> Row:
    return {_SHORT[name]: value for name, value in more.items()}


def csv_of(rows: Iterable[Row], titles: Iterable[str] = TITLES) -> bytes:
    """Return the rows as a French spreadsheet saves them."""
    kept = list(titles)
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(kept)
    writer.writerows([row.get(title, "") for title in kept] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def desk_of(actor: Actor) -> Desk:
    """Return a desk inside the scope that the test holds open."""
    return Desk(actor=actor, scope=nullcontext)


def staged(
    actor: Actor, folder: Path, content: bytes, *, name: str = "registre.csv", **facts: Any
) -> MemberImport:
    """Stage a file."""
    path = folder / name
    path.write_bytes(content)
    usual = {"kind": "members", "year": 2025, "unit_id": None}
    asked = {**usual, "backdating_reason": "Carnets de novembre rentrés tard", **facts}
    return stage_import(actor=actor, path=path, name=name, **asked)


def checked(actor: Actor, folder: Path, content: bytes, **facts: Any) -> MemberImport:
    """Stage a file and check it."""
    row = staged(actor, folder, content, **facts)
    check_import(desk_of(actor), row.pk)
    return own_import(actor, row.pk)


def loaded(
    actor: Actor, folder: Path, content: bytes, *, choice: str = "good_rows", **facts: Any
) -> MemberImport:
    """Stage a file and load it, or all of it or nothing."""
    row = staged(actor, folder, content, **facts)
    settle_import(actor=actor, import_id=row.pk, choice=choice)
    load_import(desk_of(actor), row.pk)
    return own_import(actor, row.pk)


def outcomes(row: MemberImport) -> dict[str, int]:
    """Return how many rows had each outcome."""
    counts = findings(row).counts
    names = ("created", "changed", "unchanged", "refused")
    return {name: counts[name] for name in names if counts[name]}


def told(row: MemberImport) -> list[str]:
    """Return the causes of refusal, row by row."""
    return [f"{one.line} {one.column} : {one.cause}" for one in first_refusals(row, 100)]


def found(row: MemberImport) -> Findings:
    """Return what was found."""
    return findings(row)
