"""Pages of scales: the list, what each household pays, adopting, preparing, putting in force."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from conamus import clock
from conamus.kernel.figures import format_date, format_francs
from conamus.kernel.text import read_number
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage
from federations.rules.roles import Permission, is_permitted
from federations.views.confirm import ConfirmPage
from membership.filters.scales import ScaleFilter
from membership.forms.scales import EnforceForm, ScaleForm, ScaleStartForm, scale_initial
from membership.models import ContributionScale
from membership.rules.scale import (
    Category,
    PayerKind,
    Scale,
    amount_due,
)
from membership.rules.scale_sizes import SizeRow, compare_scales
from membership.rules.sentences import counted, percent
from membership.selectors.campaigns import last_year
from membership.selectors.scales import (
    LoadedScale,
    readable_scale,
    readable_scales,
    scale_in_force,
)
from membership.services.scales import (
    adopt_template,
    discard_scale,
    put_scale_in_force,
    start_scale,
    write_scale,
)
from membership.tables.scales import ScaleTable
from membership.views.campaigns import campaign_year

State = ContributionScale.State
#: Sizes of household shown: larger ones follow the last band's supplement.
SIZES = range(1, 16)


@dataclass(frozen=True, slots=True)
class CategoryTable:
    """What households of a category pay, size by size, and one amount explained."""

    label: str
    payer: str
    rows: list[SizeRow]
    #: The category shown before that pays the same, size by size; empty: none.
    same_as: str
    example_size: int
    explanation: tuple[str, ...]


class ScaleList(ListPage):
    """One's own scales and CONAMUS's templates."""

    permission = Permission.SEE_CONTRIBUTIONS
    title = "Barèmes des cotisations"
    table_class = ScaleTable
    filter_class = ScaleFilter
    empty_text = "Aucun barème : CONAMUS écrit le barème type d’une année, et vous l’adoptez."
    add_url_name = "scale_start"
    add_label = "Préparer un barème"
    add_permission = Permission.MANAGE_CAMPAIGNS

    def rows(self) -> QuerySet[ContributionScale]:
        """Return the rows."""
        return readable_scales(self.actor.tenant_id)

    def state(self, count: int) -> str:
        """Say what holds for the year in use."""
        year = campaign_year(self.request)
        loaded = scale_in_force(self.actor.tenant_id, year)
        if loaded is None:
            return f"Aucun barème n’est en vigueur pour {year} : adhérer n’est pas encore possible."
        since = format_date(loaded.row.in_force_from) if loaded.row.in_force_from else "n.d."
        return f"Le barème {year} est en vigueur depuis le {since}."


class ScaleDetail(ActorPage):
    """What a household of each size pays, the difference with last year, who else pays."""

    permission = Permission.SEE_CONTRIBUTIONS
    template_name = "membership/scale_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the amounts by category and what may be done."""
        loaded = readable_scale(self.actor.tenant_id, self.kwargs["pk"])
        row = loaded.row
        before = scale_in_force(row.tenant_id, row.year_id - 1)
        return {
            "title": f"Barème {row.year_id}, {row.tenant.short_name}",
            "state": _state_of(row),
            "row": row,
            "facts": _facts(loaded),
            "categories": _category_tables(loaded.scale, before.scale if before else None),
            "year_before": row.year_id - 1,
            **self._actions(row),
        }

    def _actions(self, row: ContributionScale) -> dict[str, Any]:
        may = is_permitted(self.actor.role, Permission.MANAGE_CAMPAIGNS)
        is_own = row.tenant_id == self.actor.tenant_id
        return {
            "is_draft": may and is_own and row.state == State.DRAFT,
            "may_replace": may and is_own and row.state == State.IN_FORCE,
            "may_adopt": may and not is_own and row.state == State.IN_FORCE,
        }


