"""Pages of what happens to the people of a household, each event with its own small form."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from conamus import clock
from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_date
from conamus.pages.views import ActorPage, ActorView
from federations.models import StoredFile
from federations.rules.roles import Permission, is_permitted
from membership.forms.fields import Birth
from membership.forms.households import person_facts
from membership.forms.life import (
    BirthForm,
    DeathForm,
    DepartureForm,
    DependantForm,
    NewHeadForm,
    PersonEditForm,
    TakeBackForm,
)
from membership.models import Beneficiary, Household
from membership.selectors.growth import limit_passed, supplement_sentence, supplements_for
from membership.selectors.households import household_by_id, members
from membership.selectors.members import own_member
from membership.selectors.rights import coverage_of_household
from membership.services.corrections import correct_person
from membership.services.guardians import Guardian
from membership.services.holding import may_return
from membership.services.life_events import (
    add_dependant,
    name_new_head,
    record_birth,
    record_death,
    record_departure,
)
from membership.services.taken_back import may_be_taken_back, take_back_leaving
from membership.views.doubts import DoubtsPage
from membership.views.parts import HouseholdFormPage, PersonFormPage


class PersonDetail(ActorPage):
    """One person: what is written, the rights of today, and what can be done."""

    permission = Permission.SEE_HOUSEHOLDS
    template_name = "membership/person_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the person."""
        person = own_member(self.actor, self.kwargs["person_id"])
        household = household_by_id(self.actor, person.household_id)
        today = clock.today()
        coverages = {
            one.pk: coverage for one, coverage in coverage_of_household(household.pk, today)
        }
        is_written = person.left_on is None and person.died_on is None
        is_open = household.closed_on is None
        may_decide = is_permitted(self.actor.role, Permission.DECIDE_MEMBERSHIP)
        may_write = is_permitted(self.actor.role, Permission.ENROL_HOUSEHOLDS)
        return {
            "title": str(person),
            "person": person,
            "household": household,
            "coverage": coverages.get(person.pk),
            "facts": _facts(person),
            "may_change": is_written and is_open and may_write,
            "may_leave": is_written and (is_open or may_return(household)) and may_write,
            "may_merge": may_decide,
            "may_take_back": may_decide and may_be_taken_back(person),
        }


def _facts(person: Beneficiary) -> list[tuple[str, Any]]:
    birth = format_date(person.birth_date)
    if person.is_birth_estimated:
        birth = f"vers {person.birth_date.year}"
    return [
        ("Numéro", person.number),
        ("Lien", person.get_relationship_display()),
        ("Sexe", person.get_sex_display()),
        ("Naissance", birth),
        ("Téléphone", person.phone),
        ("Pièce d’identité", person.identity_paper),
        ("Dans le ménage depuis le", format_date(person.joined_on)),
        *([("Décédé le", format_date(person.died_on))] if person.died_on else []),
        *(
            [("Sorti le", f"{format_date(person.left_on)}, {person.get_left_because_display()}")]
            if person.left_on
            else []
        ),
    ]


class PersonPhoto(ActorView):
    """A person's photo, for those who may see the household."""

    permission = Permission.SEE_HOUSEHOLDS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the picture."""
        person = own_member(self.actor, self.kwargs["person_id"])
        own = StoredFile.objects.filter(tenant_id=self.actor.tenant_id)
        photo = own.filter(pk=person.photo_id or 0).first()
        if photo is None:
            raise NotFound("Cette personne n’a pas de photo.")
        return HttpResponse(bytes(photo.content), content_type=photo.content_type)


def joined_sentence(household: Household, person: Beneficiary) -> str:
    """Say the name and number of who joined, what it costs, and when the household is too large."""
    told = [
        f"{person} est dans le ménage sous le numéro {person.number}.",
        supplement_sentence(supplements_for(person)),
    ]
    most = limit_passed(household)
    if most is not None:
        told.append(
            f"Le ménage dépasse les {most} personnes du barème : au renouvellement, partagez-le "
            "en deux ménages, à moins que la limite ne change."
        )
    return " ".join(filter(None, told))


class BirthAdd(DoubtsPage, HouseholdFormPage):
    """Declare a newborn."""

    form_class = BirthForm
    title = "Déclarer une naissance"
    submit_label = "Déclarer la naissance"
    intro = (
        "L’enfant d’une mère couverte l’est dès la naissance ; la déclaration prolonge ses droits."
    )

    def save(self, data: dict[str, Any]) -> Beneficiary:
        """Call the service."""
        with self.told():
            return record_birth(
                actor=self.actor,
                household_id=self.household.pk,
                facts=person_facts({**data, "phone": ""}),
                declared_on=data["declared_on"],
                backdating_reason=data.get("backdating_reason", ""),
                is_confirmed=self.is_confirmed,
                key=data["submission_key"],
            )

    def success_message_for(self, made: Beneficiary) -> str:
        """Say the name and the number."""
        return joined_sentence(self.household, made)


class DependantAdd(DoubtsPage, HouseholdFormPage):
    """Take somebody into the household."""

    form_class = DependantForm
    title = "Nouvelle personne à charge"
    submit_label = "Inscrire la personne"
    intro = (
        "Si le barème de l’année demande un supplément, il s’ajoute à ce que le ménage doit, et "
        "les droits de la personne suivent son paiement ; sinon elle compte dès le renouvellement. "
        "Un enfant né dans ce ménage se déclare sous « Naissance » ; venu avec sa mère, il attend "
        "comme elle."
    )

    def save(self, data: dict[str, Any]) -> Beneficiary:
        """Call the service."""
        with self.told():
            return add_dependant(
                actor=self.actor,
                household_id=self.household.pk,
                facts=person_facts(data),
                joined_on=data["joined_on"],
                by_marriage=data["by_marriage"],
                is_confirmed=self.is_confirmed,
                known_number=data["known_number"],
                backdating_reason=data.get("backdating_reason", ""),
                key=data["submission_key"],
            )

    def success_message_for(self, made: Beneficiary) -> str:
        """Say the name and the number."""
        return joined_sentence(self.household, made)


class NewHead(HouseholdFormPage):
    """Another member becomes the head."""

    form_class = NewHeadForm
    title = "Nouvel adhérent"
    submit_label = "Nommer l’adhérent"
    success_message = "Le ménage a un nouvel adhérent."

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the others."""
        head = Beneficiary.Relationship.HEAD
        others = [one for one in present(self.household) if one.relationship != head]
        return {**super().get_form_kwargs(), "others": others}

    def get_initial(self) -> dict[str, Any]:
        """Carry the version that is shown; nobody is chosen beforehand."""
        return {"version": self.household.version}

    def save(self, data: dict[str, Any]) -> Household:
        """Call the service."""
        return name_new_head(
            actor=self.actor,
            household_id=self.household.pk,
            new_head_id=data["new_head"],
            version=data["version"],
            named_on=data["named_on"],
            former_becomes=data["former_becomes"],
        )


