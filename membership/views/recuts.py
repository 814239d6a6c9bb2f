"""Pages of a re-cut: decided with its counts in sight, followed, finished, taken back."""

from functools import cached_property
from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse

from conamus import clock
from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_date
from conamus.pages.forms import FormPage, ServiceForm
from federations.models import Job, Recut, Unit
from federations.rules.roles import Permission, is_permitted
from federations.selectors.heirs import following_roles, following_units
from federations.selectors.units import open_communes, recut_parts
from federations.views.confirm import ConfirmPage
from federations.views.directory.unit_forms import initial_of
from federations.views.directory.units import OneUnitForm
from membership.rules.sentences import counted
from membership.selectors.recuts import (
    destinations,
    households_by_colline,
    own_recut,
    passages,
    unfinished_job,
)
from membership.services.recuts import Plan, ToConfirm, decide_recut, send_rest, undo_recut
from membership.views.recut_forms import MOST_OPENED, RecutForm, chosen_of, field_of, how_many

_SEND_REST = "Faire passer les unités et les personnes"


class UnitRecut(OneUnitForm):
    """Close a unit, perhaps others with it, and open those that replace it."""

    form_class = RecutForm
    template_name = "membership/recut_form.html"
    title = "Redécouper l’unité"
    submit_label = "Fermer l’ancienne et ouvrir la nouvelle"
    intro = (
        "Les unités ferment au jour dit et d’autres les remplacent. Ce qui en dépend, les "
        "personnes qui y travaillent et les ménages passent ce jour-là, chaque ménage à l’unité "
        "de sa colline. Les adhésions signées et les rapports passés gardent l’ancienne."
    )
    success_message = "Le redécoupage est décidé."
    #: What is to be confirmed, once it is known.
    plan: Plan | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        """Say for which unit, and for how many new ones."""
        asked: QueryDict = self.request.POST if self.request.method == "POST" else self.request.GET
        asked = asked if self.found is None else self.found
        return {**super().get_form_kwargs(), "unit": self.unit, "opened": how_many(asked)}

    def get_initial(self) -> dict[str, Any]:
        """Begin from the old unit and its zone."""
        first = initial_of(self.unit)
        others = {
            f"{name}_{place}": first[name]
            for name in ("kind", "parent", "management_centre")
            for place in range(2, MOST_OPENED + 1)
        }
        return first | others | {"communes": open_communes(self.unit)}

    def save(self, data: dict[str, Any]) -> Recut:
        """Call the service; where households go somewhere, that is shown and confirmed first."""
        closing = [self.unit.pk, *data.get("also", ())]
        try:
            return decide_recut(
                actor=self.actor,
                unit_ids=closing,
                on_date=data["on_date"],
                openings=self.form.openings(),
                heirs=dict.fromkeys(closing, data.get("heir", 1) - 1),
                chosen=self.form.chosen(),
                confirmed=data["confirmed"],
                submission_key=data["submission_key"],
            )
        except ToConfirm as question:
            self.plan = question.plan
            raise

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the plan where there is one, its digest in the form that is sent next."""
        if self.plan is not None:
            form.data = form.data.copy()
            form.data["confirmed"] = self.plan.digest if self.plan.is_decided else ""
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the plan to confirm, and how many units may be opened."""
        shown = super().get_context_data(**kwargs)
        form = shown["form"]
        names = [
            form.data.get(f"name_{place}" if place > 1 else "name", "")
            for place in range(1, form.opened + 1)
        ]
        is_decided = self.plan is not None and self.plan.is_decided
        if is_decided:
            shown["submit_label"] = "Confirmer le redécoupage"
        return shown | {
            "unit": self.unit,
            "is_decided": is_decided,
            "how_many": range(1, MOST_OPENED + 1),
            "opened": form.opened,
            "plan": self.plan and _plan_rows(self.plan, names),
            "asked": self.plan and _asked(self.plan, names),
        }

    def done_url(self, made: Recut) -> str:
        """Follow the households."""
        return reverse("recut_detail", args=[made.pk])


def _plan_rows(plan: Plan, names: list[str]) -> list[tuple[str, str, int]]:
    return [
        (unit, "à dire ci-dessous" if place is None else names[place], count)
        for (unit, place), count in plan.counts().items()
    ]


def _asked(plan: Plan, names: list[str]) -> list[dict[str, Any]]:
    """The collines that a person places, each with the new units to choose from."""
    return [
        {
            "name": field_of(line.unit_id, line.colline_id),
            "unit": line.unit,
            "colline": line.colline,
            "households": line.households,
            "choices": [(str(n), name, n == line.place) for n, name in enumerate(names)],
        }
        for line in plan.lines
        if line.is_asked
    ]


