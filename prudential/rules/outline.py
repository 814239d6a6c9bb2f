"""The outline of the yearly report: its sections, numbers, titles and order.

Follows the outline of CONAMUS's published report of 2024 (introduction and presentation,
achievements by chapter, resources, lessons, challenges, outlook, conclusion), with the
health facilities as a part of their own, a part for care and norms, and annexes. A
section's key is what a narrative text is kept under, and the anchor in the document.
"""

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """Where a section stands: a part, a chapter of one, or an annex."""

    PART = 1
    CHAPTER = 2
    ANNEX = 3


@dataclass(frozen=True, slots=True)
class OutlineSection:
    """One section: whether people write a text for it, whether it begins a page.

    The first one does; one that did after a few lines of another would leave a page empty.
    """

    key: str
    number: str
    title: str
    level: Level
    narrative: bool = False
    new_page: bool = False

    @property
    def full_title(self) -> str:
        """The title with its number in front.

        >>> section("gender").full_title
        'II.6. Promotion du genre et de l’environnement'
        """
        return f"{self.number}. {self.title}" if self.number else self.title


def _part(
    key: str, number: str, title: str, *, narrative: bool = False, new_page: bool = False
) -> OutlineSection:
    return OutlineSection(key, number, title, Level.PART, narrative, new_page)


def _chapter(key: str, number: str, title: str, *, narrative: bool = True) -> OutlineSection:
    return OutlineSection(key, number, title, Level.CHAPTER, narrative)


def _annex(key: str, letter: str, title: str) -> OutlineSection:
    return OutlineSection(key, f"Annexe {letter}", title, Level.ANNEX)


OUTLINE: tuple[OutlineSection, ...] = (
    _part("introduction", "I", "Introduction", narrative=True, new_page=True),
    _chapter("presentation", "I.1", "Présentation de l’organisation"),
    _chapter("key_figures", "I.2", "Chiffres clés", narrative=False),
    _chapter("cartography", "I.3", "Cartographie du réseau", narrative=False),
    _part("achievements", "II", "Principales réalisations et résultats"),
    _chapter("capacities", "II.1", "Renforcement des capacités organisationnelles"),
    _chapter("structure", "II.2", "Structuration des mutuelles de santé"),
    _chapter("quality", "II.3", "Amélioration de la qualité des soins"),
    _chapter("advocacy", "II.4", "Plaidoyer et dialogue politique"),
    _chapter("communication", "II.5", "Communication et visibilité"),
    _chapter("gender", "II.6", "Promotion du genre et de l’environnement"),
    _part("facilities", "III", "Formations sanitaires"),
    _part("care_and_norms", "IV", "Soins et normes prudentielles"),
    _chapter("care", "IV.1", "Soins de l’année", narrative=False),
    _chapter("norms", "IV.2", "Normes prudentielles", narrative=False),
    _part("resources", "V", "Ressources et dépenses"),
    _part("lessons", "VI", "Leçons apprises", narrative=True),
    _part("challenges", "VII", "Défis majeurs", narrative=True),
    _part("outlook", "VIII", "Perspectives", narrative=True),
    _part("conclusion", "", "Conclusion", narrative=True),
    _annex("evolution", "A", "Évolution des effectifs"),
    _annex("coverage", "B", "Couverture des communes"),
    _annex("units", "C", "Liste des mutuelles et sections"),
    _annex("method", "D", "Méthode et conventions"),
    _annex("provenance", "E", "Provenance des données"),
)

#: Keys under which a narrative text may be written, in the report's order.
NARRATIVE_KEYS: tuple[str, ...] = tuple(item.key for item in OUTLINE if item.narrative)
#: Chapters whose figures come from the register of activities.
ACTIVITY_CHAPTERS: tuple[str, ...] = (
    "capacities",
    "structure",
    "quality",
    "advocacy",
    "communication",
    "gender",
)
_BY_KEY = {item.key: item for item in OUTLINE}


def section(key: str) -> OutlineSection:
    """Return the section of that key; KeyError for one the outline does not have."""
    return _BY_KEY[key]


def title_of(key: str) -> str:
    """Return the title of a section; of one that the outline no longer has, its key.

    >>> title_of("advocacy"), title_of("preface")
    ('Plaidoyer et dialogue politique', 'preface')
    """
    return _BY_KEY[key].title if key in _BY_KEY else key


def narrative_sections() -> tuple[OutlineSection, ...]:
    """Return the sections people write a text for.

    >>> [item.key for item in narrative_sections()][:3]
    ['introduction', 'presentation', 'capacities']
    """
    return tuple(item for item in OUTLINE if item.narrative)
