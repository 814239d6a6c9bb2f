"""Pages of benefit packages: the list, one explained in words, adopting, preparing, into force."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from claims.filters.terms import PackageFilter
from claims.forms.packages import PackageEnforceForm, PackageStartForm, PackageTermsForm
from claims.models import BenefitPackage, PackageClause
from claims.rules.package import Package
from claims.rules.packages import PARTS, Fault, clauses_of, faults
from claims.rules.sentences import clause_sentence, describe
from claims.selectors.catalogue import act_names
from claims.selectors.package_versions import (
    clauses_in_order,
    held_on,
    latest_in_force,
    packages_in_sight,
    readable_package,
    template_of,
)
from claims.selectors.packages import LoadedPackage
from claims.services.packages import (
    adopt_package,
    discard_package,
    put_package_in_force,
    start_package,
    write_terms,
)
from claims.tables.terms import PackageTable
from conamus import clock
from conamus.kernel.figures import format_date
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage
from federations.rules.roles import Permission, is_permitted
from federations.views.confirm import ConfirmPage
from membership.selectors.campaigns import last_year
from membership.views.campaigns import campaign_year

State = BenefitPackage.State


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """A clause in words, and its row where it may be changed."""

    row: PackageClause
    sentence: str


@dataclass(frozen=True, slots=True)
class Part:
    """The clauses of one kind, with what is wrong with them."""

    kind: str
    label: str
    lines: list[ClauseLine]
    faults: list[Fault]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a package says that another does not, and the other way round."""

    whose: str
    added: list[str]
    dropped: list[str]

    @property
    def is_same(self) -> bool:
        """Tell whether both say the same."""
        return not self.added and not self.dropped


class PackageList(ListPage):
    """One's own packages and CONAMUS's."""

    permission = Permission.SEE_CARE_TERMS
    title = "Paquets de prestations"
    table_class = PackageTable
    filter_class = PackageFilter
    empty_text = "Aucun paquet : CONAMUS écrit celui d’une année, et vous l’adoptez."
    add_url_name = "package_start"
    add_label = "Préparer un paquet"
    add_permission = Permission.MANAGE_CARE_TERMS

    def rows(self) -> QuerySet[BenefitPackage]:
        """Return the rows."""
        return packages_in_sight(self.actor)

    def state(self, count: int) -> str:
        """Say by which package today's care is decided."""
        held = held_on(self.actor.tenant_id, clock.today())
        if held is None or held.row.in_force_from is None:
            return "Aucun paquet ne vaut aujourd’hui : aucune attestation ne peut être décidée."
        since = format_date(held.row.in_force_from)
        whose = held.row.tenant.short_name
        return f"Les soins d’aujourd’hui suivent celui de {whose}, en vigueur dès le {since}."


class PackageDetail(ActorPage):
    """A package in words, its faults while it is a draft, and what differs from others."""

    permission = Permission.SEE_CARE_TERMS
    template_name = "claims/package_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the clauses by kind and what may be done."""
        loaded = readable_package(self.actor, self.kwargs["pk"])
        acts = act_names(self.actor.tenant_id)
        found = faults(loaded.package) if loaded.row.state == State.DRAFT else ()
        row = loaded.row
        return {
            "title": f"Paquet {row.year_id}, {row.tenant.short_name}",
            "state": _state_of(row),
            "row": row,
            "facts": _facts(row),
            "parts": _parts(loaded, acts, found),
            "own_sentences": describe(loaded.package, acts)[-2:],
            "package_faults": [fault for fault in found if fault.part == "package"],
            "faults": found,
            "comparisons": _comparisons(loaded, acts),
            "kinds": PackageClause.Kind.choices,
            **self._actions(row),
        }

    def _actions(self, row: BenefitPackage) -> dict[str, Any]:
        may = is_permitted(self.actor.role, Permission.MANAGE_CARE_TERMS)
        is_own = row.tenant_id == self.actor.tenant_id
        return {
            "is_draft": may and is_own and row.state == State.DRAFT,
            "may_replace": may and is_own and row.state == State.IN_FORCE,
            "may_adopt": may and not is_own and row.state == State.IN_FORCE,
        }