class RecutDetail(FormPage):
    """A re-cut: its units, where its households went, and those still to be placed."""

    permission = Permission.MANAGE_UNITS
    form_class = ServiceForm
    template_name = "membership/recut_detail.html"
    title = "Redécoupage"
    submit_label = "Faire passer les ménages"
    success_message = "La tâche est lancée ; elle se poursuit sans vous."

    @cached_property
    def recut(self) -> Recut:
        """The re-cut of the address."""
        return own_recut(self.actor, self.kwargs["pk"])

    def save(self, data: dict[str, Any]) -> Job:
        """Call the service."""
        return send_rest(
            actor=self.actor, recut_id=self.recut.pk, chosen=chosen_of(self.request.POST)
        )

    def done_url(self, made: Job) -> str:
        """Follow the task."""
        return reverse("job_detail", args=[made.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the units, the passages and what is to be said."""
        recut = self.recut
        old, new = recut_parts(recut, is_new=False), recut_parts(recut, is_new=True)
        counts = households_by_colline(self.actor, [unit.pk for unit in old])
        where = destinations(recut, counts)
        is_standing = recut.taken_back_at is None
        choices = [(str(unit.pk), unit.name, False) for unit in new if unit.kind in Unit.INSURING]
        asked = [
            {
                "name": field_of(one.unit_id, one.colline_id),
                "unit": one.unit,
                "colline": one.colline,
                "households": one.households,
                "choices": choices,
            }
            for one in counts
            if where[one.unit_id, one.colline_id] is None
        ]
        decides = is_permitted(self.actor.role, Permission.DECIDE_MEMBERSHIP)
        following = following_units(recut) if is_standing else []
        roles = following_roles(recut) if is_standing else 0
        return super().get_context_data(
            recut=recut,
            old=old,
            new=new,
            state=_state(recut),
            passages=passages(recut, counts, where) if is_standing else [],
            asked=asked if is_standing and decides else [],
            may_send=is_standing and (decides if counts else bool(following or roles)),
            following=following,
            roles=counted(roles, "rôle") if roles else "",
            submit_label=self.submit_label if counts else _SEND_REST,
            job=unfinished_job(recut) if is_standing else None,
            may_undo=is_standing,
            **kwargs,
        )


def _state(recut: Recut) -> str:
    told = f"Au {format_date(recut.on_date)}, décidé par {recut.decided_by}"
    if recut.taken_back_at is not None:
        return f"{told} ; repris par {recut.taken_back_by} : les ménages sont rendus."
    if recut.on_date > clock.today():
        return f"{told} ; unités rattachées, personnes et ménages passeront ce jour-là."
    return f"{told}."


class RecutUndo(ConfirmPage):
    """Take a re-cut back, its households returned."""

    permission = Permission.MANAGE_UNITS
    title = "Reprendre le redécoupage"
    submit_label = "Reprendre le redécoupage"
    success_message = "Le redécoupage est repris ; les anciennes unités sont de nouveau ouvertes."
    is_dangerous = True

    @cached_property
    def recut(self) -> Recut:
        """The re-cut of the address, still standing."""
        recut = own_recut(self.actor, self.kwargs["pk"])
        if recut.taken_back_at is not None:
            raise NotFound("Ce redécoupage est déjà repris.")
        return recut

    def consequence(self) -> str:
        """Say what comes back, and what would prevent it."""
        old, new = recut_parts(self.recut, is_new=False), recut_parts(self.recut, is_new=True)
        return (
            f"{', '.join(unit.name for unit in old)} : de nouveau ouvert"
            f"{'e' if len(old) == 1 else 'es'}, avec leurs ménages et leurs personnes. "
            f"{', '.join(unit.name for unit in new)} : comme si jamais "
            f"ouvert{'e' if len(new) == 1 else 'es'}. Possible tant que rien ne s’est passé sur "
            f"{counted(len(new), 'nouvelle unité', 'nouvelles unités')} : ni adhésion, ni ménage "
            "inscrit, ni activité, ni personne nommée."
        )

    def save(self, data: dict[str, Any]) -> Recut:
        """Call the service."""
        return undo_recut(actor=self.actor, recut_id=self.recut.pk)

    def done_url(self, made: Recut) -> str:
        """Show the re-cut."""
        return reverse("recut_detail", args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the re-cut."""
        return reverse("recut_detail", args=[self.kwargs["pk"]])
