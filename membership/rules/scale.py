"""What a household owes for a year: the contribution scale, as data.

Published scales disagree (docs of the field, « contributions »), so nothing of them is in this
code: a scale has bands by household size, supplements per person, categories of members with
their payer (partner, State, sponsor), and a joining fee for new households. CONAMUS publishes a
template for a year; a federation adopts it or writes its own. Amounts are whole francs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from conamus.kernel.errors import DomainError
from conamus.kernel.money import round_franc
from membership.rules.sentences import counted, francs, percent

#: The category of households that belong to no other.
ORDINARY = "ordinary"


class PayerKind(StrEnum):
    """Who pays the part of a category that its households do not pay."""

    HOUSEHOLD = "household"
    PARTNER = "partner"
    STATE = "state"
    SPONSOR = "sponsor"

    @property
    def label(self) -> str:
        """The payer's French name."""
        return _PAYER_LABELS[self]


_PAYER_LABELS = {
    PayerKind.HOUSEHOLD: "Ménage",
    PayerKind.PARTNER: "Partenaire",
    PayerKind.STATE: "État",
    PayerKind.SPONSOR: "Parrain",
}
_PAID_BY = {
    PayerKind.HOUSEHOLD: "du ménage",
    PayerKind.PARTNER: "du partenaire",
    PayerKind.STATE: "de l’État",
    PayerKind.SPONSOR: "du parrain",
}


class Growth(StrEnum):
    """What a scale asks for people who join after the enrolment."""

    RENEWAL = "renewal"
    JOINERS = "joiners"
    EVERYONE = "everyone"

    @property
    def label(self) -> str:
        """Its French name, as the scale's page says it."""
        return _GROWTHS[self]