def _state_of(row: BenefitPackage) -> str:
    if row.state == State.DRAFT or row.in_force_from is None:
        return "En préparation : il ne vaut pas encore."
    since = format_date(row.in_force_from)
    until = f" et jusqu’au {format_date(row.in_force_until)} exclu" if row.in_force_until else ""
    if row.in_force_until == row.in_force_from:
        return "Remplacé avant d’avoir commencé : aucun soin ne l’a suivi."
    derogation = f" Dérogation du {format_date(row.derogation_on)}." if row.derogation_on else ""
    return f"Vaut pour les soins donnés dès le {since}{until}.{derogation}"


def _facts(row: BenefitPackage) -> list[tuple[str, Any]]:
    facts = [
        ("Dérogation du", format_date(row.derogation_on) if row.derogation_on else ""),
        ("Motif", row.derogation_reason),
        ("Adopté par", row.adopted_by),
    ]
    return [fact for fact in facts if fact[1]]


def _parts(loaded: LoadedPackage, acts: dict[str, str], found: tuple[Fault, ...]) -> list[Part]:
    """The clauses as the rules rank them, so that a fault's rank is the line's."""
    sentences: dict[str, list[str]] = {part: [] for part in PARTS}
    for part, _, clause in clauses_of(loaded.package):
        sentences[part].append(clause_sentence(clause, acts))
    rows: dict[str, list[PackageClause]] = {}
    for row in clauses_in_order(loaded.row):
        rows.setdefault(f"{row.kind}s", []).append(row)
    return [
        Part(
            kind=kind,
            label=label,
            lines=[
                ClauseLine(row, said)
                for row, said in zip(rows.get(f"{kind}s", []), sentences[f"{kind}s"], strict=True)
            ],
            faults=[fault for fault in found if fault.part == f"{kind}s"],
        )
        for kind, label in PackageClause.Kind.choices
    ]


def _comparisons(loaded: LoadedPackage, acts: dict[str, str]) -> list[Comparison]:
    """What differs from last year's, and a federation's from CONAMUS's of the year."""
    row = loaded.row
    others = [
        (latest_in_force(row.tenant_id, row.year_id - 1), f"celui de {row.year_id - 1}"),
        (template_of(row.tenant_id, row.year_id), "celui de CONAMUS"),
    ]
    return [
        _compared(loaded.package, other.package, whose, acts)
        for other, whose in others
        if other is not None
    ]


def _compared(mine: Package, other: Package, whose: str, acts: dict[str, str]) -> Comparison:
    said, before = describe(mine, acts), describe(other, acts)
    return Comparison(
        whose=whose,
        added=[one for one in said if one not in before],
        dropped=[one for one in before if one not in said],
    )


