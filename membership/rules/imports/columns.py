"""The columns of the files that bring members and payments in, and how their titles are told.

A title is recognised in French whatever its case, accents and punctuation, under several names
that registers use. A column that nobody reads is told, and its cells come back in the error file.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from conamus.kernel.errors import DomainError
from conamus.kernel.text import search_key

#: How far down the titles may stand: registers begin with the mutual's name and the year.
MOST_PREAMBLE = 20
_NUMBER_WORDS = re.compile(r"\b(n|no|num|numero|numeros)\b")


class Kind(StrEnum):
    """What a file brings; the value is stored."""

    MEMBERS = "members"
    PAYMENTS = "payments"
    PAST_REGISTER = "past_register"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportColumn:
    """One column: the title of the model, the others it answers to, an example, what it says."""

    name: str
    title: str
    also: tuple[str, ...] = ()
    example: str = ""
    help: str = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Titles:
    """Where each known column stands in a file, and the titles that nobody reads."""

    places: dict[str, int]
    unknown: list[str]


_HOUSEHOLD = (
    ImportColumn(
        name="number", title="N° ménage", example="",
        also=("N° du ménage", "Numéro", "Numéro du membre", "N° membre", "N° adhérent",
              "N° de membre", "N° de l’adhérent", "N° matricule", "Matricule"),
        help="Le numéro émis par l’unité. Vide : un numéro est pris dans la plage de l’unité.",
    ),
    ImportColumn(
        name="former_number", title="Ancien numéro", example="K-17/2019",
        also=("Ancien n°", "N° carnet", "N° du carnet", "N° papier", "N° du registre"),
        help="Le numéro du registre papier : il est gardé et mène toujours au ménage.",
    ),
    ImportColumn(
        name="household_key", title="Clé ménage", example="1",
        also=("Ménage", "Clé du ménage", "N° d’ordre", "N° ordre", "Ordre"),
        help="Sans numéro ni ancien numéro : la même valeur sur les lignes d’un même ménage.",
    ),
    ImportColumn(
        name="new_household", title="Nouveau ménage", example="",
        also=("Autre ménage",),
        help="oui, si c’est un autre ménage malgré un adhérent du même nom, ou des ressemblances "
        "que l’import signale.",
    ),
    ImportColumn(
        name="unit", title="Unité", example="",
        also=("Code unité", "Code de l’unité", "Mutuelle", "Code mutuelle", "Section"),
        help="Le code de la mutuelle ou de la section ; vide : celle choisie pour le fichier.",
    ),
    ImportColumn(
        name="colline", title="Colline", example="Kibasi",
        also=("Code colline", "Colline ou quartier", "Colline/Quartier", "Quartier",
              "Nom de la colline", "Colline de résidence"),
        help="Son nom ou son code.",
    ),
    ImportColumn(
        name="zone", title="Zone", example="Mutoyi",
        help="Pour distinguer deux collines du même nom.",
    ),
    ImportColumn(
        name="commune", title="Commune", example="Bugendana",
        help="Celle d’aujourd’hui ou d’avant 2025, pour distinguer deux collines du même nom.",
    ),
    ImportColumn(
        name="category", title="Catégorie", example="ordinaire",
        also=("Catégorie de membre",),
        help="Une catégorie du barème, par son nom ou son code ; vide : ordinaire.",
    ),
    ImportColumn(
        name="household_phone", title="Téléphone du ménage", example="79 000 000",
        also=("Tél. ménage", "Tél. du ménage"), help="Huit chiffres.",
    ),
    ImportColumn(
        name="cam", title="N° CAM", example="", also=("CAM", "Carte CAM"),
        help="Le numéro de la carte d’assistance médicale, si le ménage en a une.",
    ),
    ImportColumn(
        name="registered_on", title="Inscrit le", example="12/11/2022",
        also=("Date d’inscription", "Date inscription", "Membre depuis"),
        help="L’entrée du ménage dans la mutuelle ; vide : le jour de l’adhésion.",
    ),
    ImportColumn(
        name="enrolled_on", title="Adhésion signée le", example="12/11/2024",
        also=("Date d’adhésion", "Date adhésion", "Adhésion le", "Adhéré le"),
        help="Pour l’année du fichier ; vide : le jour de l’import.",
    ),
)  # fmt: skip

_PERSON = (
    ImportColumn(
        name="person_number", title="N° bénéficiaire", example="",
        also=("N° de la personne", "N° du bénéficiaire"),
        help="Celui d’une personne déjà inscrite ; vide : elle est reconnue à son nom.",
    ),
    ImportColumn(
        name="family_name", title="Nom", example="NDAYISENGA", is_required=True,
        also=("Nom de famille", "Noms"),
    ),
    ImportColumn(
        name="given_name", title="Prénom", example="Jean", is_required=True, also=("Prénoms",)
    ),
    ImportColumn(
        name="sex", title="Sexe", example="M", is_required=True,
        also=("Genre", "Sexe (M/F)", "Sexe (H/F)"), help="M ou F."
    ),
    ImportColumn(
        name="birth", title="Naissance", example="03/05/1984", is_required=True,
        also=("Date de naissance", "Date naissance", "Date de naiss.", "Né le", "Née le",
              "Né(e) le", "Né(e) en", "Année de naissance", "Année naissance"),
        help="Le jour, ou l’année seule (« 1984 », « vers 1984 ») quand le jour n’est pas connu.",
    ),
    ImportColumn(
        name="birth_estimated", title="Naissance estimée", example="",
        help="oui, si seule l’année est connue ; inutile quand l’année est écrite seule.",
    ),
    ImportColumn(
        name="relationship", title="Lien", example="adhérent", is_required=True,
        also=("Lien avec l’adhérent", "Lien avec le chef de ménage", "Lien de parenté",
              "Lien familial", "Parenté", "Qualité"),
        help="adhérent, conjoint, enfant ou autre.",
    ),
    ImportColumn(
        name="phone", title="Téléphone", example="",
        also=("Tél.", "GSM", "Téléphone personnel", "N° de téléphone", "N° téléphone", "N° tél."),
        help="De la personne : huit chiffres.",
    ),
    ImportColumn(
        name="identity_paper", title="Pièce d’identité", example="",
        also=("CNI", "N° CNI", "Carte d’identité", "N° carte d’identité", "Acte de naissance"),
        help="Le numéro de la carte d’identité ou de l’acte de naissance.",
    ),
    ImportColumn(
        name="joined_on", title="Dans le ménage depuis", example="", also=("Entré le",),
        help="Vide : depuis l’inscription du ménage, ou la naissance.",
    ),
)  # fmt: skip

_OPENING = (
    ImportColumn(
        name="due", title="Montant dû", example="30 000", also=("Cotisation due",),
        help="Ce que le ménage devait pour l’an passé, en francs ; une fois par ménage.",
    ),
    ImportColumn(
        name="paid", title="Montant payé", example="20 000", also=("Cotisation payée",),
        help="Ce qu’il en a payé ; le reste est l’arriéré de départ.",
    ),
    ImportColumn(
        name="paid_on", title="Payé le", example="", help="Vide : le jour de l’adhésion."
    ),
)  # fmt: skip

_PAYMENTS = (
    ImportColumn(
        name="number", title="N° ménage", example="UMU-0000001", is_required=True,
        also=("N° du ménage", "Numéro", "N° membre", "N° adhérent", "N° de membre",
              "N° de l’adhérent", "N° matricule", "Matricule", "Ancien numéro"),
        help="Le numéro du ménage, ou son ancien numéro.",
    ),
    ImportColumn(
        name="amount", title="Montant", example="15 000", is_required=True,
        also=("Montant payé", "Montant versé", "Montant (FBu)", "Montant (BIF)"),
        help="En francs entiers.",
    ),
    ImportColumn(
        name="received_on", title="Date", example="12/11/2024", is_required=True,
        also=("Reçu le", "Payé le", "Date de paiement", "Date du paiement", "Date de versement"),
    ),
    ImportColumn(
        name="method", title="Moyen", example="espèces",
        also=("Moyen de paiement", "Mode", "Mode de paiement"),
        help="espèces, banque, microfinance, Lumicash, EcoCash ou récolte ; vide : espèces.",
    ),
    ImportColumn(
        name="reference", title="Référence", example="", also=("N° transaction", "Bordereau"),
        help="De la banque ou de l’opérateur.",
    ),
    ImportColumn(
        name="paper_receipt", title="Reçu papier", example="R-0451",
        also=("N° reçu", "N° du reçu", "N° de reçu", "N° quittance"),
        help="Avec la référence, ce qui fait reconnaître un paiement déjà inscrit.",
    ),
    ImportColumn(
        name="payer_phone", title="Téléphone du payeur", example="", also=("Téléphone", "Tél."),
    ),
    ImportColumn(
        name="operator_fee", title="Frais", example="", also=("Frais de l’opérateur",),
        help="Retenus par l’opérateur, en francs.",
    ),
)  # fmt: skip

COLUMNS: dict[Kind, tuple[ImportColumn, ...]] = {
    Kind.MEMBERS: _HOUSEHOLD + _PERSON,
    Kind.PAST_REGISTER: _HOUSEHOLD + _PERSON + _OPENING,
    Kind.PAYMENTS: _PAYMENTS,
}
#: One column for both names, as registers have it; « Noms » alone is one too.
_WHOLE_NAMES = (
    "Nom et prénom", "Nom et prénoms", "Noms et prénoms", "Noms et prénom", "Nom, prénom",
    "Nom, prénoms", "Noms, prénoms", "Nom complet", "Noms complets",
)  # fmt: skip
#: What a household's rows say of the household; the rows after the first may leave it out.
HOUSEHOLD_NAMES = tuple(column.name for column in _HOUSEHOLD + _OPENING)


def fold_title(title: str) -> str:
    """Return what a title is recognised by.

    >>> fold_title(" N° Ménage ") == fold_title("NUMERO MENAGE") == fold_title("no_ménage")
    True
    """
    return _NUMBER_WORDS.sub("numero", search_key(title.replace("_", " ")))


_WHOLE_FOLDS = frozenset(map(fold_title, _WHOLE_NAMES))


def read_titles(kind: Kind, titles: Sequence[str]) -> Titles:
    """Return where the columns stand; DomainError for all that are missing or twice there.

    >>> read_titles(Kind.PAYMENTS, ["numéro", "MONTANT", "date", "Caisse"])
    Titles(places={'number': 0, 'amount': 1, 'received_on': 2}, unknown=['Caisse'])
    """
    known = _known(COLUMNS[kind])
    places: dict[str, int] = {}
    unknown: list[str] = []
    twice: list[str] = []
    whole = _whole_name(kind, titles, known)
    for at, title in enumerate(titles):
        name = "family_name" if at == whole else known.get(fold_title(title))
        if name is None:
            unknown += [title.strip()] if title.strip() else []
        elif name in places:
            twice.append(title.strip())
        else:
            places[name] = at
    if whole is not None and "given_name" in places:
        twice.append(titles[whole].strip())
    elif whole is not None:
        places["given_name"] = whole
    _refuse_titles(kind, places, twice)
    return Titles(places, unknown)


def find_titles(kind: Kind, rows: Sequence[Sequence[str]]) -> int:
    """Return the row of titles: the first that has all that is needed, else has most of it.

    >>> find_titles(Kind.PAYMENTS, [["Mutoyi"], [], ["Numéro", "Montant", "Date"]])
    2
    """
    known = _known(COLUMNS[kind])
    best, most = 0, 0
    for at, titles in enumerate(rows[:MOST_PREAMBLE]):
        if _are_titles(kind, titles):
            return at
        found = sum(fold_title(title) in known for title in titles)
        if found > most:
            best, most = at, found
    return best


def _are_titles(kind: Kind, titles: Sequence[str]) -> bool:
    try:
        read_titles(kind, titles)
    except DomainError:
        return False
    return True


def _whole_name(kind: Kind, titles: Sequence[str], known: Mapping[str, str]) -> int | None:
    """Return where one column holds both names; None: it takes two, or there is none."""
    if kind is Kind.PAYMENTS:
        return None
    folds = [fold_title(title) for title in titles]
    for at, fold in enumerate(folds):
        if fold in _WHOLE_FOLDS:
            return at
    has_given = any(known.get(fold) == "given_name" for fold in folds)
    return folds.index("noms") if "noms" in folds and not has_given else None


def title_of(kind: Kind, name: str) -> str:
    """Return the model's title of a column; the name itself for what is none."""
    return next((column.title for column in COLUMNS[kind] if column.name == name), name)


def _known(columns: Sequence[ImportColumn]) -> dict[str, str]:
    """Fold → column; a model's own title goes before another column's second name."""
    known = {fold_title(also): column.name for column in columns for also in column.also}
    return known | {fold_title(column.title): column.name for column in columns}


def _refuse_titles(kind: Kind, places: dict[str, int], twice: list[str]) -> None:
    missing = [c.title for c in COLUMNS[kind] if c.is_required and c.name not in places]
    told = []
    if twice:
        told.append(f"Deux colonnes disent la même chose : {_quoted(twice)}.")
    if missing:
        told.append(
            f"Il manque des colonnes : {_quoted(missing)} ; les titres sont ceux du modèle."
        )
    if kind is not Kind.PAYMENTS and not places.keys() & {
        "number", "former_number", "household_key"
    }:  # fmt: skip
        told.append(
            "Il manque une colonne qui dise le ménage : N° ménage, Ancien numéro ou Clé ménage."
        )
    if told:
        raise DomainError(" ".join(told), field="file")


def _quoted(titles: Sequence[str]) -> str:
    return ", ".join(f"« {title[:40]} »" for title in titles)