def _state_of(row: ContributionScale) -> str:
    if row.state == State.DRAFT:
        return "En préparation : il ne vaut pas encore."
    since = format_date(row.in_force_from) if row.in_force_from else "n.d."
    if row.state == State.REPLACED:
        return f"Remplacé : il valait depuis le {since}, et reste celui des adhésions d’alors."
    derogation = f" Dérogation du {format_date(row.derogation_on)}." if row.derogation_on else ""
    return f"En vigueur depuis le {since}.{derogation}"


def _facts(loaded: LoadedScale) -> list[tuple[str, Any]]:
    row = loaded.row
    facts: list[tuple[str, Any]] = [
        ("Droit d’adhésion d’un nouveau ménage", format_francs(row.joining_fee_francs)),
        ("Dû de nouveau par qui revient", "jamais" if row.fee_again_after_years is None
         else f"après {counted(row.fee_again_after_years, 'année')} sans adhésion"),
        ("Taille des ménages", f"{row.most_people} personnes au plus" if row.most_people
         else "sans limite"),
        ("Personne entrée en cours d’année", loaded.scale.growth.label),
    ]  # fmt: skip
    if row.derogation_on or row.derogation_reason:
        facts += [("Dérogation du", format_date(row.derogation_on)),
                  ("Motif", row.derogation_reason)]  # fmt: skip
    return [*facts, ("Adopté par", row.adopted_by)]