class PackageAdopt(ConfirmPage):
    """Adopt CONAMUS's package of a year as it is."""

    permission = Permission.MANAGE_CARE_TERMS
    title = "Adopter le paquet de CONAMUS"
    submit_label = "Adopter ce paquet"
    success_message = "Le paquet est en vigueur."

    @cached_property
    def year(self) -> int:
        """The year of the address."""
        return campaign_year(self.request)

    def consequence(self) -> str:
        """Say what happens."""
        return (
            f"Le paquet type {self.year} de CONAMUS est copié chez vous et mis en vigueur. S’il en "
            "remplace un autre, les soins déjà donnés gardent celui de leur jour."
        )

    def save(self, data: dict[str, Any]) -> BenefitPackage:
        """Call the service."""
        return adopt_package(actor=self.actor, year=self.year, key=data["submission_key"])

    def done_url(self, made: BenefitPackage) -> str:
        """Show it."""
        return reverse("package_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("packages")


class PackageStart(FormPage):
    """Begin a draft."""

    permission = Permission.MANAGE_CARE_TERMS
    form_class = PackageStartForm
    title = "Préparer un paquet"
    submit_label = "Préparer"
    success_message = "Le paquet est en préparation : changez ce qui diffère."
    intro = (
        "Un paquet se prépare comme copie d’un autre ; rien ne change avant que vous le mettiez "
        "en vigueur."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the open years, the latest first, and the packages that can be copied."""
        last = last_year() or clock.today().year
        sources = list(packages_in_sight(self.actor))
        initial = {
            "year": campaign_year(self.request),
            "source": self.request.GET.get("de", str(sources[0].pk) if sources else ""),
        }
        given = {"years": [last, last - 1], "sources": sources, "initial": initial}
        return {**super().get_form_kwargs(), **given}

    def save(self, data: dict[str, Any]) -> BenefitPackage:
        """Call the service."""
        return start_package(
            actor=self.actor,
            year=data["year"],
            from_package_id=data["source"],
            key=data["submission_key"],
        )

    def done_url(self, made: BenefitPackage) -> str:
        """Show its clauses."""
        return reverse("package_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("packages")


class PackageTerms(FormPage):
    """What a draft says beside its clauses, and its derogation."""

    permission = Permission.MANAGE_CARE_TERMS
    form_class = PackageTermsForm
    title = "Délais et dérogation"
    success_message = "Le paquet en préparation est enregistré."

    def get_initial(self) -> dict[str, Any]:
        """Begin from the draft as it is."""
        row = readable_package(self.actor, self.kwargs["pk"]).row
        names = ("late_after_days", "accepts_unpriced", "derogation_on", "derogation_reason")
        return {name: getattr(row, name) for name in names}

    def save(self, data: dict[str, Any]) -> BenefitPackage:
        """Call the service."""
        return write_terms(
            actor=self.actor,
            package_id=self.kwargs["pk"],
            late_after_days=data["late_after_days"],
            accepts_unpriced=data["accepts_unpriced"],
            derogation_on=data["derogation_on"],
            derogation_reason=data["derogation_reason"],
        )

    def done_url(self, made: BenefitPackage) -> str:
        """Show it."""
        return self.cancel_url()

    def cancel_url(self) -> str:
        """Go back to it."""
        return reverse("package_detail", kwargs=self.kwargs)


class PackageEnforce(FormPage):
    """Put a draft in force."""

    permission = Permission.MANAGE_CARE_TERMS
    form_class = PackageEnforceForm
    title = "Mettre le paquet en vigueur"
    submit_label = "Mettre en vigueur"
    success_message = "Le paquet est en vigueur."
    intro = (
        "Il vaudra pour les soins donnés dès ce jour. Un paquet en vigueur ne se modifie plus : "
        "on en prépare une nouvelle version, qui vaut dès un autre jour."
    )

    def get_initial(self) -> dict[str, Any]:
        """Begin today, or with the year."""
        year = readable_package(self.actor, self.kwargs["pk"]).row.year
        return {"in_force_from": max(clock.today(), year.starts_on)}

    def save(self, data: dict[str, Any]) -> BenefitPackage:
        """Call the service."""
        return put_package_in_force(
            actor=self.actor, package_id=self.kwargs["pk"], in_force_from=data["in_force_from"]
        )

    def done_url(self, made: BenefitPackage) -> str:
        """Show it."""
        return self.cancel_url()

    def cancel_url(self) -> str:
        """Go back to it."""
        return reverse("package_detail", kwargs=self.kwargs)


class PackageDiscard(ConfirmPage):
    """Drop a draft."""

    permission = Permission.MANAGE_CARE_TERMS
    title = "Abandonner ce paquet en préparation"
    submit_label = "Abandonner"
    success_message = "Le paquet en préparation est abandonné."
    is_dangerous = True

    def consequence(self) -> str:
        """Say what goes; another's package does not exist."""
        readable_package(self.actor, self.kwargs["pk"])
        return (
            "Ce paquet n’a jamais été en vigueur : il disparaît de la liste, l’historique garde "
            "ce qu’il était."
        )

    def save(self, data: dict[str, Any]) -> None:
        """Call the service."""
        discard_package(actor=self.actor, package_id=self.kwargs["pk"])

    def done_url(self, made: None) -> str:
        """Go back to the list."""
        return reverse("packages")

    def cancel_url(self) -> str:
        """Go back to it."""
        return reverse("package_detail", kwargs=self.kwargs)
