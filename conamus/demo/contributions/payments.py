"""What each household of a federation owes and has paid, as rows ready to load.

Nearly everyone pays the whole on signing, some in two parts, a few are behind; some coffee
growers of FEMUSCABU promise a deduction from the harvest, and a few do not keep it. Receipts
are numbered by unit and calendar year in the order of their days.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from random import Random

from conamus.demo.contributions.terms import COFFEE, INDIGENT, KEY, SUBSIDISED, template_of
from conamus.demo.members.calendar import between, iso
from conamus.demo.members.households import EnrolmentRow, Membership
from conamus.demo.provenance import stream
from membership.rules.scale import ORDINARY, Due, amount_due
from membership.rules.sharing import Shares, share, split_payment

#: Shares of households by category; coffee growers are FEMUSCABU's.
INDIGENT_SHARE, SUBSIDISED_SHARE, COFFEE_SHARE = 0.012, 0.02, 0.12
COFFEE_FEDERATION = "FEMUSCABU"
PROMISE_SHARE, PROMISE_KEPT_SHARE = 0.6, 0.88
HARVEST_DAY = {2024: date(2024, 6, 15), 2025: date(2025, 6, 15)}
IN_TWO_PARTS, BEHIND = 0.07, 0.03
METHODS = (
    ("cash", 0.62),
    ("lumicash", 0.80),
    ("ecocash", 0.88),
    ("microfinance", 0.96),
    ("bank", 1),
)
PHONE_SHARE, OTHER_COVER_SHARE = 0.4, 0.02
BUYER = "Station de lavage (démonstration)"


#: enrolment, unit, receipt year, receipt number, amount, contribution, fee, federation's and
#: confederation's parts, method, payer, reference, payer's phone, received_on
PaymentRow = tuple[int, int, int, int, int, int, int, int, int, str, str, str, str, str]


@dataclass(slots=True)
class _Paid:
    """A payment before its receipt has a number."""

    enrolment: int
    unit: int
    day: int
    fee: int
    contribution: int
    method: str
    payer: str
    reference: str
    phone: str


@dataclass(slots=True)
class Contributions:
    """A federation's rows about money; enrolments in the order of ``Membership``'s."""

    #: household position → category, phone, other cover's number
    categories: dict[int, str] = field(default_factory=dict)
    phones: dict[int, str] = field(default_factory=dict)
    covers: dict[int, str] = field(default_factory=dict)
    #: per enrolment: category, contribution, joining fee, another payer's part, that payer
    dues: list[tuple[str, int, int, int, str]] = field(default_factory=list)
    payments: list[PaymentRow] = field(default_factory=list)
    #: enrolment, amount, signed_on, due_on
    promises: list[tuple[int, int, str, str]] = field(default_factory=list)
    #: (unit, calendar year) → last receipt number
    books: dict[tuple[int, int], int] = field(default_factory=dict)


def generate_contributions(code: str, members: Membership) -> Contributions:
    """Return what the federation's households owe and paid."""
    writer = _Writer(stream(f"contributions {code}"), code)
    for position, *_ in members.households:
        writer.add_household(position)
    for index, row in enumerate(members.enrolments):
        writer.add_enrolment(index, row)
    writer.number_receipts()
    return writer.made


@cache
def _due(year: int, size: int, category: str, is_new: bool) -> Due:
    return amount_due(template_of(year), size=size, category=category, is_new=is_new)


@cache
def _shares(contribution: int, fee: int) -> Shares:
    return share(KEY, contribution_francs=contribution, fee_francs=fee)


