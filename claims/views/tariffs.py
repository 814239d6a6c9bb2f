"""Pages of tariffs: the list, one price, which price holds where and why, setting and changing."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from claims.filters.terms import TariffFilter
from claims.forms.tariffs import PriceForm, TariffChangeForm, TariffEndForm, TariffForm
from claims.models import Tariff
from claims.selectors.agreements import own_facility
from claims.selectors.tariffs import (
    price_before,
    price_for,
    readable_tariff,
    since,
    tariffs_in_sight,
    whom,
)
from claims.services.tariffs import change_tariff, end_tariff, set_tariff, withdraw_tariff
from claims.tables.terms import TariffTable
from claims.views.terms_lists import TermsList
from conamus import clock
from conamus.kernel.figures import format_date, format_francs
from conamus.pages.forms import FormPage
from conamus.pages.views import ActorPage
from federations.rules.roles import Permission, is_permitted
from federations.views.confirm import ConfirmPage


class TariffList(TermsList):
    """One's own prices and CONAMUS's, of every day."""

    permission = Permission.SEE_CARE_TERMS
    template_name = "claims/tariffs.html"
    title = "Tarifs"
    table_class = TariffTable
    filter_class = TariffFilter
    import_kind = "tarifs"
    empty_text = "Aucun tarif : chaque acte est alors pris au prix demandé, ou n’est pas payé."
    add_url_name = "tariff_add"
    add_label = "Fixer un tarif"
    add_permission = Permission.MANAGE_CARE_TERMS

    def rows(self) -> QuerySet[Tariff]:
        """Return the rows."""
        return tariffs_in_sight(self.actor)


class PricePage(ActorPage):
    """Which price holds for a facility on a day, and why."""

    permission = Permission.SEE_CARE_TERMS
    template_name = "claims/price.html"

    def page(self) -> dict[str, Any]:
        """Return the question, and its answer once it is asked."""
        asked = self.request.GET
        form = PriceForm(asked or None, actor=self.actor, initial=self._initial())
        answer = form.is_valid() and price_for(
            self.actor.tenant_id, *(form.cleaned_data[name] for name in ("act", "facility", "on"))
        )
        return {
            "title": "Quel prix vaut ?",
            "state": "Le prix d’un acte pour une formation sanitaire un jour donné, et pourquoi.",
            "form": form,
            "asked": form.cleaned_data if answer else None,
            "answer": answer or None,
            "price": format_francs(answer.row.price_francs) if answer and answer.row else "",
            "others": [
                (whom(row), since(row), format_francs(row.price_francs))
                for row in (answer.passed_over if answer else ())
            ],
        }

    def _initial(self) -> dict[str, Any]:
        """A facility's user asks for their own."""
        own = own_facility(self.actor)
        return {"facility": own.code} if own else {}


class TariffDetail(ActorPage):
    """A price, and the other prices of the same act for the same facilities."""

    permission = Permission.SEE_CARE_TERMS
    template_name = "claims/tariff_detail.html"

    def page(self) -> dict[str, Any]:
        """Return it with its history."""
        row = readable_tariff(self.actor, self.kwargs["pk"])
        same = ("tenant_id", "act_id", "facility_id", "level", "ownership")
        versions = tariffs_in_sight(self.actor).filter(
            **{name: getattr(row, name) for name in same}
        )
        return {
            "title": f"{row.act.code} : {format_francs(row.price_francs)}",
            "state": f"{row.act.full_name} : {whom(row)}, {since(row)}.",
            "row": row,
            "versions": [
                (one, since(one), format_francs(one.price_francs))
                for one in versions.order_by("-starts_on")
            ],
            **self._actions(row),
        }

    def _actions(self, row: Tariff) -> dict[str, Any]:
        is_own = row.tenant_id == self.actor.tenant_id
        may = is_own and is_permitted(self.actor.role, Permission.MANAGE_CARE_TERMS)
        today = clock.today()
        runs = row.ends_on is None or row.ends_on > today
        return {
            "may_change": may and runs,
            "may_withdraw": may and row.starts_on > today,
        }


