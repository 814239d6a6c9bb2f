"""Pages of the sharing key: its versions, each with an example, and setting a new one."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from conamus import clock
from conamus.kernel.figures import format_date
from conamus.pages.forms import FormPage
from conamus.pages.views import ActorPage
from federations.rules.roles import Permission, is_permitted
from membership.forms.scales import SharingKeyForm, sharing_from
from membership.models import SharingKey as SharingKeyRow
from membership.rules.sharing import Shares, SharingKey, key_on, share
from membership.selectors.scales import shared_by, sharing_key_rows, sharing_keys
from membership.services.sharing import set_sharing_key

#: What the example shares: a household's contribution, and a new one's joining fee.
EXAMPLE_FRANCS, EXAMPLE_FEE_FRANCS = 30_000, 1_000


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A version of the key and what becomes of the example by it."""

    row: SharingKeyRow
    contribution: Shares
    fee: Shares
    is_current: bool


class SharingKeys(ActorPage):
    """Every version of the key, the latest first."""

    permission = Permission.SEE_CONTRIBUTIONS
    template_name = "membership/sharing_keys.html"

    def page(self) -> dict[str, Any]:
        """Return the versions with their examples."""
        today = clock.today()
        rows = list(sharing_key_rows(self.actor.tenant_id))
        current = key_on(map(shared_by, rows), today)
        may = is_permitted(self.actor.role, Permission.MANAGE_CAMPAIGNS)
        return {
            "title": "Clé de répartition",
            "state": _state(current),
            "lines": [_line(row, current) for row in rows],
            "example": EXAMPLE_FRANCS,
            "example_fee": EXAMPLE_FEE_FRANCS,
            "add_url": reverse("sharing_key_add") if may else "",
        }


def _state(current: SharingKey | None) -> str:
    if current is None:
        return "Aucune clé n’est en vigueur : les unités gardent tout ce qu’elles encaissent."
    return f"La clé en vigueur vaut depuis le {format_date(current.valid_from)}."


def _line(row: SharingKeyRow, current: SharingKey | None) -> KeyLine:
    key = shared_by(row)
    return KeyLine(
        row=row,
        contribution=share(key, contribution_francs=EXAMPLE_FRANCS, fee_francs=0),
        fee=share(key, contribution_francs=0, fee_francs=EXAMPLE_FEE_FRANCS),
        is_current=key == current,
    )


class SharingKeyAdd(FormPage):
    """Set a new key, which takes over from a day on."""

    permission = Permission.MANAGE_CAMPAIGNS
    form_class = SharingKeyForm
    title = "Fixer une nouvelle clé"
    submit_label = "Fixer la clé"
    success_message = "La nouvelle clé est fixée."
    intro = (
        "La part qui monte à la fédération et à CONAMUS, de chaque cotisation et de chaque droit "
        "d’adhésion ; l’unité garde le reste. La clé d’avant prend fin la veille : les paiements "
        "déjà partagés ne changent pas."
    )

    def get_initial(self) -> dict[str, Any]:
        """Begin from the key in force."""
        current = key_on(sharing_keys(self.actor.tenant_id), clock.today())
        names = SharingKey.__dataclass_fields__
        known = {} if current is None else {name: getattr(current, name) for name in names}
        return {**known, "valid_from": clock.today()}

    def save(self, data: dict[str, Any]) -> SharingKeyRow:
        """Call the service."""
        return set_sharing_key(
            actor=self.actor, sharing=sharing_from(data), key=data["submission_key"]
        )

    def done_url(self, made: SharingKeyRow) -> str:
        """Show the versions."""
        return reverse("sharing_keys")

    def cancel_url(self) -> str:
        """Go back to them."""
        return reverse("sharing_keys")
