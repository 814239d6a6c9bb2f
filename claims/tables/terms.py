"""Columns of the lists of the catalogue, tariffs, agreements, stub books, packages, controls."""

from typing import Any

import django_tables2 as tables
from django_tables2.utils import A

from claims.models import (
    Act,
    Agreement,
    BenefitPackage,
    CareReason,
    ControlTerms,
    StubBook,
    Tariff,
)
from claims.rules.words import LEVELS, OWNERSHIPS
from claims.selectors.agreements import situation
from conamus import clock
from conamus.pages.columns import (
    CodeColumn,
    DayColumn,
    FrancsColumn,
    NumberColumn,
    YesColumn,
)

_FACILITY = {"accessor": "facility__name", "order_by": ("facility__sort_key",)}


class ActTable(tables.Table):
    """The catalogue."""

    code = CodeColumn("Code", linkify=("act_detail", {"pk": A("pk")}))
    name = tables.Column("Nom", order_by=("sort_key",))
    family = tables.Column("Famille")
    strength = tables.Column("Dosage", default="", orderable=False)
    form = tables.Column("Forme", default="", orderable=False)
    atc = CodeColumn("ATC", default="")
    whose = tables.Column("Tenu par", accessor="tenant__short_name", orderable=False)
    closed_on = DayColumn("Retiré le", default="")

    class Meta:
        model = Act
        fields = ("code", "name", "family", "strength", "form", "atc", "whose", "closed_on")
        order_by = ("name",)


class ReasonTable(tables.Table):
    """The reasons for care."""

    code = CodeColumn("Code", linkify=("care_reason_detail", {"pk": A("pk")}))
    name = tables.Column("Nom", order_by=("sort_key",))
    icd10 = CodeColumn("CIM-10", default="")
    is_chronic = tables.Column("Chronique")
    is_maternity = tables.Column("Grossesse")
    closed_on = DayColumn("Retiré le", default="")

    class Meta:
        model = CareReason
        fields = ("code", "name", "icd10", "is_chronic", "is_maternity", "closed_on")
        order_by = ("name",)

    def render_is_chronic(self, value: bool) -> str:
        """Say it in a word."""
        return "oui" if value else ""

    render_is_maternity = value_is_chronic = value_is_maternity = render_is_chronic


class TariffTable(tables.Table):
    """Agreed prices of every day."""

    code = CodeColumn("Code", accessor="act__code", linkify=("tariff_detail", {"pk": A("pk")}))
    act = tables.Column("Acte", accessor="act__name", order_by=("act__sort_key",))
    facility = tables.Column("Formation sanitaire", default="", **_FACILITY)
    level = tables.Column("Type", default="")
    ownership = tables.Column("Statut", default="")
    price_francs = FrancsColumn("Prix convenu")
    starts_on = DayColumn("Dès le")
    ends_on = DayColumn("Jusqu’au (exclu)", default="")
    whose = tables.Column("De", accessor="tenant__short_name", order_by=("tenant__sort_key",))

    class Meta:
        model = Tariff
        fields = (
            "code", "act", "facility", "level", "ownership", "price_francs", "starts_on",
            "ends_on", "whose",
        )  # fmt: skip
        order_by = ("code", "-starts_on")

    def render_level(self, value: str) -> str:
        """Say the type in words."""
        return LEVELS.get(value, value)

    def render_ownership(self, value: str) -> str:
        """Say the ownership in words."""
        return OWNERSHIPS.get(value, value)

    value_level, value_ownership = render_level, render_ownership