class _Writer:
    """Draws categories, phones and payments, household by household."""

    def __init__(self, rng: Random, code: str) -> None:
        self.made = Contributions()
        self._rng, self._has_coffee = rng, code == COFFEE_FEDERATION
        self._paid: list[_Paid] = []
        self._references = 0

    def add_household(self, position: int) -> None:
        """Draw its category, phone and other cover."""
        rng, made = self._rng, self.made
        category = self._category(rng.random())
        if category != ORDINARY:
            made.categories[position] = category
        if rng.random() < PHONE_SHARE:
            made.phones[position] = (
                f"{rng.choice('67')}{rng.choice('125689')}{rng.randrange(10**6):06d}"
            )
        if rng.random() < OTHER_COVER_SHARE:
            made.covers[position] = f"CAM-{rng.randrange(10**7):07d}"

    def _category(self, drawn: float) -> str:
        if drawn < INDIGENT_SHARE:
            return INDIGENT
        if drawn < INDIGENT_SHARE + SUBSIDISED_SHARE:
            return SUBSIDISED
        return COFFEE if self._has_coffee and drawn > 1 - COFFEE_SHARE else ORDINARY

    def add_enrolment(self, index: int, row: EnrolmentRow) -> None:
        """Compute what it owes by the scale, and draw how it was paid."""
        position, unit, year, _, enrolled_on, is_renewal, *_, males, females = row
        category = self.made.categories.get(position, ORDINARY)
        due = _due(year, males + females, category, not is_renewal)
        payer = {INDIGENT: "sponsor", SUBSIDISED: "partner"}.get(category, "household")
        self.made.dues.append(
            (category, due.contribution_francs, due.joining_fee_francs, due.payer_francs, payer)
        )
        signed = date.fromisoformat(enrolled_on).toordinal()
        fee_left = due.joining_fee_francs
        phone = self.made.phones.get(position, "")
        for amount, day, by, method in self._parts(index, category, due, signed, year, payer):
            parts = split_payment(amount_francs=amount, fee_left_francs=fee_left)
            fee_left -= parts.fee_francs
            self._paid.append(
                _Paid(index, unit, day, parts.fee_francs, parts.contribution_francs, method, by,
                      self._reference(method), phone if method in ("lumicash", "ecocash") else "")
            )  # fmt: skip

    def _parts(
        self, index: int, category: str, due: Due, signed: int, year: int, payer: str
    ) -> Iterator[tuple[int, int, str, str]]:
        """(amount, day, payer, method) of each payment."""
        rng = self._rng
        if due.payer_francs:
            yield due.payer_francs, signed, payer, "bank"
        left = due.household_francs
        if not left:
            return
        if category == COFFEE and rng.random() < PROMISE_SHARE:
            yield from self._promise(index, left, signed, year)
            return
        drawn = rng.random()
        if drawn >= IN_TWO_PARTS + BEHIND:
            yield left, signed, "household", self._method()
            return
        first = left * rng.randrange(3, 8) // 10 // 500 * 500 or left
        yield first, signed, "household", self._method()
        if drawn < IN_TWO_PARTS and left > first:
            yield left - first, between(rng, signed + 15, signed + 80), "household", self._method()

    def _promise(
        self, index: int, amount: int, signed: int, year: int
    ) -> Iterator[tuple[int, int, str, str]]:
        due_on = HARVEST_DAY[year]
        self.made.promises.append((index, amount, iso(signed), due_on.isoformat()))
        if self._rng.random() < PROMISE_KEPT_SHARE:
            yield amount, due_on.toordinal() - self._rng.randrange(10), "household", "harvest"

    def _method(self) -> str:
        drawn = self._rng.random()
        return next(method for method, limit in METHODS if drawn < limit)

    def _reference(self, method: str) -> str:
        if method in ("cash", "harvest"):
            return ""
        self._references += 1
        return f"{method[:2].upper()}{self._references:09d}"

    def number_receipts(self) -> None:
        """Number the receipts of each unit and calendar year in the order of their days."""
        numbers: Counter[tuple[int, int]] = Counter()
        for paid in sorted(self._paid, key=lambda one: (one.unit, one.day, one.enrolment)):
            book = paid.unit, date.fromordinal(paid.day).year
            numbers[book] += 1
            self.made.payments.append(_row(paid, book[1], numbers[book]))
        self.made.books = dict(numbers)


def _row(paid: _Paid, year: int, number: int) -> PaymentRow:
    parts = _shares(paid.contribution, paid.fee)
    return (
        paid.enrolment, paid.unit, year, number, paid.contribution + paid.fee, paid.contribution,
        paid.fee, parts.federation_francs, parts.confederation_francs, paid.method, paid.payer,
        paid.reference, paid.phone, iso(paid.day),
    )  # fmt: skip
