"""What an activity must be to stand in the register, and an expense in the accounts.

The register holds what took place: the yearly report counts it. So a day in the future is
refused, for the end too (what is under way has its end so far, corrected later), as are more
women than participants and an expense without a positive amount. Source: the chapters and
counts of the network's annual report for 2024.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from conamus.kernel.figures import format_date, format_integer
from conamus.kernel.text import search_key, sort_key
from federations.rules.days import FIRST_YEAR
from federations.rules.problems import Problem

#: What is said of an expense that no funder paid.
OWN_RESOURCES = "Ressources propres"
LONGEST_DAYS = 366
MOST_PEOPLE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantGroup:
    """Participants of one kind; ``women`` None: not known."""

    label: str
    total: int
    women: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFacts:
    """All that the register says of an activity."""

    unit_id: int
    starts_on: date
    ends_on: date
    kind: str
    chapter: str
    theme: str
    place_id: int | None = None
    place_note: str = ""
    funder_id: int | None = None
    cost_francs: int | None = None
    result: str = ""
    source: str = ""
    participants: tuple[ParticipantGroup, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpenseFacts:
    """All that is written of an expense; no funder: the unit's own resources."""

    unit_id: int
    spent_on: date
    heading: str
    amount_francs: int
    label: str
    funder_id: int | None = None
    voucher: str = ""


def activity_problems(facts: ActivityFacts, *, today: date) -> list[Problem]:
    """Return everything wrong with the activity, in the order of the form.

    >>> facts = ActivityFacts(
    ...     unit_id=1,
    ...     starts_on=date(2024, 5, 3),
    ...     ends_on=date(2024, 5, 2),
    ...     kind="training",
    ...     chapter="gender",
    ...     theme="Genre",
    ... )
    >>> [problem.message for problem in activity_problems(facts, today=date(2025, 1, 1))]
    ['La fin ne peut pas précéder le début.']
    """
    return [*_date_problems(facts, today), *_cost_problems(facts), *_participant_problems(facts)]


def expense_problems(facts: ExpenseFacts, *, today: date) -> list[Problem]:
    """Return everything wrong with the expense, in the order of the form.

    >>> facts = ExpenseFacts(
    ...     unit_id=1,
    ...     spent_on=date(2024, 5, 3),
    ...     heading="PERSONNEL",
    ...     amount_francs=0,
    ...     label="Salaires",
    ... )
    >>> [problem.message for problem in expense_problems(facts, today=date(2025, 1, 1))]
    ['Le montant doit être supérieur à zéro.']
    """
    problems = []
    if facts.spent_on > today:
        problems.append(
            Problem(
                "spent_on", f"Une dépense est déjà faite : au plus tard le {format_date(today)}."
            )
        )
    elif facts.spent_on.year < FIRST_YEAR:
        problems.append(Problem("spent_on", _year_sentence(today)))
    if facts.amount_francs <= 0:
        problems.append(Problem("amount_francs", "Le montant doit être supérieur à zéro."))
    return problems


def partner_problems(**names: str) -> list[Problem]:
    """Return what is wrong with what a partner is called, by field.

    A funder called as own resources would be told, and summed, as if nobody had paid.

    >>> [one.field for one in partner_problems(name="Fonds d’appui", acronym="ressources  PROPRES")]
    ['acronym']
    """
    sentence = (
        f"« {OWN_RESOURCES} » se dit des dépenses sans bailleur : laissez leur bailleur vide, ou "
        "donnez à ce partenaire un autre nom."
    )
    return [Problem(field, sentence) for field, name in names.items() if is_own_resources(name)]


def is_own_resources(name: str) -> bool:
    """Tell whether a name is what own resources are called."""
    return search_key(name) == search_key(OWN_RESOURCES)


def _date_problems(facts: ActivityFacts, today: date) -> Iterator[Problem]:
    if facts.starts_on > today:
        yield Problem(
            "starts_on",
            "Le registre garde ce qui a eu lieu : une activité prévue s’inscrit "
            f"une fois finie (au plus tard le {format_date(today)}).",
        )
    elif facts.starts_on.year < FIRST_YEAR:
        yield Problem("starts_on", _year_sentence(today))
    if facts.ends_on < facts.starts_on:
        yield Problem("ends_on", "La fin ne peut pas précéder le début.")
    elif (facts.ends_on - facts.starts_on).days > LONGEST_DAYS:
        yield Problem("ends_on", "Une activité dure un an au plus : inscrivez-en une par année.")
    elif facts.starts_on <= today < facts.ends_on:
        yield Problem(
            "ends_on",
            "Le registre garde ce qui a eu lieu. Si l’activité est en cours, donnez sa fin "
            f"jusqu’ici (au plus tard le {format_date(today)}) et corrigez-la ensuite.",
        )


def _cost_problems(facts: ActivityFacts) -> Iterator[Problem]:
    if facts.cost_francs is not None and facts.cost_francs < 0:
        yield Problem("cost_francs", "Le coût ne peut pas être négatif.")


def _participant_problems(facts: ActivityFacts) -> Iterator[Problem]:
    seen: set[str] = set()
    for row, group in enumerate(facts.participants):
        if not group.label.strip():
            yield Problem(f"participants-{row}-label", "Dites qui étaient ces participants.")
        elif sort_key(group.label) in seen:
            yield Problem(f"participants-{row}-label", "Ce groupe est déjà dans la liste.")
        if group.total <= 0:
            yield Problem(f"participants-{row}-total", "Donnez un nombre supérieur à zéro.")
        elif group.total > MOST_PEOPLE:
            sentence = f"Un groupe compte {format_integer(MOST_PEOPLE)} participants au plus."
            yield Problem(f"participants-{row}-total", sentence)
        if group.women is not None and group.women < 0:
            yield Problem(f"participants-{row}-women", "Ce nombre ne peut pas être négatif.")
        if group.women is not None and group.women > group.total:
            yield Problem(
                f"participants-{row}-women",
                f"Il y a plus de femmes ({group.women}) que de participants ({group.total}).",
            )
        seen.add(sort_key(group.label))


def _year_sentence(today: date) -> str:
    return f"L’année doit être comprise entre {FIRST_YEAR} et {today.year}."
