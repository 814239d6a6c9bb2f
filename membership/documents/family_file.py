"""The family file: all that is known of a household, on paper, to be checked and signed."""

from datetime import date
from typing import Any

from conamus.printing.pdf import SANS, PrintedDocument, data_address, print_html, render_html
from federations.models import Federation, StoredFile
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Household
from membership.selectors.cards import latest_card
from membership.selectors.life import enrolments_with_paid, former_numbers
from membership.selectors.rights import coverage_of_household
from membership.selectors.scales import category_name, scale_in_force

_TEMPLATE = "pdf/membership/family_file.html"


def family_file_pdf(actor: Actor, household: Household, *, on: date) -> PrintedDocument:
    """Return the file of a household (loaded by ``household_by_id``) as it is on a day."""
    people = coverage_of_household(household.pk, on)
    photos = _photos(actor, [person for person, _ in people])
    card = latest_card(actor, household.pk)
    context = {
        "federation": Federation.objects.get(pk=actor.tenant_id).name,
        "household": household,
        "category": category_label(household, on.year),
        "people": [
            (person, coverage, photos.get(person.photo_id or 0, ""))
            for person, coverage in people
            if person.left_on is None
        ],
        "gone": [person for person, _ in people if person.left_on is not None],
        "years": enrolments_with_paid(household),
        "former": former_numbers(household),
        "card": card,
        "card_fault": card.fault(on) if card else "",
        "on": on,
        "sans": SANS,
    }
    return print_html(render_html(_TEMPLATE, context))


def category_label(household: Household, year: int) -> str:
    """Return the French name of a household's category, by the scale of the year."""
    scale = scale_in_force(household.tenant_id, year)
    labels: dict[str, Any] = (
        {} if scale is None else {one.code: one.label for one in scale.scale.categories}
    )
    found = labels.get(household.category)
    return str(found or category_name(household.tenant_id, household.category))


def _photos(actor: Actor, people: list[Beneficiary]) -> dict[int, str]:
    wanted = {person.photo_id for person in people if person.photo_id}
    files = StoredFile.objects.filter(tenant_id=actor.tenant_id, pk__in=wanted)
    return {file.pk: data_address(file.content_type, bytes(file.content)) for file in files}
