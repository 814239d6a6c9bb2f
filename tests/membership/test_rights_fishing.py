"""Nobody reads the register through the rights check: pace, trace, statements slipped in."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import F

from conamus.kernel.errors import DomainError
from federations.tenancy.actor import Actor
from federations.tenancy.fence import ACTOR_ROLES
from membership.models import Beneficiary, RightsCheck
from membership.services.life_events import add_dependant
from membership.services.people import PersonFacts
from membership.services.rights import Outcome, ask_rights
from tests.membership.asking import MOST, ask, have_asked
from tests.membership.families import TODAY
from tests.world import World

Scopes = Callable[[Actor], AbstractContextManager]
Wall = Callable[[], AbstractContextManager]

#: More than one person may ask, each about the same patient and a number of nobody.
_ASKED = MOST + 10
_LOOK = "rights_facts(ARRAY['UMU-1003-0', g::text], '{}', '', NULL, '2025-06-30', 'essai')"
#: Each look beside a mark that the caller writes: the limit once was such a mark.
_AT_ONCE = f"""
SELECT count(f.number), count(*) FILTER (WHERE f.is_refused)
FROM generate_series(1, {_ASKED}) g
CROSS JOIN LATERAL (SELECT set_config('app.rights_asked', 'x' || g, true)) mark
CROSS JOIN LATERAL {_LOOK} f
"""
#: Each look undone as soon as it was taken, with its trace; then what the session knows forgotten.
_UNDONE = f"""
DO $block$
DECLARE told integer := 0; number text;
BEGIN
    FOR g IN 1..{_ASKED} LOOP
        BEGIN
            SELECT f.number INTO number FROM {_LOOK} f;
            told := told + (number IS NOT NULL)::int;
            RAISE EXCEPTION 'undone';
        EXCEPTION WHEN raise_exception THEN NULL;
        END;
        EXECUTE 'DISCARD SEQUENCES';
    END LOOP;
    PERFORM set_config('app.essai', told::text, true);
END
$block$
"""


def _answered(world: World, as_actor: Scopes, text: str, *, by: str = "fabrice") -> bool:
    return ask(world, as_actor, by, text).outcome is Outcome.FOUND


@pytest.mark.parametrize("username", ["fabrice", "agnes"])
def test_who_asks_too_much_is_refused_and_traced(
    username: str, world: World, as_actor: Scopes, behind_the_wall: Wall
) -> None:
    actor = world.actor(username)
    with behind_the_wall():
        have_asked(actor, MOST - 2)
    # The same patients again are no other patients.
    for text in ("UMU-1003-0", "UMU-1003-0", "umu-1003-0", "UMU-1002-0"):
        assert _answered(world, as_actor, text, by=username)
    for _ in range(2):
        answer = ask(world, as_actor, username, "UMU-1001")
        assert (answer.outcome, answer.people) == (Outcome.TOO_OFTEN, ())
        assert "60 vérifications en 5 minutes" in answer.refusal
    assert _answered(world, as_actor, "UMU-1002-0", by=username)
    other = {"fabrice": "amina", "agnes": "fabrice"}[username]
    assert _answered(world, as_actor, "UMU-1003-0", by=other)
    with behind_the_wall():
        traces = RightsCheck.objects.filter(asked_by_user_id=actor.user_id)
        first, _ = traces.filter(how="refused").order_by("pk")
        assert (first.asked, first.found, first.people, first.answers) == ("UMU-1001", 0, [], [])
        # Once the minutes are over, the next patient is received.
        traces.update(asked_at=F("asked_at") - timedelta(minutes=6))
    assert _answered(world, as_actor, "UMU-1001", by=username)


def test_numbers_of_nobody_are_counted_each(
    world: World, as_actor: Scopes, behind_the_wall: Wall
) -> None:
    with behind_the_wall():
        have_asked(world.actor("fabrice"), MOST - 2)
    for number in ("UMU-9998", "UMU-9999"):
        assert ask(world, as_actor, "fabrice", number).outcome is Outcome.NOBODY
    assert ask(world, as_actor, "fabrice", "UMU-1003-0").outcome is Outcome.TOO_OFTEN


def test_whoever_comes_from_another_household_is_a_check_too(
    world: World, as_actor: Scopes, behind_the_wall: Wall
) -> None:
    agnes = world.actor("agnes")
    with behind_the_wall():
        have_asked(agnes, MOST)
    facts = PersonFacts(
        family_name="Umucoa", given_name="Kéza", sex="F", birth_date=date(1980, 5, 1)
    )
    with as_actor(agnes), pytest.raises(DomainError, match="60 vérifications") as refused:
        add_dependant(
            actor=agnes,
            household_id=world.households["UMU-1002"],
            facts=facts,
            joined_on=TODAY,
            is_confirmed=True,
            known_number="INE-1003-0",
        )
    assert refused.value.field == "known_number"


def test_a_statement_is_told_no_more_than_a_person(
    world: World, as_actor: Scopes, behind_the_wall: Wall
) -> None:
    with as_actor(world.actor("bernard")), connection.cursor() as cursor:
        cursor.execute(_AT_ONCE)
        assert cursor.fetchone() == (MOST, _ASKED - MOST)
    with behind_the_wall():
        traces = list(RightsCheck.objects.filter(tenant_id=world.tenants["INEZA"]).order_by("pk"))
        person = Beneficiary.objects.get(number="UMU-1003-0").pk
    assert [row.how for row in traces] == ["number"] * MOST + ["refused"] * (_ASKED - MOST)
    assert {tuple(row.people) for row in traces[:MOST]} == {(person,)}


def test_what_is_undone_stays_counted(world: World, as_actor: Scopes) -> None:
    with as_actor(world.actor("bernard")), connection.cursor() as cursor:
        cursor.execute(_UNDONE)
        cursor.execute("SELECT current_setting('app.essai')")
        assert cursor.fetchone() == (str(MOST),)


def test_the_trace_and_the_count_are_out_of_their_callers_reach(
    world: World, as_actor: Scopes
) -> None:
    fabrice = world.actor("fabrice")
    with as_actor(fabrice):
        ask_rights(actor=fabrice, text="UMU-1003-0")
        trace = RightsCheck.objects.get()
        assert RightsCheck.objects.update(answers=[{}]) == 0
    trace.pk = None
    for act in (
        trace.save,
        RightsCheck.objects.all().delete,
        lambda: RightsCheck.objects.update(people=[]),
        lambda: RightsCheck.objects.update(how="refused"),
    ):
        with pytest.raises(ProgrammingError, match="denied"), as_actor(fabrice):
            act()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r FROM unnest(%s) r WHERE has_sequence_privilege(r, 'rights_asked', 'USAGE')"
            " OR has_sequence_privilege(r, 'rights_asked', 'UPDATE')",
            [list(ACTOR_ROLES)],
        )
        assert cursor.fetchall() == []


def test_whom_a_number_means_names_nobody_and_only_in_a_scope(
    world: World, as_actor: Scopes
) -> None:
    with as_actor(world.actor("bernard")), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM patients_numbered(ARRAY['UMU-1001'], '2025-06-30')")
        assert len(cursor.fetchall()) == 3
        columns = {column.name for column in cursor.description}
    assert not columns & {"family_name", "given_name", "phone", "sex"}
    for role in ("conamus_facility", "conamus_regulator"):
        with (
            pytest.raises(ProgrammingError, match="denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SET LOCAL ROLE {role}")
            cursor.execute("SELECT * FROM patients_numbered(ARRAY['UMU-1001'], '2025-06-30')")
