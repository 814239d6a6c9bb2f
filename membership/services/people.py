"""People of a household as they are written: names folded, birth, telephone, papers, photo."""

from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from conamus import clock
from conamus.kernel.errors import DomainError, Gathering
from conamus.kernel.phones import clean_phone
from conamus.kernel.text import has_letter, search_key, sign_in_name, sort_key, tidy
from federations.models import StoredFile
from federations.services.checked import save_checked
from federations.services.files import store_file
from federations.services.pictures import clean_picture
from membership.models import Beneficiary
from membership.rules.households import check_birth, estimated_birth
from membership.rules.identity import phonetic_key


@dataclass(frozen=True, kw_only=True)
class PersonFacts:
    """What is said of a person; the day of birth, or its year where the day is not known."""

    family_name: str
    given_name: str
    sex: str
    relationship: str = Beneficiary.Relationship.CHILD.value
    birth_date: date | None = None
    birth_year: int | None = None
    phone: str = ""
    identity_paper: str = ""
    #: The number of the record that a person had in another household of the network.
    known_number: str = ""
    photo: bytes | None = field(default=None, repr=False)

    @property
    def is_birth_estimated(self) -> bool:
        """Whether only the year is known."""
        return self.birth_date is None

    def content(self) -> list[Any]:
        """Return what tells two submissions apart."""
        photo = sha256(self.photo).hexdigest() if self.photo else ""
        return [
            *(getattr(self, name) for name in self.__dataclass_fields__ if name != "photo"),
            photo,
        ]


def birth_of(facts: PersonFacts, *, there_on: date, prefix: str = "") -> date:
    """Return the day of birth, or the day that stands for its year; DomainError for none.

    ``there_on``: since when the person is in the household, so born by then.
    """
    today = clock.today()
    if facts.birth_date is not None:
        check_birth(facts.birth_date, today, field=f"{prefix}birth_date")
        return facts.birth_date
    if facts.birth_year is None:
        raise DomainError(
            "Donnez la date de naissance, ou l’année si le jour n’est pas connu.",
            field=f"{prefix}birth_date",
        )
    born = estimated_birth(facts.birth_year, min(there_on, today))
    check_birth(born, today, field=f"{prefix}birth_year")
    return born


def set_facts(person: Beneficiary, facts: PersonFacts, *, there_on: date, prefix: str = "") -> None:
    """Write what is said into a person's row; every refusal at once, at its field.

    ``there_on``: see ``birth_of``.
    """
    gathering = Gathering()
    with gathering.part():
        person.birth_date = birth_of(facts, there_on=there_on, prefix=prefix)
    with gathering.part():
        person.phone = clean_phone(facts.phone, field=f"{prefix}phone")
    with gathering.part():
        set_names(person, facts.family_name, facts.given_name, prefix=prefix)
    gathering.refuse()
    person.is_birth_estimated = facts.is_birth_estimated
    person.sex = facts.sex
    person.relationship = facts.relationship
    person.identity_paper = clean_paper(facts.identity_paper)


def set_names(person: Beneficiary, family: str, given: str, *, prefix: str = "") -> None:
    """Write the names and every fold that they are sorted, searched and compared by."""
    family, given = tidy(family), tidy(given)
    for name, text in (("family_name", family), ("given_name", given)):
        if not has_letter(text):
            raise DomainError("Ce nom n’a aucune lettre.", field=f"{prefix}{name}")
        if sign := sign_in_name(text):
            told = f"« {sign} » n’a pas sa place dans un nom : des lettres seulement."
            raise DomainError(told, field=f"{prefix}{name}")
    person.family_name, person.given_name = family, given
    person.sort_key = sort_key(f"{family} {given}")[:125]
    person.search_key = search_key(f"{family} {given}")[:125]
    person.given_key = search_key(f"{given} {family}")[:125]
    person.phonetic_key = phonetic_key(family, given)


def clean_paper(text: str) -> str:
    """Return the number of an identity paper as it is compared: capitals, single spaces."""
    return " ".join(text.upper().split())


def save_person(person: Beneficiary, *, prefix: str = "") -> None:
    """Save a person; what the row refuses is told at the form's own field."""
    try:
        save_checked(person, conflict_field="number")
    except DomainError as error:
        gathering = Gathering()
        gathering.found = [
            type(one)(one.message, field=f"{prefix}{one.field}" if one.field else None)
            for one in error.each()
        ]
        gathering.refuse()


def store_photo(tenant_id: int, content: bytes | None, *, prefix: str = "") -> StoredFile | None:
    """Keep a person's photo, written anew without what it told; None: there is none."""
    if not content:
        return None
    picture = clean_picture(content, field=f"{prefix}photo")
    return store_file(
        tenant_id=tenant_id,
        name="photo",
        content_type=picture.content_type,
        content=picture.content,
    )
