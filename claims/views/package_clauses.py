"""Pages of a draft's clauses, each form showing only what its kind needs; and the bill tried."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from claims.forms.packages import ClauseForm, clause_initial
from claims.forms.simulation import SimulationForm
from claims.models import PackageClause
from claims.rules.clauses import SHAPES
from claims.selectors.agreements import own_facility
from claims.selectors.catalogue import open_acts
from claims.selectors.package_versions import readable_package
from claims.selectors.packages import LoadedPackage
from claims.selectors.simulation import Simulation, simulate
from claims.services.package_clauses import add_clause, change_clause, drop_clause
from conamus import clock
from conamus.kernel.errors import DomainError, NotFound
from conamus.pages.forms import FormPage
from conamus.pages.views import ActorPage
from federations.rules.roles import Permission
from federations.tenancy.actor import Actor
from federations.views.confirm import ConfirmPage


class _ClauseForm(FormPage):
    """What adding and changing have in common."""

    abstract = True
    form_class = ClauseForm
    form: ClauseForm
    template_name = "claims/clause_form.html"
    #: What kind of clause it is.
    kind: str

    def get_form_kwargs(self) -> dict[str, Any]:
        """Show only what the kind needs."""
        return {**super().get_form_kwargs(), "kind": self.kind}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the kind, once the form has told it."""
        kwargs.setdefault("form", self.get_form())
        label = PackageClause.Kind(self.kind).label
        return super().get_context_data(state=f"{label.capitalize()}.", **kwargs)

    def done_url(self, made: Any) -> str:
        """Show the package."""
        return self.cancel_url()

    def cancel_url(self) -> str:
        """Go back to the package."""
        return reverse("package_detail", args=[self.kwargs["pk"]])


class ClauseAdd(_ClauseForm):
    """Add a clause of the kind in the address."""

    permission = Permission.MANAGE_CARE_TERMS
    title = "Ajouter une clause"
    success_message = "La clause est ajoutée."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Read the kind."""
        super().setup(request, *args, **kwargs)
        self.kind = kwargs["kind"]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Refuse a kind that no package knows."""
        if self.kind not in SHAPES:
            raise NotFound("Cette nature de clause n’existe pas.")
        return super().get_form_kwargs()

    def save(self, data: dict[str, Any]) -> PackageClause:
        """Call the service."""
        return add_clause(
            actor=self.actor,
            package_id=self.kwargs["pk"],
            kind=self.kind,
            values=self.form.values(),
            key=data["submission_key"],
        )


class ClauseChange(_ClauseForm):
    """Change a clause of a draft."""

    permission = Permission.MANAGE_CARE_TERMS
    title = "Changer une clause"
    success_message = "La clause est changée."

    def get_form_kwargs(self) -> dict[str, Any]:
        """Begin from the clause as it is."""
        clause = _clause(self.actor, self.kwargs)
        self.kind = clause.kind
        return {**super().get_form_kwargs(), "initial": clause_initial(clause)}

    def save(self, data: dict[str, Any]) -> PackageClause:
        """Call the service."""
        return change_clause(
            actor=self.actor,
            package_id=self.kwargs["pk"],
            clause_id=self.kwargs["clause_id"],
            values=self.form.values(),
        )


class ClauseDrop(ConfirmPage):
    """Take a clause out of a draft."""

    permission = Permission.MANAGE_CARE_TERMS
    title = "Retirer une clause"
    submit_label = "Retirer"
    success_message = "La clause est retirée."
    is_dangerous = True

    def consequence(self) -> str:
        """Say what goes."""
        clause = _clause(self.actor, self.kwargs)
        return f"La clause « {clause.get_kind_display()} » sort du paquet en préparation."

    def save(self, data: dict[str, Any]) -> None:
        """Call the service."""
        drop_clause(
            actor=self.actor,
            package_id=self.kwargs["pk"],
            clause_id=self.kwargs["clause_id"],
        )

    def done_url(self, made: None) -> str:
        """Show the package."""
        return self.cancel_url()

    def cancel_url(self) -> str:
        """Go back to the package."""
        return reverse("package_detail", args=[self.kwargs["pk"]])


def _clause(actor: Actor, kwargs: dict[str, Any]) -> PackageClause:
    row = readable_package(actor, kwargs["pk"]).row
    for clause in row.clauses.all():
        if clause.pk == kwargs["clause_id"]:
            return clause
    raise NotFound("Cette clause n’existe pas.")


class PackageSimulation(ActorPage):
    """Try a package on a bill: each line with its cuts and their sentences. Nothing is written."""

    permission = Permission.SEE_CARE_TERMS
    template_name = "claims/package_simulation.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the form, and the bill decided once it is asked."""
        loaded = readable_package(self.actor, self.kwargs["pk"])
        form = SimulationForm(request.GET or None, actor=self.actor, initial=self._initial(loaded))
        made = self._simulated(form, loaded) if form.is_valid() else None
        context = self.get_context_data(form=form, loaded=loaded, made=made)
        return self.render_to_response(context, status=422 if form.errors else 200)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the package."""
        row = kwargs["loaded"].row
        acts = open_acts(self.actor.tenant_id, clock.today())
        return super().get_context_data(
            acts=acts.order_by("code"),
            title="Simuler une facture",
            state=f"Paquet {row.year_id}, {row.tenant.short_name}, {row.get_state_display()}. "
            "Rien n’est enregistré.",
            row=row,
            **kwargs,
        )

    def _initial(self, loaded: LoadedPackage) -> dict[str, Any]:
        """Today, or the package's year; a facility's user asks for their own."""
        own = own_facility(self.actor)
        year, today = loaded.row.year, clock.today()
        held = year.starts_on <= today < year.ends_on
        return {"on": today if held else year.starts_on, "facility": own.code if own else ""}

    def _simulated(self, form: SimulationForm, loaded: LoadedPackage) -> Simulation | None:
        """Decide the bill; what the rules refuse is told beside its field."""
        try:
            return simulate(self.actor.tenant_id, loaded.package, form.bill())
        except DomainError as error:
            form.refuse(error)
            return None
