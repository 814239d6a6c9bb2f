"""The activities of 2024: CONAMUS's as its report counts them, and a few of each federation.

Published: themes, places and numbers of participants of CONAMUS's activities. Ours, and said so
on the row: dates that the report does not give, the split of participants over the four
workshops, everything about the federations' own activities.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from conamus.demo.provenance import DATED_BY_US, DEMONSTRATION, REPORT_2024, stream

CONAMUS = "CONAMUS"
SUBSIDISED_CARE = "Prestataires renforcés sur la gestion des soins subventionnés"
GENDER_APPROACH = "Prestataires sensibilisés à l’approche genre"
#: Workshop with providers → its providers on subsidised care and on gender; the sums are
#: published (124 and 68), the split is ours.
WORKSHOPS = (
    ("Kayanza", date(2024, 8, 13), 32, 18),
    ("Ngozi", date(2024, 8, 15), 35, 19),
    ("Gitega", date(2024, 9, 10), 33, 17),
    ("Rutana", date(2024, 9, 12), 24, 14),
)


@dataclass(frozen=True, slots=True)
class Participants:
    """A group of participants; ``women`` None: not published."""

    label: str
    total: int
    women: int | None = None


@dataclass(frozen=True, slots=True)
class ActivityPlan:
    """An activity of a tenant's root unit; ``province`` is a former province's name."""

    tenant: str
    kind: str
    chapter: str
    theme: str
    starts_on: date
    ends_on: date
    province: str | None = None
    place_note: str = ""
    participants: tuple[Participants, ...] = ()
    result: str = ""
    funder: str | None = None
    cost_francs: int | None = None
    source: str = REPORT_2024


def plan_activities(federations: tuple[str, ...]) -> list[ActivityPlan]:
    """Return the activities of CONAMUS, then those of each federation."""
    return [
        *_COUNTED,
        *_provider_workshops(),
        *_UNCOUNTED,
        *(plan for code in federations for plan in _of_federation(code)),
    ]


def _published(
    kind: str, chapter: str, theme: str, starts_on: date, days: int = 1, **others: object
) -> ActivityPlan:
    ends_on = starts_on + timedelta(days=days - 1)
    return ActivityPlan(CONAMUS, kind, chapter, theme, starts_on, ends_on, **others)  # type: ignore[arg-type]


_COUNTED = (
    _published(
        "awareness", "structure", "Avantages des mutuelles de santé pour la population",
        date(2024, 10, 7), 54,
        place_note="Kayanza, Ngozi, Ruyigi, Cankuzo, Makamba, Bururi, Bubanza",
        source=DATED_BY_US,
        participants=(Participants("Responsables administratifs, sanitaires et religieux", 176),),
        result="Les responsables des sept provinces peuvent parler des mutuelles autour d’eux.",
    ),
    _published(
        "training", "quality", "Suivi de la qualité des soins et des indicateurs",
        date(2024, 9, 24), 3, source=DATED_BY_US,
        participants=(Participants("Gestionnaires des centres de gestion", 24),),
        result="Fraudes les plus courantes recensées, avec les moyens de les prévenir.",
    ),
    _published(
        "training", "quality", "Métier de médecin conseil",
        date(2024, 10, 14), 35, source=DATED_BY_US,
        participants=(Participants("Médecins conseils", 2),),
        result="Suivi du risque et validation des prestations mieux maîtrisés.",
    ),
    _published(
        "workshop", "quality", "Gestion de l’inter-mutualité : évaluation du mécanisme",
        date(2024, 7, 23), 2, source=DATED_BY_US,
        result="Forces et faiblesses du mécanisme établies avec les cadres et les gestionnaires.",
    ),
    _published(
        "workshop", "quality", "Gestion de l’inter-mutualité : révision de l’acte d’engagement",
        date(2024, 11, 19), 2, source=DATED_BY_US,
        result="La gestion de l’inter-mutualité passe à la CONAMUS et à ses membres.",
    ),
    _published(
        "awareness", "gender", "Hygiène menstruelle",
        date(2024, 10, 22), 2, source=DATED_BY_US,
        participants=(Participants("Femmes leaders mutualistes", 57, 57),),
    ),
    _published(
        "training", "gender", "Leadership féminin",
        date(2024, 11, 5), 2, source=DATED_BY_US,
        participants=(Participants("Femmes leaders mutualistes", 53, 53),),
    ),
    _published(
        "awareness", "gender", "Prévention des infections sexuellement transmissibles",
        date(2024, 11, 12), 2, source=DATED_BY_US,
        participants=(Participants("Femmes leaders mutualistes", 57, 57),),
    ),
)  # fmt: skip

_UNCOUNTED = (
    _published(
        "other", "capacities", "Prise de fonction de l’équipe de direction", date(2024, 7, 1),
        result="Une directrice nationale et un médecin conseil au service de la confédération.",
    ),
    _published(
        "workshop", "capacities",
        "Manuel de procédures administratives, financières et comptables",
        date(2024, 9, 3), 3, source=DATED_BY_US,
        result="Manuel rédigé avec les parties prenantes, puis adopté par les organes.",
    ),
    _published(
        "meeting", "capacities", "Assemblée générale ordinaire de la CONAMUS",
        date(2024, 12, 20), source=DATED_BY_US,
        result="Organigrammes de la confédération et de sa direction validés.",
    ),
    _published(
        "other", "structure", "Défilé de la fête de l’indépendance avec l’antenne provinciale",
        date(2024, 7, 1), province="Ngozi",
        result="Les fédérations présentes à Ngozi défilent ensemble.",
    ),
    _published(
        "media", "structure", "Émissions des antennes provinciales sur les radios rurales",
        date(2024, 9, 2), 90, place_note="Toutes les provinces", source=DATED_BY_US,
    ),
    _published(
        "mission", "quality", "Suivi des soins et analyse des attestations de soins",
        date(2024, 7, 15), 150,
        place_note="Formations sanitaires conventionnées", source=DATED_BY_US,
        result="Deux médecins conseils et six infirmiers cadres au travail dans le réseau.",
    ),
    _published(
        "meeting", "advocacy", "Partenariat avec le ministère en charge de la protection sociale",
        date(2024, 8, 27), source=DATED_BY_US,
        result="Accord officiel sur la prévoyance, le suivi des mutuelles et leur cadre légal.",
    ),
    _published(
        "other", "advocacy", "Entrée au groupe technique du financement de la santé",
        date(2024, 9, 23),
        result="Ordonnance ministérielle conjointe n° 225.01/630/1349 du 23 septembre 2024.",
    ),
    _published(
        "workshop", "advocacy", "Normes prudentielles prioritaires des mutuelles de santé",
        date(2024, 10, 1), 3, source=DATED_BY_US,
        result="Normes prioritaires validées avec le SEP/CNPS, avec une feuille de route.",
    ),
    _published(
        "meeting", "advocacy", "Mutualisation du risque maladie : parlementaires et décideurs",
        date(2024, 11, 26), source=DATED_BY_US,
        result="Des engagements en faveur des mutualistes et de leur cadre légal.",
    ),
    _published(
        "awareness", "advocacy", "Semaine de la protection sociale et des mutuelles de santé",
        date(2024, 12, 9), 5, source=f"{REPORT_2024} ; jour indicatif",
    ),
    _published(
        "other", "advocacy", "Note d’analyse sur la carte d’assistance médicale",
        date(2024, 12, 16), source=DATED_BY_US,
    ),
    _published(
        "other", "communication", "Site web et comptes de la CONAMUS sur les réseaux sociaux",
        date(2024, 8, 1), source=DATED_BY_US,
    ),
    _published(
        "workshop", "communication", "Mise en place du réseau de journalistes mutualistes",
        date(2024, 12, 3), 2, source=f"{REPORT_2024} ; jour indicatif",
        result="Le réseau élit un comité chargé du suivi de ses activités.",
    ),
    _published(
        "media", "communication", "Émissions de radio et de télévision, articles de presse",
        date(2024, 9, 16), 90, source=DATED_BY_US,
    ),
    _published(
        "meeting", "communication", "Vingt-cinq ans des mutuelles communautaires de santé",
        date(2024, 11, 30), source=DATED_BY_US,
    ),
    _published(
        "workshop", "gender", "Code de conduite environnementale et pratiques écoresponsables",
        date(2024, 10, 29), 2, source=DATED_BY_US,
        result="Pratiques à promouvoir dans les mutuelles choisies et validées.",
    ),
)  # fmt: skip


def _provider_workshops() -> Iterator[ActivityPlan]:
    for province, day, subsidised, gender in WORKSHOPS:
        yield _published(
            "provider_meeting", "quality", "Concertation avec les prestataires de soins", day, 2,
            province=province,
            participants=(
                Participants(SUBSIDISED_CARE, subsidised), Participants(GENDER_APPROACH, gender),
            ),
            result="Fraudes constatées discutées entre prestataires et mutuelles.",
            source=f"{REPORT_2024} (totaux) ; partage entre les ateliers : {DEMONSTRATION}",
        )  # fmt: skip


#: kind, chapter, theme, month, label, smallest and largest number of participants
_USUAL = (
    ("meeting", "capacities", "Assemblée générale de la fédération", 3, "Délégués", 30, 80),
    ("training", "capacities", "Tenue des documents de gestion", 5, "Membres des comités", 20, 60),
    ("awareness", "structure", "Campagne d’adhésion pour 2025", 9, "Personnes touchées", 300, 900),
    ("provider_meeting", "quality", "Rencontre avec les formations sanitaires", 6,
     "Prestataires de soins", 15, 45),
    ("awareness", "gender", "Place des femmes dans les organes", 11, "Mutualistes", 25, 70),
)  # fmt: skip


def _of_federation(code: str) -> Iterator[ActivityPlan]:
    rng = stream(f"activities {code}")
    for kind, chapter, theme, month, label, fewest, most in _USUAL:
        day = date(2024, month, rng.randint(2, 26))
        total = rng.randint(fewest, most)
        women = int(total * rng.uniform(0.35, 0.65))
        yield ActivityPlan(
            code, kind, chapter, theme, day, day,
            participants=(Participants(label, total, women),),
            cost_francs=total * rng.randrange(5_000, 15_001, 500),
            source=DEMONSTRATION,
        )  # fmt: skip
