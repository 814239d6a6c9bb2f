"""The pages of those who watch: the system administrator, and CONAMUS's own auditor."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from conamus.kernel.figures import format_date, format_integer
from conamus.portal.boards.parts import KeyFigure, registers_part
from conamus.portal.desk import Desk
from conamus.portal.links import address
from conamus.portal.selectors.network_jobs import FAILED_DAYS
from conamus.portal.selectors.registers import RoleCount, people_by_role
from conamus.portal.selectors.waiting import JobState, Machinery, machinery, tally
from conamus.portal.tasks import Task, plural
from federations.models import Federation, Job


def administrator(desk: Desk, readiness: dict[str, Any]) -> dict[str, Any]:
    """The machine's state: what is ready, tasks, mails, people, the last backup."""
    state = machinery(desk)
    people = people_by_role(None, desk.today)
    return {
        "title": "État du système",
        "state": _state(readiness, state),
        "figures": _figures(state, people),
        "tasks": _tasks(readiness, state),
        "parts": [(name, readiness.get(key, "")) for key, name in _PARTS],
        "jobs": [_job_line(one) for one in state.jobs],
        "people": people,
        "backup": last_backup(settings.VAR_DIR / "backups"),
    }


_PARTS = (("database", "Base de données"), ("broker", "File des tâches"), ("data", "Données"))


def _state(readiness: dict[str, Any], state: Machinery) -> str:
    ready = "Tout est prêt" if readiness.get("ready") else "Tout n’est pas prêt"
    said = plural(state.failed, "tâche échouée", "tâches échouées")
    return f"{ready} ; {said} depuis {FAILED_DAYS} jours."


def _figures(state: Machinery, people: list[RoleCount]) -> list[KeyFigure]:
    counts = {one.state: one.count for one in state.jobs}
    unfinished = counts.get(Job.State.QUEUED, 0) + counts.get(Job.State.RUNNING, 0)
    return [
        KeyFigure(
            label="Tâches en attente ou en cours",
            value=format_integer(unfinished),
            url=f"{address('network_jobs')}#en-cours",
        ),
        KeyFigure(
            label="Tâches échouées",
            value=format_integer(state.failed),
            note=f"depuis {FAILED_DAYS} jours",
            url=f"{address('network_jobs')}#echouees",
        ),
        KeyFigure(
            label="Courriels à envoyer",
            value=format_integer(state.unsent),
            note=f"dont {format_integer(state.unsent_failing)} déjà tentés",
        ),
        KeyFigure(
            label="Rôles en cours",
            value=format_integer(sum(one.people for one in people)),
            url=address("people"),
        ),
    ]


def _tasks(readiness: dict[str, Any], state: Machinery) -> list[Task]:
    found = [
        Task("bad", f"{name} : {readiness[key]}.", "#pret", "Voir l’état")
        for key, name in _PARTS
        if readiness.get(key) != "ok"
    ]
    jobs = address("network_jobs")
    if state.failed:
        said = plural(state.failed, "tâche a échoué", "tâches ont échoué")
        sentence = f"{said} depuis {FAILED_DAYS} jours."
        found.append(Task("bad", sentence, f"{jobs}#echouees", "Voir pourquoi, relancer"))
    overdue = sum(one.overdue for one in state.jobs)
    if overdue:
        said = plural(overdue, "tâche ne donne", "tâches ne donnent")
        again = "elle sera reprise" if overdue < 2 else "elles seront reprises"
        found.append(Task("watch", f"{said} plus signe ; {again}.", f"{jobs}#en-cours", "Voir"))
    return found


def _job_line(one: JobState) -> tuple[str, str, str]:
    label = Job.State(one.state).label
    return label, format_integer(one.count), _age(one.oldest_seconds)


def _age(seconds: int) -> str:
    """Write how long ago something began.

    >>> _age(50), _age(7300), _age(200_000)
    ('moins d’une minute', '2 h', '2 jours')
    """
    if seconds < 60:
        return "moins d’une minute"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 172_800:
        return f"{seconds // 3600} h"
    return f"{seconds // 86_400} jours"


@dataclass(frozen=True, slots=True)
class Backup:
    """The newest backup that this machine can see."""

    name: str
    at: datetime
    megabytes: int


def last_backup(folder: Path) -> Backup | None:
    """Return the newest backup file, None where there is none to be seen."""
    files = [path for path in folder.glob("*.backup") if path.is_file()]
    if not files:
        return None
    newest = max(files, key=lambda path: path.stat().st_mtime)
    found = newest.stat()
    at = datetime.fromtimestamp(found.st_mtime, tz=timezone.get_current_timezone())
    return Backup(newest.name, at, found.st_size // 1_000_000)


def confederation_auditor(desk: Desk, federation: Federation) -> dict[str, Any]:
    """CONAMUS's auditor: its own registers, its history, to read."""
    counted = tally(desk)
    return {
        "title": f"Registres de {federation.short_name}",
        "state": f"Vous lisez, sans rien changer. Nous sommes le {format_date(desk.today)}.",
        "figures": [
            KeyFigure(
                label=f"Activités de {desk.before} et {desk.year}",
                value=format_integer(counted.activities),
                url=address("activities"),
            ),
            KeyFigure(
                label=f"Rapports {desk.last_activity_year} produits",
                value=format_integer(counted.reports),
                url=address("annual_reports"),
            ),
            KeyFigure(
                label="Mois terminés non fermés",
                value=format_integer(counted.open_months),
                note=f"en {desk.today.year}",
            ),
            KeyFigure(label="Personnes", value=format_integer(counted.people)),
        ],
        **registers_part(desk),
    }