class TariffAdd(FormPage):
    """Set a price."""

    permission = Permission.MANAGE_CARE_TERMS
    form_class = TariffForm
    form: TariffForm
    title = "Fixer un tarif"
    success_message = "Le tarif est fixé."
    intro = (
        "Le tarif le plus proche vaut : d’abord celui de la formation sanitaire, puis de son type "
        "et de son statut, de son type, de son statut, enfin le général."
    )

    def get_initial(self) -> dict[str, Any]:
        """Begin today, with the act and facility of the address."""
        asked = {name: self.request.GET.get(word, "")
                 for name, word in (("act", "acte"), ("facility", "formation"))}  # fmt: skip
        return {**asked, "starts_on": clock.today()}

    def save(self, data: dict[str, Any]) -> Tariff:
        """Call the service."""
        return set_tariff(actor=self.actor, tariff=self.form.tariff(), key=data["submission_key"])

    def done_url(self, made: Tariff) -> str:
        """Show it."""
        return reverse("tariff_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("tariffs")


class TariffChange(FormPage):
    """A new price from a day on."""

    permission = Permission.MANAGE_CARE_TERMS
    form_class = TariffChangeForm
    title = "Changer le prix"
    submit_label = "Changer le prix"
    success_message = "Le nouveau prix est fixé ; l’ancien prend fin ce jour-là."
    intro = (
        "Un prix qui a commencé ne se modifie pas : il prend fin, un autre commence. Les soins "
        "d’avant gardent le leur."
    )

    def get_initial(self) -> dict[str, Any]:
        """Begin from the price as it is, today."""
        row = readable_tariff(self.actor, self.kwargs["pk"])
        return {"price_francs": row.price_francs, "starts_on": clock.today()}

    def save(self, data: dict[str, Any]) -> Tariff:
        """Call the service."""
        return change_tariff(
            actor=self.actor,
            tariff_id=self.kwargs["pk"],
            price_francs=data["price_francs"],
            starts_on=data["starts_on"],
            key=data["submission_key"],
        )

    def done_url(self, made: Tariff) -> str:
        """Show the new one."""
        return reverse("tariff_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to it."""
        return reverse("tariff_detail", kwargs=self.kwargs)


class TariffEnd(FormPage):
    """End a price."""

    permission = Permission.MANAGE_CARE_TERMS
    form_class = TariffEndForm
    title = "Mettre fin au tarif"
    submit_label = "Mettre fin"
    success_message = "Le tarif a une fin."
    intro = "Dès ce jour, le tarif le plus proche après lui vaut, ou aucun."

    def get_initial(self) -> dict[str, Any]:
        """Begin today, of a price that exists."""
        readable_tariff(self.actor, self.kwargs["pk"])
        return {"ends_on": clock.today()}

    def save(self, data: dict[str, Any]) -> Tariff:
        """Call the service."""
        return end_tariff(actor=self.actor, tariff_id=self.kwargs["pk"], ends_on=data["ends_on"])

    def done_url(self, made: Tariff) -> str:
        """Show it."""
        return self.cancel_url()

    def cancel_url(self) -> str:
        """Go back to it."""
        return reverse("tariff_detail", kwargs=self.kwargs)


def _instead(row: Tariff) -> str:
    """Say what holds on the days of a price that is withdrawn."""
    before = price_before(row)
    if before is None:
        return "À sa place, le tarif le plus proche après lui vaut, ou aucun."
    until = f"jusqu’au {format_date(row.ends_on)} exclu" if row.ends_on else "sans fin"
    price = format_francs(before.price_francs)
    return f"Le prix d’avant, {price}, continue à sa place, {until}."


class TariffWithdraw(ConfirmPage):
    """Drop a price that has not begun."""

    permission = Permission.MANAGE_CARE_TERMS
    title = "Supprimer ce tarif"
    submit_label = "Supprimer"
    success_message = "Le tarif est supprimé."
    is_dangerous = True

    def consequence(self) -> str:
        """Say what goes, and what holds in its place."""
        row = readable_tariff(self.actor, self.kwargs["pk"])
        return (
            f"Il commencerait le {format_date(row.starts_on)} : aucun soin n’a été payé à ce "
            f"prix. {_instead(row)} L’historique garde qu’il était prévu."
        )

    def save(self, data: dict[str, Any]) -> None:
        """Call the service."""
        withdraw_tariff(actor=self.actor, tariff_id=self.kwargs["pk"])

    def done_url(self, made: None) -> str:
        """Go back to the list."""
        return reverse("tariffs")

    def cancel_url(self) -> str:
        """Go back to it."""
        return reverse("tariff_detail", kwargs=self.kwargs)