def _category_tables(scale: Scale, before: Scale | None) -> list[CategoryTable]:
    tables: list[CategoryTable] = []
    for category in scale.categories:
        rows = compare_scales(scale, before, SIZES, category.code)
        size = rows[len(rows) // 2].size
        due = amount_due(scale, size=size, category=category.code, is_new=True)
        same = next((table.label for table in tables if table.rows == rows), "")
        payer = _payer_phrase(category)
        tables.append(CategoryTable(category.label, payer, rows, same, size, due.explanation))
    return tables


def _payer_phrase(category: Category) -> str:
    if category.payer is PayerKind.HOUSEHOLD:
        return ""
    return f"{category.payer.label} : {percent(category.payer_percent)}"


class ScaleAdopt(ConfirmPage):
    """Adopt CONAMUS's scale of a year as it is."""

    permission = Permission.MANAGE_CAMPAIGNS
    title = "Adopter le barème de CONAMUS"
    submit_label = "Adopter ce barème"
    success_message = "Le barème est en vigueur."

    @cached_property
    def year(self) -> int:
        """The year of the address."""
        return campaign_year(self.request)

    def consequence(self) -> str:
        """Say what happens."""
        return (
            f"Le barème type {self.year} de CONAMUS est copié chez vous et mis en vigueur "
            "aujourd’hui. S’il en remplace un autre, les adhésions déjà signées gardent le leur."
        )

    def save(self, data: dict[str, Any]) -> ContributionScale:
        """Call the service."""
        return adopt_template(actor=self.actor, year=self.year, key=data["submission_key"])

    def done_url(self, made: ContributionScale) -> str:
        """Show it."""
        return reverse("scale_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("scales")


class ScaleStart(FormPage):
    """Begin a draft."""

    permission = Permission.MANAGE_CAMPAIGNS
    form_class = ScaleStartForm
    title = "Préparer un barème"
    submit_label = "Préparer"
    success_message = "Le barème est en préparation : changez ce qui diffère."
    intro = (
        "Un barème se prépare comme copie d’un autre ; rien ne change avant que vous le mettiez "
        "en vigueur."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the open years, the latest first, and the scales that can be copied."""
        last = last_year() or clock.today().year
        sources = list(readable_scales(self.actor.tenant_id))
        return {
            **super().get_form_kwargs(),
            "years": [last, last - 1],
            "sources": sources,
            "initial": {
                "year": campaign_year(self.request),
                "source": self.request.GET.get("de", ""),
            },
        }

    def save(self, data: dict[str, Any]) -> ContributionScale:
        """Call the service."""
        return start_scale(
            actor=self.actor,
            year=data["year"],
            from_scale_id=data["source"],
            key=data["submission_key"],
        )

    def done_url(self, made: ContributionScale) -> str:
        """Go on to its amounts."""
        return reverse("scale_edit", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("scales")


class ScaleEdit(FormPage):
    """Write a draft's amounts and categories."""

    permission = Permission.MANAGE_CAMPAIGNS
    form_class = ScaleForm
    template_name = "membership/scale_form.html"
    title = "Barème en préparation"
    success_message = "Le barème en préparation est enregistré."

    @cached_property
    def loaded(self) -> LoadedScale:
        """The draft of the address."""
        return readable_scale(self.actor.tenant_id, self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        """Begin from the draft as it is."""
        return scale_initial(self.loaded)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, or show the form with one more row and all that was typed."""
        kind = request.POST.get("add_row")
        if kind in ("bands", "categories"):
            typed: dict[str, Any] = request.POST.dict()
            typed[f"{kind}-rows"] = (read_number(typed.get(f"{kind}-rows", "")) or 0) + 1
            form = self.form_class(initial=typed, actor=self.actor)
            return self.render_to_response(self.get_context_data(form=form))
        return super().post(request, *args, **kwargs)

    def save(self, data: dict[str, Any]) -> None:
        """Call the service."""
        draft = self.form.draft(self.loaded.row.year_id)
        write_scale(actor=self.actor, scale_id=self.kwargs["pk"], draft=draft)

    def done_url(self, made: None) -> str:
        """Show the scale."""
        return self.cancel_url()

    def page(self) -> dict[str, Any]:
        """Say which year it is for."""
        return {"state": f"Année mutualiste {self.loaded.row.year_id}. Il ne vaut pas encore."}

    def cancel_url(self) -> str:
        """Go back to the scale."""
        return reverse("scale_detail", args=[self.kwargs["pk"]])


class ScaleEnforce(FormPage):
    """Put a draft in force."""

    permission = Permission.MANAGE_CAMPAIGNS
    form_class = EnforceForm
    title = "Mettre le barème en vigueur"
    submit_label = "Mettre en vigueur"
    success_message = "Le barème est en vigueur."
    intro = (
        "Il vaudra pour toute adhésion signée ensuite. S’il en remplace un autre, les adhésions "
        "déjà signées gardent le leur. Un barème en vigueur ne se modifie plus : on le remplace."
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Look the scale up first: another's does not exist."""
        readable_scale(self.actor.tenant_id, self.kwargs["pk"])
        return super().get_context_data(**kwargs)

    def get_initial(self) -> dict[str, Any]:
        """Begin today."""
        return {"in_force_from": clock.today()}

    def save(self, data: dict[str, Any]) -> ContributionScale:
        """Call the service."""
        return put_scale_in_force(
            actor=self.actor, scale_id=self.kwargs["pk"], in_force_from=data["in_force_from"]
        )

    def done_url(self, made: ContributionScale) -> str:
        """Show it."""
        return self.cancel_url()

    def cancel_url(self) -> str:
        """Go back to the scale."""
        return reverse("scale_detail", args=[self.kwargs["pk"]])


class ScaleDiscard(ConfirmPage):
    """Drop a draft."""

    permission = Permission.MANAGE_CAMPAIGNS
    title = "Abandonner ce barème en préparation"
    submit_label = "Abandonner"
    success_message = "Le barème en préparation est abandonné."
    is_dangerous = True

    def consequence(self) -> str:
        """Say what goes; another's scale does not exist."""
        readable_scale(self.actor.tenant_id, self.kwargs["pk"])
        return (
            "Ce barème n’a jamais été en vigueur : il disparaît de la liste, l’historique garde "
            "ce qu’il était."
        )

    def save(self, data: dict[str, Any]) -> None:
        """Call the service."""
        discard_scale(actor=self.actor, scale_id=self.kwargs["pk"])

    def done_url(self, made: None) -> str:
        """Go back to the list."""
        return reverse("scales")

    def cancel_url(self) -> str:
        """Go back to the scale."""
        return reverse("scale_detail", args=[self.kwargs["pk"]])
