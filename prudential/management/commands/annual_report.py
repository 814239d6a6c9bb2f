"""`manage.py annual_report`: a unit's yearly report, produced, kept and written to a file."""

import os
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.models import Federation, Unit, User
from federations.rules.roles import Permission, is_permitted
from federations.selectors.assignments import actor_of, open_assignments
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import open_scope
from prudential.models import AnnualReport
from prudential.selectors.reports import find_unit, find_unit_anywhere, report_with_file
from prudential.services.annual_report import produce_annual_report

SOURCE = "commande annual_report"


class Command(BaseCommand):
    """Produce the report in the name of a user, or of the system."""

    help = "Produit le rapport annuel d’une unité et l’écrit dans un fichier PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--unit", required=True, help="Code de la fédération ou de l’unité.")
        parser.add_argument("--year", required=True, help="Année d’activité.")
        parser.add_argument("--output", required=True, type=Path, help="Fichier PDF à écrire.")
        parser.add_argument("--actor", help="Identifiant de l’utilisateur au nom de qui produire.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the output first, produce, write; every refusal is one sentence."""
        output: Path = options["output"]
        try:
            with _place_for(output) as place:
                report = self._produce(options, place)
        except DomainError as error:
            raise CommandError(error.message) from error
        except (OperationalError, InterfaceError) as error:
            raise CommandError("La base de données ne répond pas ; rien n’a été écrit.") from error
        self.stdout.write(f"{output} : {report.pages} pages.")

    def _produce(self, options: dict[str, Any], place: Path) -> AnnualReport:
        unit = _unit(options["unit"])
        actor = _actor(unit, options["actor"])
        report = produce_annual_report(
            actor=actor,
            unit_id=unit.pk,
            year=_year(options["year"]),
            progress=self._show,
            source=SOURCE,
        )
        _write(place, _content(actor, report))
        return report

    def _show(self, done: int, total: int, step: str) -> None:
        self.stderr.write(f"[{done}/{total}] {step}", self.style.NOTICE)


@contextmanager
def _place_for(output: Path) -> Iterator[Path]:
    """Give the place to write to, made before the work, put in place after it: never half a file.

    Making it is the only sure way to know that it can be: rights say nothing of a disk that
    is only read, nor to the system's administrator.
    """
    if output.is_dir():
        raise DomainError(f"{output} est un dossier : donnez un nom de fichier.")
    if not output.parent.is_dir():
        raise DomainError(f"Le dossier {output.parent} n’existe pas.")
    if output.exists() and not output.is_file():
        yield output  # a terminal or a pipe has nothing to be put in place of
        return
    unfinished = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        _make(unfinished, output)
        yield unfinished
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)


def _make(unfinished: Path, output: Path) -> None:
    try:
        unfinished.touch()
        if output.exists():
            output.open("ab").close()
    except OSError as error:
        said = f"Impossible d’écrire {output} ({error.strerror}) : aucun rapport n’est produit."
        raise DomainError(said) from error


def _write(place: Path, content: bytes) -> None:
    try:
        place.write_bytes(content)
    except OSError as error:
        raise DomainError(
            f"Le fichier n’a pas pu être écrit ({error.strerror}). Le rapport est produit et"
            " gardé : il se télécharge à la page « Rapports annuels »."
        ) from error


def _year(given: str | int) -> int:
    """Read the year here: the parser would refuse it in English."""
    text = str(given).strip()
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        raise DomainError(f"« {text} » n’est pas une année : écrivez-la en quatre chiffres.")
    return int(text)


def _unit(code: str) -> Unit:
    """Return the tenant's own unit for a tenant's code, else the network's unit of that code."""
    today = clock.today()
    tenant = Federation.objects.filter(code__iexact=code).first()
    reader = tenant or Federation.objects.first()
    if reader is None:
        raise DomainError("Aucune fédération n’est inscrite : chargez d’abord des données.")
    with open_scope(system_actor(reader.pk, SOURCE), source=SOURCE):
        unit = (
            find_unit(reader.pk, tenant.code, today) if tenant else find_unit_anywhere(code, today)
        )
    if unit is None:
        raise DomainError(f"Aucune unité ouverte n’a le code « {code} ».")
    return unit


def _actor(unit: Unit, username: str | None) -> Actor:
    if username is None:
        return system_actor(unit.tenant_id, SOURCE)
    user = User.objects.filter(username__iexact=username, is_active=True).first()
    if user is None:
        raise DomainError(f"Aucun utilisateur actif n’a l’identifiant « {username} ».")
    actors = [actor_of(role) for role in open_assignments(user, on_date=clock.today())]
    if not actors:
        raise DomainError(f"{user.full_name} n’a aucun rôle aujourd’hui.")
    return max(actors, key=lambda actor: _fitness(actor, unit))


def _fitness(actor: Actor, unit: Unit) -> tuple[bool, bool]:
    """The role to act in is one at the unit's tenant that may produce, where there is one."""
    return actor.tenant_id == unit.tenant_id, is_permitted(actor.role, Permission.PRODUCE_REPORTS)


def _content(actor: Actor, report: AnnualReport) -> bytes:
    with open_scope(actor, source=SOURCE):
        kept = report_with_file(actor, report.pk)
    if kept is None:
        raise DomainError("Le rapport produit n’est plus là.")
    return bytes(kept.file.content)