def present(household: Household) -> list[Beneficiary]:
    """Return who is in the household."""
    return [one for one in members(household) if one.left_on is None]


class LeavingPage(PersonFormPage):
    """What a death and a departure have in common."""

    abstract = True

    @cached_property
    def others(self) -> list[Beneficiary]:
        """Who may take the head's place; nobody where the person is not the head."""
        if self.person.relationship != Beneficiary.Relationship.HEAD:
            return []
        return [one for one in present(self.household) if one.pk != self.person.pk]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer who may take the head's place."""
        return {**super().get_form_kwargs(), "others": self.others}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what follows."""
        told = []
        if self.others:
            first = f"{self.person} est l’adhérent : choisissez qui le devient."
            told = [first, "Les autres restent couverts jusqu’à la fin de l’année."]
        elif len(present(self.household)) == 1:
            told = ["Plus personne ne reste : le ménage sera fermé."]
        return super().get_context_data(**{"explanation": told, **kwargs})


def told_guardian(data: dict[str, Any]) -> Guardian | None:
    """Return who answers for the children that are left; None: nobody is named."""
    name = data.get("guardian_name", "")
    return Guardian(name, data["guardian_phone"]) if name else None


class PersonDeath(LeavingPage):
    """Write a death."""

    form_class = DeathForm
    title = "Inscrire un décès"
    submit_label = "Inscrire le décès"
    success_message = "Le décès est inscrit."

    def save(self, data: dict[str, Any]) -> Beneficiary:
        """Call the service."""
        return record_death(
            actor=self.actor,
            person_id=self.person.pk,
            died_on=data["died_on"],
            new_head_id=data.get("new_head"),
            guardian=told_guardian(data),
            backdating_reason=data.get("backdating_reason", ""),
        )


class PersonDeparture(LeavingPage):
    """Write a departure or a marriage."""

    form_class = DepartureForm
    title = "Inscrire un départ"
    submit_label = "Inscrire le départ"
    success_message = "Le départ est inscrit."

    def save(self, data: dict[str, Any]) -> Beneficiary:
        """Call the service."""
        return record_departure(
            actor=self.actor,
            person_id=self.person.pk,
            left_on=data["left_on"],
            because=data["because"],
            note=data["note"],
            new_head_id=data.get("new_head"),
            guardian=told_guardian(data),
            backdating_reason=data.get("backdating_reason", ""),
        )


class PersonTakeBack(PersonFormPage):
    """Take back a death or a departure that was written by mistake."""

    permission = Permission.DECIDE_MEMBERSHIP
    form_class = TakeBackForm
    title = "Reprendre un décès ou un départ"
    submit_label = "Remettre dans le ménage"
    intro = (
        "Pour ce qui fut inscrit par erreur : la personne est de nouveau dans le ménage, comme si "
        "elle ne l’avait pas quitté. La vie du ménage garde les deux événements."
    )
    success_message = "La personne est de nouveau dans le ménage."

    def save(self, data: dict[str, Any]) -> Beneficiary:
        """Call the service."""
        return take_back_leaving(
            actor=self.actor,
            person_id=self.person.pk,
            because=data["because"],
            returns_as=data["returns_as"],
        )


class PersonEdit(DoubtsPage, PersonFormPage):
    """Correct a person's record."""

    form_class = PersonEditForm
    title = "Corriger la fiche"
    intro = "L’historique garde ce qui était écrit."
    success_message = "La fiche est corrigée."

    def get_initial(self) -> dict[str, Any]:
        """Begin from what is written."""
        row = self.person
        names = ("family_name", "given_name", "sex", "relationship", "phone", "identity_paper")
        estimated = row.is_birth_estimated
        birth = Birth(None, row.birth_date.year) if estimated else Birth(row.birth_date, None)
        return {
            **{name: getattr(row, name) for name in names},
            "birth": birth,
            "joined_on": row.joined_on,
            "version": self.household.version,
        }

    def save(self, data: dict[str, Any]) -> Beneficiary:
        """Call the service."""
        with self.told():
            return correct_person(
                actor=self.actor,
                person_id=self.person.pk,
                version=data["version"],
                facts=person_facts(data),
                joined_on=data["joined_on"],
                is_confirmed=self.is_confirmed,
                replacement_reason=data.get("replacement_reason", ""),
                backdating_reason=data.get("backdating_reason", ""),
            )

    def done_url(self, made: Any) -> str:
        """Go back to the person."""
        return reverse("household_person", args=[self.person.pk])
