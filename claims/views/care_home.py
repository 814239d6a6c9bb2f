"""The home of care: what waits for who looks, and the works of care with what each is for."""

from typing import Any

from django.urls import reverse

from claims.filters.money import OPEN, TO_PAY
from claims.filters.signals import TO_REDO
from claims.models import ClaimSignal, FacilityInvoice
from claims.rules.states import State
from claims.selectors.care_waiting import Waits, Work, care_waiting
from conamus import clock
from conamus.pages.navigation import menu_of
from conamus.pages.views import ActorPage
from federations.rules.roles import Permission
from membership.rules.sentences import counted

#: Of each work that waits: what waits (one, several), what is done, its page, its list's filter.
_SAID: dict[Work, tuple[str, str, str, str, str]] = {
    Work.TO_SUBMIT: (
        "attestation saisie à transmettre", "attestations saisies à transmettre", "Transmettre",
        "claims", f"state={State.ENTERED.value}",
    ),
    Work.TO_CHECK: (
        "attestation transmise, pas encore contrôlée",
        "attestations transmises, pas encore contrôlées", "Voir",
        "claims", f"state={State.SUBMITTED.value}",
    ),
    Work.TO_REVIEW: (
        "attestation à examiner", "attestations à examiner", "Examiner", "review_queue", "",
    ),
    Work.TO_ANSWER: (
        "réponse attendue de vous", "réponses attendues de vous", "Répondre", "claim_replies", "",
    ),
    Work.SIGNALS: (
        "signal à examiner", "signaux à examiner", "Examiner", "signal_list",
        f"state={ClaimSignal.State.OPEN.value}",
    ),
    Work.FACILITY_SIGNALS: (
        "mois d’une formation sanitaire à examiner", "mois de formations sanitaires à examiner",
        "Examiner", "signal_facilities", f"state={ClaimSignal.State.OPEN.value}",
    ),
    Work.TO_REDO: (
        "décision à refaire : un signal levé après elle est confirmé",
        "décisions à refaire : un signal levé après elles est confirmé",
        "Refaire", "signal_list", f"when={TO_REDO}",
    ),
    Work.TO_SETTLE: (
        "facture reçue à arrêter", "factures reçues à arrêter", "Arrêter", "invoices",
        f"state={FacilityInvoice.State.RECEIVED.value}",
    ),
    Work.TO_PAY: (
        "facture arrêtée à payer", "factures arrêtées à payer", "Payer", "invoices",
        f"due={TO_PAY}",
    ),
    Work.COMPLAINTS: (
        "réclamation à répondre", "réclamations à répondre", "Répondre", "complaints",
        f"state={OPEN}",
    ),
}  # fmt: skip


class CareHome(ActorPage):
    """« Soins »: the works of care of a role, and what waits in them."""

    permission = Permission.SEE_CARE_TERMS
    template_name = "claims/care_home.html"

    def page(self) -> dict[str, Any]:
        """Return what waits, and the works with their pages."""
        waits = care_waiting(self.actor, clock.today())
        return {
            "title": "Vue d’ensemble des soins",
            "state": "Ce qui vous attend, puis chaque travail et sa page.",
            "tasks": [_task(one) for one in waits],
            "works": self._works(),
        }

    def _works(self) -> list[tuple[str, list[dict[str, str]]]]:
        """The pages of care that the role opens, by the work that they serve."""
        entries = menu_of(self.actor.role)
        care = next(entry for entry in entries if entry.pages[0].url_name == "care_home")
        return [
            (
                name,
                [
                    {"label": page.label, "url": reverse(page.url_name), "about": page.about}
                    for page in pages
                ],
            )
            for name, pages in care.groups.items()
            if name
        ]


def _task(one: Waits) -> dict[str, str]:
    """Return a line of what waits: how pressing, the sentence, where it is done."""
    single, several, action, page, query = _SAID[one.work]
    query += f"&annee={one.year}" if one.year else ""
    sentence = counted(one.count, single, several)
    sentence += f", soins de {one.year}" if one.year else ""
    sentence += f", dont {one.late} en retard" if one.late else ""
    return {
        "level": "bad" if one.late else "watch",
        "word": "en retard" if one.late else "à faire",
        "sentence": sentence,
        "action": action,
        "url": f"{reverse(page)}?{query}" if query else reverse(page),
    }