class AgreementTable(tables.Table):
    """Agreements with facilities."""

    facility = tables.Column(
        "Formation sanitaire", linkify=("agreement_detail", {"pk": A("pk")}), **_FACILITY
    )
    facility_code = CodeColumn("Code", accessor="facility__code", orderable=False)
    number = CodeColumn("Numéro", default="")
    whose = tables.Column("Avec", accessor="tenant__short_name", order_by=("tenant__sort_key",))
    unit = tables.Column("Mutuelle", accessor="unit__name", default="", orderable=False)
    starts_on = DayColumn("Dès le")
    ends_on = DayColumn("Jusqu’au (exclu)", default="")
    payment_term_days = NumberColumn("Paiement (jours)")
    situation = tables.Column("Situation", empty_values=(), orderable=False)

    class Meta:
        model = Agreement
        fields = (
            "facility", "facility_code", "number", "whose", "unit", "starts_on", "ends_on",
            "payment_term_days", "situation",
        )  # fmt: skip
        order_by = ("facility",)

    def __init__(self, *args: Any, is_facilitys: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_facilitys:
            self.columns.hide("whose")

    def render_situation(self, record: Agreement) -> str:
        """Say where it stands today."""
        return situation(record, clock.today())[1]

    value_situation = render_situation


class BookTable(tables.Table):
    """Stub books."""

    prefix = CodeColumn("Préfixe")
    first_number = NumberColumn("Premier")
    last_number = NumberColumn("Dernier")
    facility = tables.Column("Formation sanitaire", **_FACILITY)
    whose = tables.Column("Remis par", accessor="tenant__short_name", orderable=False)
    issued_on = DayColumn("Remis le")
    withdrawn_on = DayColumn("Retiré le", default="")
    used = NumberColumn("Souches saisies", orderable=False)
    is_take_on = YesColumn("À la reprise")
    withdraw = tables.Column(
        "", empty_values=(), orderable=False, exclude_from_export=True,
        linkify=("stub_book_withdraw", {"pk": A("pk")}),
    )  # fmt: skip

    class Meta:
        model = StubBook
        fields = (
            "prefix", "first_number", "last_number", "facility", "whose", "issued_on",
            "withdrawn_on", "used", "is_take_on", "withdraw",
        )  # fmt: skip
        order_by = ("prefix", "first_number")

    def __init__(self, *args: Any, is_facilitys: bool, may_withdraw: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_withdraw:
            self.columns.hide("withdraw")
        if not is_facilitys:
            self.columns.hide("whose")

    def render_first_number(self, value: int) -> str:
        """A stub's number as it is on the paper."""
        return f"{value:06d}"

    render_last_number = render_first_number

    def render_withdraw(self, record: StubBook) -> str:
        """Offer to take the book back."""
        return "" if record.withdrawn_on else "Retirer"


class PackageTable(tables.Table):
    """Packages of every year and version."""

    year = tables.Column("Année", accessor="year_id", linkify=("package_detail", {"pk": A("pk")}))
    whose = tables.Column("De", accessor="tenant__short_name", orderable=False)
    state = tables.Column("État")
    derogation_on = DayColumn("Dérogation du", default="")
    in_force_from = DayColumn("En vigueur dès le", default="")
    in_force_until = DayColumn("Jusqu’au (exclu)", default="")
    adopted_by = tables.Column("Adopté par", default="", orderable=False)

    class Meta:
        model = BenefitPackage
        fields = (
            "year", "whose", "state", "derogation_on", "in_force_from", "in_force_until",
            "adopted_by",
        )  # fmt: skip
        order_by = ("-year",)

    def render_year(self, value: int) -> str:
        """A year is not a quantity."""
        return str(value)


class ControlTable(tables.Table):
    """Terms of control, each from a day."""

    in_force_from = DayColumn("Dès le")
    whose = tables.Column("De", accessor="tenant__short_name", orderable=False)
    accepted_below_francs = FrancsColumn("Accepté d’office au-dessous de")
    sample_percent = NumberColumn("Échantillon (%)")
    second_reader_from_francs = FrancsColumn("Second lecteur dès")
    reply_days = NumberColumn("Réponse (jours)")
    contest_days = NumberColumn("Contestation (jours)")
    most_deferrals = NumberColumn("Remises")
    deferral_days = NumberColumn("Remise (jours)")
    adopted_by = tables.Column("Adopté par", default="", orderable=False)

    class Meta:
        model = ControlTerms
        fields = (
            "in_force_from", "whose", "accepted_below_francs", "sample_percent",
            "second_reader_from_francs", "reply_days", "contest_days", "most_deferrals",
            "deferral_days", "adopted_by",
        )  # fmt: skip
        order_by = ("-in_force_from",)

    def render_sample_percent(self, value: Any) -> str:
        """A part of the claims, with the decimals that it has."""
        return f"{value.normalize():f}".replace(".", ",")
