"""What the words of a yearly report mean and how its rates are computed (annexe D)."""

from conamus.charts.formats import MASKED
from conamus.kernel.figures import NOT_KNOWN
from prudential.rules.annual_figures import SMALLEST_SHOWN
from prudential.rules.published import last_simple_mean

AS_RELEASED = (
    "Édition du régulateur : une unité où un à quatre ménages ont changé depuis les derniers "
    "chiffres arrêtés y garde ses effectifs d’avant."
)


NETWORK_CARE = {
    "Soins du réseau": (
        "Chiffres arrêtés : un mois d’une fédération où une à quatre attestations ont changé y "
        "garde ceux d’avant. Toutes les éditions du rapport donnent les mêmes."
    )
}


def definitions(year: int) -> dict[str, str]:
    """Return each word with its meaning, for the report of an activity year."""
    now, before, published = year + 1, year, last_simple_mean()
    return {
        "Année du rapport": (
            f"Les activités, les dépenses, les soins et les textes sont ceux de {year}. Les "
            f"adhésions sont celles que la campagne de {year} a gagnées pour l’année mutualiste "
            f"{now}."
        ),
        "Ménage assuré": (
            "Ménage dont l’adhésion est inscrite pour l’année mutualiste, compté une fois, dans "
            "l’unité où elle a été signée."
        ),
        "Bénéficiaire": "Personne déclarée à l’adhésion : l’adhérent et les personnes à sa charge.",
        "Croissance": f"(Ménages de {now} − ménages de {before}) ÷ ménages de {before}.",
        "Fidélisation": (
            f"Ménages assurés en {before} et de nouveau en {now} ÷ ménages assurés en {before}. "
            "Dans une unité : réinscrits dans cette unité, ou dans celle qui l’a remplacée à un "
            "redécoupage."
        ),
        "Ensemble de plusieurs unités": (
            "Somme des numérateurs ÷ somme des dénominateurs, de sorte que chaque ménage compte "
            "autant."
        ),
        f"Méthode du rapport {published}": (
            f"Le rapport publié pour {published} donne, pour la fidélisation de l’ensemble, la "
            "moyenne simple des taux des fédérations. Elle est rappelée à côté de la nôtre."
        ),
        "Soins d’une année": (
            f"Attestations de soins commencés en {year}, sauf les annulées et les remplacées, à la "
            "fédération du patient. Demandé : ce qu’elles portent. Dû par la mutuelle : ce qu’en "
            "dit la décision en vigueur ; une attestation qui attend la sienne n’y est pas."
        ),
        "Arrondis": (
            "Les taux sont calculés exactement, puis écrits avec une décimale ou en pour cent "
            "entiers ; une moitié s’arrondit vers le haut. Les montants sont en francs entiers."
        ),
        NOT_KNOWN: (
            "Donnée non disponible : un fait qui n’est pas connu, ou un taux dont le dénominateur "
            "est nul, n’est jamais écrit zéro."
        ),
        "Formation sanitaire conventionnée": (
            f"Inscrite au registre, convention commencée et non close au 31 décembre {year}. Une "
            "suspension n’a pas de date au registre et n’est donc pas déduite."
        ),
        "Petits effectifs": (
            f"« {MASKED} » : le rapport de la confédération ne montre pas les groupes de moins de "
            f"{SMALLEST_SHOWN} ménages ou personnes, ni un nombre dont on pourrait les déduire."
        ),
    }