_GROWTHS = {
    Growth.RENEWAL: "rien avant le renouvellement",
    Growth.JOINERS: "le supplément, sauf pour un nouveau-né",
    Growth.EVERYONE: "le supplément, pour un nouveau-né aussi",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Households of ``size_from`` to ``size_to`` people (None: and more) pay ``amount_francs``.

    From the ``supplement_from``-th person on, each adds ``supplement_francs``. A ``category``
    with bands of its own uses those only; "" is for every category without.
    """

    size_from: int
    size_to: int | None
    amount_francs: int
    supplement_from: int | None = None
    supplement_francs: int = 0
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category of members; ``payer`` pays ``payer_percent`` of contribution and joining fee.

    Where another pays, who decides on membership puts a household in it, unless agents may too.
    """

    code: str
    label: str
    payer: PayerKind = PayerKind.HOUSEHOLD
    payer_percent: Decimal = Decimal(0)
    joining_fee_due: bool = True
    may_promise: bool = False
    agents_may_grant: bool = False

    @property
    def needs_decision(self) -> bool:
        """Whether putting a household in it is decided above an agent.

        >>> Category(code="indigent", label="Indigent", payer=PayerKind.STATE).needs_decision
        True
        """
        return self.payer is not PayerKind.HOUSEHOLD and not self.agents_may_grant


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A year's scale; ``most_people``: the largest household it takes (None: no limit).

    ``fee_again_after_years``: a household that comes back after so many years without enrolment
    owes the joining fee anew (None: it is paid once and for all).
    """

    year: int
    bands: tuple[Band, ...]
    categories: tuple[Category, ...]
    joining_fee_francs: int
    most_people: int | None = None
    fee_again_after_years: int | None = 1
    growth: Growth = Growth.RENEWAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is owed for a year; payer's and household's parts sum to the total."""

    contribution_francs: int
    joining_fee_francs: int
    payer_francs: int
    household_francs: int
    explanation: tuple[str, ...]

    @property
    def total_francs(self) -> int:
        """Contribution and joining fee, whoever pays."""
        return self.contribution_francs + self.joining_fee_francs


def check_scale(scale: Scale) -> None:
    """Raise DomainError for the first thing that would leave a household without its amount.

    >>> check_scale(
    ...     Scale(
    ...         year=2025,
    ...         bands=(Band(size_from=2, size_to=None, amount_francs=30_000),),
    ...         categories=(Category(code="ordinary", label="Ordinaire"),),
    ...         joining_fee_francs=1_000,
    ...     )
    ... )
    Traceback (most recent call last):
    conamus.kernel.errors.DomainError: La première tranche commence à 1 personne, pas à 2.
    """
    if scale.joining_fee_francs < 0:
        raise DomainError(
            "Le droit d’adhésion ne peut pas être négatif.", field="joining_fee_francs"
        )
    if scale.fee_again_after_years is not None and scale.fee_again_after_years < 1:
        raise DomainError("Une année sans adhésion au moins.", field="fee_again_after_years")
    if scale.most_people is not None and scale.most_people < 1:
        raise DomainError("Un ménage a au moins une personne.", field="most_people")
    _check_categories(scale.categories)
    for index, band in enumerate(scale.bands):
        _check_band(band, f"bands-{index}")
    _check_cover(scale)


def owes_joining_fee(scale: Scale, last_year: int | None) -> bool:
    """Tell whether a household last enrolled for ``last_year`` (None: never) owes the fee.

    >>> scale = Scale(year=2026, bands=(), categories=(), joining_fee_francs=1_000)
    >>> [owes_joining_fee(scale, year) for year in (None, 2024, 2025)]
    [True, True, False]
    """
    if last_year is None:
        return True
    skipped = scale.year - last_year - 1
    again = scale.fee_again_after_years
    return again is not None and skipped >= again


def amount_due(scale: Scale, *, size: int, category: str, is_new: bool) -> Due:
    """Return what a household of ``size`` people owes, with its explanation.

    Contribution = the band's amount + supplement × people from the supplement's rank on; joining
    fee for new households; the payer's part is rounded once, on the total, and the household owes
    the rest. DomainError: size under 1 or over the limit, unknown category, size without band.

    >>> scale = Scale(
    ...     year=2025,
    ...     bands=(
    ...         Band(size_from=1, size_to=6, amount_francs=30_000),
    ...         Band(
    ...             size_from=7,
    ...             size_to=None,
    ...             amount_francs=30_000,
    ...             supplement_from=7,
    ...             supplement_francs=2_500,
    ...         ),
    ...     ),
    ...     categories=(Category(code="ordinary", label="Ordinaire"),),
    ...     joining_fee_francs=1_000,
    ... )
    >>> due = amount_due(scale, size=8, category="ordinary", is_new=True)
    >>> due.contribution_francs, due.total_francs, due.household_francs
    (35000, 36000, 36000)
    """
    _check_size(scale, size)
    kind = _category(scale, category)
    band = _band(scale, size, category)
    contribution = _contribution(band, size)
    fee = scale.joining_fee_francs if is_new and kind.joining_fee_due else 0
    payer = round_franc(Fraction(kind.payer_percent) * (contribution + fee) / 100)
    return Due(
        contribution_francs=contribution,
        joining_fee_francs=fee,
        payer_francs=payer,
        household_francs=contribution + fee - payer,
        explanation=tuple(_explain(scale, band, kind, size, is_new, payer)),
    )


def _check_categories(categories: Sequence[Category]) -> None:
    if not categories:
        raise DomainError("Le barème n’a aucune catégorie de membres.", field="categories")
    seen: set[str] = set()
    for index, category in enumerate(categories):
        field = f"categories-{index}"
        if not category.code.strip():
            raise DomainError("La catégorie n’a pas de code.", field=f"{field}-code")
        if category.code in seen:
            raise DomainError(
                f"La catégorie « {category.code} » est deux fois dans le barème.",
                field=f"{field}-code",
            )
        seen.add(category.code)
        _check_payer(category, f"{field}-payer_percent")


def _check_payer(category: Category, field: str) -> None:
    if not 0 <= category.payer_percent <= 100:
        raise DomainError("La part du payeur est entre 0 et 100 %.", field=field)
    if category.payer is PayerKind.HOUSEHOLD and category.payer_percent:
        raise DomainError(
            "Le ménage paie le reste : une part se donne à un autre payeur.", field=field
        )
    if category.payer is not PayerKind.HOUSEHOLD and not category.payer_percent:
        raise DomainError(f"Donnez la part {_PAID_BY[category.payer]}.", field=field)


def _check_band(band: Band, field: str) -> None:
    if band.size_from < 1:
        raise DomainError("Une tranche commence à 1 personne ou plus.", field=f"{field}-size_from")
    if band.size_to is not None and band.size_to < band.size_from:
        raise DomainError("La tranche finit avant de commencer.", field=f"{field}-size_to")
    if band.amount_francs < 0:
        raise DomainError("Le montant ne peut pas être négatif.", field=f"{field}-amount_francs")
    if band.supplement_francs < 0:
        raise DomainError(
            "Le supplément ne peut pas être négatif.", field=f"{field}-supplement_francs"
        )
    _check_supplement(band, f"{field}-supplement_from")


def _check_supplement(band: Band, field: str) -> None:
    if (band.supplement_from is None) != (band.supplement_francs == 0):
        raise DomainError("Un supplément a un montant et une première personne.", field=field)
    if band.supplement_from is None:
        return
    if band.supplement_from < band.size_from:
        raise DomainError(
            "Le supplément commence avant la tranche : ces personnes y sont comprises.",
            field=field,
        )
    if band.size_to is not None and band.supplement_from > band.size_to:
        raise DomainError("Le supplément commence après la fin de la tranche.", field=field)


def _check_cover(scale: Scale) -> None:
    """Each category finds exactly one band for each size that the scale takes."""
    codes = {category.code for category in scale.categories}
    named = {band.category for band in scale.bands if band.category}
    for index, band in enumerate(scale.bands):
        if band.category and band.category not in codes:
            raise DomainError(
                f"La catégorie « {band.category} » n’est pas dans le barème.",
                field=f"bands-{index}-category",
            )
    if codes - named or "" in {band.category for band in scale.bands}:
        _check_chain(scale, "")
    for code in sorted(named):
        _check_chain(scale, code)


def _check_chain(scale: Scale, category: str) -> None:
    """The bands of one category follow one another from 1 without gap or overlap."""
    bands = sorted(
        (band for band in scale.bands if band.category == category), key=lambda b: b.size_from
    )
    if not bands:
        raise DomainError("Le barème n’a aucune tranche.", field="bands")
    if bands[0].size_from != 1:
        raise DomainError(
            f"La première tranche commence à 1 personne, pas à {bands[0].size_from}.",
            field="bands",
        )
    for band, following in pairwise(bands):
        _check_neighbours(band, following)
    last = bands[-1].size_to
    if last is not None and (scale.most_people is None or last < scale.most_people):
        raise DomainError(
            f"Au-delà de {counted(last, 'personne')} le barème ne prévoit rien : ouvrez la "
            "dernière tranche ou limitez la taille des ménages.",
            field="bands",
        )


def _check_neighbours(band: Band, following: Band) -> None:
    if band.size_to is None or following.size_from <= band.size_to:
        raise DomainError(
            f"Deux tranches se chevauchent à {counted(following.size_from, 'personne')}.",
            field="bands",
        )
    if following.size_from > band.size_to + 1:
        raise DomainError(
            f"Aucune tranche pour {counted(band.size_to + 1, 'personne')}.", field="bands"
        )


def _check_size(scale: Scale, size: int) -> None:
    if size < 1:
        raise DomainError("Un ménage a au moins une personne.", field="size")
    if scale.most_people is not None and size > scale.most_people:
        raise DomainError(
            f"Le barème {scale.year} n’admet que {counted(scale.most_people, 'personne')} par "
            f"ménage ; celui-ci en a {size}.",
            field="size",
        )


def _category(scale: Scale, code: str) -> Category:
    for category in scale.categories:
        if category.code == code:
            return category
    raise DomainError(f"Le barème {scale.year} n’a pas de catégorie « {code} ».", field="category")


def _band(scale: Scale, size: int, category: str) -> Band:
    own = [band for band in scale.bands if band.category == category]
    for band in own or [band for band in scale.bands if not band.category]:
        if band.size_from <= size and (band.size_to is None or size <= band.size_to):
            return band
    raise DomainError(
        f"Le barème {scale.year} ne prévoit rien pour {counted(size, 'personne')}.", field="size"
    )


def _extra_people(band: Band, size: int) -> int:
    return 0 if band.supplement_from is None else max(0, size - band.supplement_from + 1)


def _contribution(band: Band, size: int) -> int:
    return band.amount_francs + band.supplement_francs * _extra_people(band, size)


def _explain(
    scale: Scale, band: Band, category: Category, size: int, is_new: bool, payer: int
) -> Iterable[str]:
    upper = "et plus" if band.size_to is None else f"à {band.size_to}"
    sizes = f"{band.size_from} {upper}" if band.size_to != band.size_from else f"{band.size_from}"
    yield (
        f"Barème {scale.year}, {counted(size, 'personne')} (tranche {sizes}) : "
        f"{francs(band.amount_francs)}."
    )
    extra = _extra_people(band, size)
    if extra:
        yield (
            f"Supplément pour {counted(extra, 'personne')} à partir de la "
            f"{band.supplement_from}ᵉ : {francs(extra * band.supplement_francs)}."
        )
    if is_new and category.joining_fee_due:
        yield f"Droit d’adhésion d’un nouveau ménage : {francs(scale.joining_fee_francs)}."
    elif is_new:
        yield f"Catégorie « {category.label} » : pas de droit d’adhésion."
    if payer:
        yield (
            f"Catégorie « {category.label} » : {percent(category.payer_percent)} à la charge "
            f"{_PAID_BY[category.payer]}, soit {francs(payer)}."
        )
