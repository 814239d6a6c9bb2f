"""What of the demonstration is published and what is generated, in words that pages can show.

The published figures come from two public activity reports (`data/README.md`); everything that
they do not say is drawn by the generator, from one seed, so that it is the same every time.
"""

from random import Random

#: Changing the seed changes every generated name, date and split, and no published figure.
SEED = "conamus-demo-1"

REPORT_2024 = "CONAMUS, Rapport d’activités 2024"
REPORT_2019 = "PAMUSAB, rapport 2019, tableau 1"
DEMONSTRATION = "donnée de démonstration"
DATED_BY_US = f"{REPORT_2024} ; date indicative"

#: The sentence for the foot of a page.
NOTICE = (
    "Réseau de démonstration : les totaux sont ceux des rapports publiés ; "
    "ce qui n’est pas publié est généré."
)

#: (subject, source) of what is published and reproduced exactly.
PUBLISHED: tuple[tuple[str, str], ...] = (
    ("les cinq fédérations, leurs provinces et l’ancienneté de leurs mutuelles", REPORT_2024),
    ("le nombre de mutuelles et sections de chaque fédération (126 en tout)", REPORT_2024),
    ("le nombre de communes couvertes (101 sur 119)", REPORT_2024),
    ("les ménages et bénéficiaires assurés pour 2025, par fédération et par sexe", REPORT_2024),
    ("les taux de croissance et de fidélisation de 2024 à 2025", REPORT_2024),
    ("les 710 formations sanitaires par type et par statut juridique", REPORT_2024),
    ("les dépenses de 2024 par rubrique et par bailleur", REPORT_2024),
    ("les activités de 2024 et leurs nombres de participants", REPORT_2024),
    ("les ménages de 2013 à 2019 par promoteur", REPORT_2019),
    (
        "les règles connues du paquet : 80 % en public, 50 % en privé, 200 000 FBu par séjour",
        "presse (lerenouveau.bi, abpinfo.bi, agaseke.bi)",
    ),
    ("les effectifs de 2024 de MUNASA et de Tugarukiramagara", "presse (lerenouveau.bi)"),
    ("le coût moyen d’un cas de MUNASA et de Tugarukiramagara, à 2 % près", "presse"),
    ("environ 1,06 cas par bénéficiaire et par an", "presse"),
    ("le score de qualité de 2019 : 72 % en moyenne de 71 formations", "PAMUSAB, rapport 2019"),
)

#: What is generated because nothing is published about it.
GENERATED: tuple[str, ...] = (
    "les ménages et les personnes : noms, sexes dans le ménage, âges, dates, collines",
    "la répartition des effectifs entre les mutuelles et sections d’une fédération",
    "les effectifs de 2024 des fédérations qui ne les publient pas (d’après leur taux)",
    "les catégories, téléphones et autres couvertures des ménages",
    "les paiements, les reçus et les promesses de paiement",
    "le barème, la clé de répartition et les dates des campagnes (valeurs par défaut)",
    "le partage entre les unités de la population cible publiée en 2019",
    "les zones d’action, les noms et les dates d’ouverture des mutuelles et sections",
    "les téléphones des unités",
    "les 24 centres de gestion, les antennes et les unions de district",
    "les noms, les communes et les districts des formations sanitaires",
    "le partage des participants entre les quatre ateliers avec les prestataires",
    "les dates des activités, sauf celles que le rapport donne",
    "les activités, dépenses et textes des fédérations",
    "les prix des actes et médicaments, la liste des motifs de soins",
    "les conventions et leurs suspensions, les carnets d’attestations, les règles de contrôle",
    "dans le paquet : le taux du confessionnel, ce qui commence en 2026, une dérogation",
    "les attestations d’une année, leurs décisions, contrôles, factures et paiements",
    "les fraudes connues qui y sont cachées, dont la liste est gardée à part",
    "les questionnaires, les enquêtes et leurs entretiens, les visites de formations sanitaires",
    "les textes du rapport, rédigés pour la démonstration d’après les faits publiés",
    "le dessin des provinces dans la présentation du rapport",
    "les utilisateurs de démonstration",
)


def stream(subject: str) -> Random:
    """Return the random numbers of one subject, independent of every other subject's.

    >>> stream("a").random() == stream("a").random()
    True
    """
    return Random(f"{SEED}:{subject}")  # noqa: S311 - reproducible, not secret
