"""Who may be one of these people already: what a clerk is told before a household is saved.

Within the tenant candidates come from the indexes (phonetic fold of the names, telephone) and
are weighed by the identity rules. Of another federation no more is told than its name: the
narrow function answers with the tenant, for a whole name, a sex and a year of birth.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from federations.models import Federation
from federations.tenancy.actor import Actor
from membership.models import Beneficiary
from membership.rules.identity import Person, Verdict, compare

_ELSEWHERE = (
    "SELECT rank, tenant_id FROM possible_matches(%s::text[], %s::text[], %s::int[], %s::date[])"
)
MOST_TOLD = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """One of the new people, and the record that may be theirs; ``known`` None: elsewhere."""

    name: str
    known: Beneficiary | None
    federation: str = ""
    reasons: tuple[str, ...] = ()
    is_certain: bool = False


def likenesses(
    actor: Actor, people: Sequence[Beneficiary], *, colline_id: int, unit_id: int
) -> list[Likeness]:
    """Return the records that new people (not yet written) may have already, likest first."""
    here = _here(actor, people, colline_id, unit_id)
    return [*here, *_elsewhere(people)][:MOST_TOLD]


def _here(
    actor: Actor, people: Sequence[Beneficiary], colline_id: int, unit_id: int
) -> list[Likeness]:
    rows = list(_candidates(actor, people))
    known = {row.pk: _known_person(row) for row in rows}
    by_key = {row.pk: row for row in rows}
    found = []
    for index, person in enumerate(people):
        new = _new_person(person, -1 - index, colline_id, unit_id)
        for key, other in known.items():
            match = compare(new, other)
            if match.verdict is not Verdict.NONE:
                found.append((match.score, person, by_key[key], match))
    found.sort(key=lambda row: -row[0])
    return [
        Likeness(
            name=str(person),
            known=row,
            reasons=match.reasons,
            is_certain=match.verdict is Verdict.CERTAIN,
        )
        for _, person, row, match in found
    ]


def _candidates(actor: Actor, people: Sequence[Beneficiary]) -> Iterable[Beneficiary]:
    """Each side names the tenant, so that each can use its own index behind the wall."""
    own = Q(tenant_id=actor.tenant_id)
    either_way = {person.search_key for person in people} | {p.given_key for p in people}
    asked = own & Q(phonetic_key__in={person.phonetic_key for person in people})
    asked |= own & Q(search_key__in=either_way)
    phones = {person.phone for person in people} - {""}
    if phones:
        asked |= own & Q(phone__in=phones)
    found = Beneficiary.objects.filter(asked).exclude(
        left_because__in=(Beneficiary.Leaving.MERGED, Beneficiary.Leaving.MISTAKE)
    )
    return found.select_related("household__unit")[:200]


def people_sounding_like(
    tenant_id: int, sounds: Collection[str], phones: Collection[str]
) -> list[tuple[Beneficiary, Person]]:
    """Return the tenant's people who sound so or have such a telephone, as rules compare them."""
    own = Q(tenant_id=tenant_id)
    asked = own & Q(phonetic_key__in=sounds)
    if phones:
        asked |= own & Q(phone__in=phones)
    found = Beneficiary.objects.filter(asked).exclude(
        left_because__in=(Beneficiary.Leaving.MERGED, Beneficiary.Leaving.MISTAKE)
    )
    rows = found.select_related("household").order_by("pk") if sounds else ()
    return [(row, _known_person(row)) for row in rows]


def _known_person(row: Beneficiary) -> Person:
    return Person(
        key=row.pk,
        family_name=row.family_name,
        given_name=row.given_name,
        sex=row.sex,
        birth_date=row.birth_date,
        is_birth_estimated=row.is_birth_estimated,
        place=row.household.colline_id,
        area=row.household.unit_id,
        phone=row.phone,
        paper=row.identity_paper,
        household=row.household_id,
    )


def _new_person(person: Beneficiary, key: int, colline_id: int, unit_id: int) -> Person:
    return Person(
        key=key,
        family_name=person.family_name,
        given_name=person.given_name,
        sex=person.sex,
        birth_date=person.birth_date,
        is_birth_estimated=person.is_birth_estimated,
        place=colline_id,
        area=unit_id,
        phone=person.phone,
        paper=person.identity_paper,
    )


def _elsewhere(people: Sequence[Beneficiary]) -> list[Likeness]:
    """Another federation's name, where somebody of the same names, sex and age is there."""
    asked: list[Any] = [
        [person.phonetic_key for person in people],
        [person.sex for person in people],
        [person.birth_date.year for person in people],
        [None if one.is_birth_estimated else one.birth_date for one in people],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ELSEWHERE, asked)
        rows = cursor.fetchall()
    names = dict(
        Federation.objects.filter(pk__in={row[1] for row in rows}).values_list("pk", "short_name")
    )
    return [
        Likeness(
            name=str(people[rank - 1]),
            known=None,
            federation=names[tenant_id],
            reasons=("mêmes noms, même sexe, même âge",),
        )
        for rank, tenant_id in rows
    ]
