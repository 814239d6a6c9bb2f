"""« Ce qui vous attend »: the lines of the home page, from what was counted.

Pure: counts in, sentences out, the most pressing first. A line says how much, what, and
where to do it; nothing that waits for nobody is shown.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from conamus.kernel.figures import format_integer, format_rate
from conamus.portal.figures import lost
from conamus.portal.links import address, list_sentence
from conamus.portal.selectors.waiting import Tally
from prudential.rules.annual_figures import Group, Membership
from prudential.rules.outline import NARRATIVE_KEYS

#: A unit that lost this part of its households or more is named.
DEEP_LOSS = Fraction(-1, 4)
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Task:
    """One line: how pressing, what, and where it is done."""

    level: str
    sentence: str
    url: str
    action: str


def manager_tasks(tally: Tally, *, activity_year: int) -> list[Task]:
    """Return what waits for a manager."""
    return [
        *_jobs(tally),
        *_members(tally),
        *_people(tally),
        *_months(tally),
        *_report(tally, activity_year),
    ]


def most_pressing_first(tasks: Iterable[Task]) -> list[Task]:
    """Sort lines by how pressing they are, otherwise as they came."""
    order = ("bad", "watch", "none")
    return sorted(tasks, key=lambda task: order.index(task.level))


def plural(count: int, one: str, several: str) -> str:
    """Write a count with its word.

    >>> plural(1, "tâche a échoué", "tâches ont échoué")
    '1 tâche a échoué'
    """
    return f"{format_integer(count)} {one if count < 2 else several}"


def _jobs(tally: Tally) -> Iterator[Task]:
    if tally.failed_jobs:
        said = plural(tally.failed_jobs, "tâche a échoué", "tâches ont échoué")
        yield Task("bad", f"{said} depuis trente jours.", address("jobs"), "Voir pourquoi")
    if tally.running_jobs:
        said = plural(tally.running_jobs, "tâche est en cours", "tâches sont en cours")
        yield Task("none", f"{said}.", address("jobs"), "Suivre")
    if tally.unsent:
        said = plural(tally.unsent, "courriel n’a", "courriels n’ont")
        yield Task(
            "watch", f"{said} pas pu partir ; un nouvel essai suit.", address("jobs"), "Voir"
        )


def _members(tally: Tally) -> Iterator[Task]:
    """What only a manager decides about households and their money."""
    for count, one, several, where, action in (
        (tally.stranded, "ménage est encore dans une unité fermée",
         "ménages sont encore dans une unité fermée", "transfer_section", "Les faire passer"),
        (tally.transfers, "ménage vous est proposé par une autre fédération",
         "ménages vous sont proposés par une autre fédération", "transfers", "Répondre"),
        (tally.promises, "promesse de paiement attend votre accord",
         "promesses de paiement attendent votre accord", "promises", "Décider"),
        (tally.imports, "import est vérifié et attend votre choix",
         "imports sont vérifiés et attendent votre choix", "imports", "Choisir"),
        (tally.statement_lines, "ligne de relevé n’a pas trouvé son paiement",
         "lignes de relevé n’ont pas trouvé leur paiement", "statements", "Rapprocher"),
        (tally.duplicates, "doublon possible est à examiner",
         "doublons possibles sont à examiner", "duplicates", "Examiner"),
    ):  # fmt: skip
        if count:
            yield Task("watch", f"{plural(count, one, several)}.", address(where), action)


def _people(tally: Tally) -> Iterator[Task]:
    if tally.expired_invitations:
        said = plural(tally.expired_invitations, "invitation a expiré", "invitations ont expiré")
        yield Task("watch", f"{said} sans réponse.", address("people"), "Inviter de nouveau")
    if tally.open_invitations:
        said = plural(tally.open_invitations, "invitation attend", "invitations attendent")
        yield Task("none", f"{said} une réponse.", address("people"), "Voir")


def _months(tally: Tally) -> Iterator[Task]:
    if tally.open_months:
        said = plural(
            tally.open_months, "mois terminé n’est pas fermé", "mois terminés ne sont pas fermés"
        )
        yield Task("watch", f"{said}.", address("periods"), "Fermer les mois")


def _report(tally: Tally, year: int) -> Iterator[Task]:
    missing = len(NARRATIVE_KEYS) - tally.narrative_sections
    if missing > 0:
        said = plural(missing, "texte reste à écrire", "textes restent à écrire")
        sentence = f"Rapport annuel {year} : {said}."
        yield Task("watch", sentence, address("narrative", annee=year), "Écrire")
    if not tally.reports:
        sentence = f"Le rapport annuel {year} n’est pas encore produit."
        yield Task("watch", sentence, address("annual_report_add"), "Le produire")


def decline_tasks(membership: Membership, url_of: dict[int, str]) -> list[Task]:
    """Return a line for the groups that shrank, deepest first, and one for the empty ones."""
    if not membership.now.households:
        return []
    return [*_empty(membership.groups), *_shrunk(membership, url_of)]


def _empty(groups: Iterable[Group]) -> Iterator[Task]:
    empty = [group for group in groups if group.now.households == 0]
    if empty:
        said = plural(len(empty), "unité n’a", "unités n’ont")
        names = _named(empty)
        yield Task("bad", f"{said} aucun ménage assuré : {names}.", "#unites", "Voir")


def _shrunk(membership: Membership, url_of: dict[int, str]) -> Iterator[Task]:
    shrunk = [g for g in membership.groups if g.now.households and _is_deep(g, url_of)]
    shrunk.sort(key=lambda group: group.growth or 0)
    for group in shrunk[:MOST_NAMED]:
        gone = lost(group)
        gone_said = f", {plural(gone, 'ménage parti', 'ménages partis')}" if gone else ""
        sentence = f"{group.short_name} : {format_rate(group.growth, 0)} de ménages{gone_said}."
        yield Task("watch", sentence, url_of.get(group.key, "#unites"), "Voir ses chiffres")


def _is_deep(group: Group, url_of: dict[int, str]) -> bool:
    """A federation that shrinks at all is named; a unit when it lost much."""
    if group.growth is None:
        return False
    return group.growth <= DEEP_LOSS or (group.units > 1 and group.growth < 0)


def _named(groups: list[Group]) -> str:
    names = [group.short_name for group in groups[:MOST_NAMED]]
    more = len(groups) - len(names)
    return list_sentence([*names, f"{more} de plus"] if more else names)
