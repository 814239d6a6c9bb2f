"""Who may write what of membership, as the database asks it: the services' permissions in SQL.

The services ask the same before they write; these guards hold when a statement did not come from
a service (docs/decisions/0061). A role that writes a table by one service among several is let
through for that table: the service still decides of the rest.
"""

from django.conf import settings

from federations.rules.roles import Permission, Role, permitted_roles
from federations.tenancy.declarations import FEDERATION_SIDE, Guard
from federations.tenancy.guards import acts_as, written_by

#: It loads what others did before Conamus was there, and is asked by its services alone.
_BY_SYSTEM = acts_as((Role.SYSTEM,))
_ENROL = Permission.ENROL_HOUSEHOLDS
_DECIDE = Permission.DECIDE_MEMBERSHIP
_COLLECT = Permission.COLLECT_CONTRIBUTIONS
_REVERSE = Permission.REVERSE_RECEIPTS
_ISSUE = Permission.ISSUE_CARDS
_IMPORT = Permission.IMPORT_MEMBERS

#: Whoever writes about a household holds its row: who takes money, or issues its card, too.
HOUSEHOLDS = written_by(
    permitted_roles(_ENROL, _DECIDE),
    changers=permitted_roles(_ENROL, _DECIDE, _COLLECT, _REVERSE, _ISSUE),
)
#: What happened to beneficiaries, and what it adds to pay.
LIVES = written_by(permitted_roles(_ENROL, _DECIDE))
#: Nobody is entered under the identifier of who is in another household of the network, or dead.
PEOPLE = (
    *LIVES,
    Guard(
        "of_nobody_elsewhere",
        "INSERT",
        FEDERATION_SIDE,
        check=f"{_BY_SYSTEM} OR is_nowhere_else(person_id, number)",
        is_narrowing=True,
    ),
)
#: Over ``o``, a record as it was, and ``n``, as it becomes: whose it is stays; who left comes back
#: by who decides, and like a death only where the person is nowhere else. In a household that is
#: closed a record is no stay: its return asks again.
_NOWHERE_ELSE = "is_nowhere_else(n.person_id, n.number)"
_COMES_BACK = (
    f"(n.left_on IS NULL AND n.died_on IS NULL AND {acts_as(permitted_roles(_DECIDE))}"
    f" AND ({_NOWHERE_ELSE} OR EXISTS (SELECT FROM membership_household h"
    " WHERE h.id = n.household_id AND h.closed_on IS NOT NULL)))"
)
PERSON_CHANGE = (
    "(n.person_id, n.household_id) = (o.person_id, o.household_id)"
    " AND ((o.left_on IS NULL OR n.left_on = o.left_on)"
    f" AND (o.died_on IS NULL OR n.died_on = o.died_on) OR {_COMES_BACK})"
    f" AND (n.died_on IS NULL OR n.died_on = o.died_on OR {_NOWHERE_ELSE})"
)
#: The manager opens a range; every registration takes a number of it.
NUMBER_RANGES = written_by(permitted_roles(_DECIDE), changers=permitted_roles(_DECIDE, _ENROL))
FORMER_NUMBERS = written_by(permitted_roles(_DECIDE, _IMPORT))
#: Re-cuts, duplicates.
DECIDED = written_by(permitted_roles(_DECIDE))
_ACTOR_NAME = "current_setting('app.actor_name', true)"
#: A transfer begins proposed, in the own name. Only the origin's system answers it, at the hand of
#: who received the household (services/transfers/origin); the origin itself takes it back.
TRANSFERS = (
    *DECIDED,
    Guard(
        "proposed",
        "INSERT",
        FEDERATION_SIDE,
        check=f"{_BY_SYSTEM} OR (state = 'proposed' AND proposed_by = {_ACTOR_NAME}"
        " AND answered_at IS NULL AND answered_by = '' AND answer = ''"
        " AND opened_household_id IS NULL AND destination_unit_id IS NULL)",
        is_narrowing=True,
    ),
)
TRANSFER_CHANGE = (
    "o.state = 'proposed' AND n.state = 'withdrawn'"
    f" AND n.answered_by = {_ACTOR_NAME} AND n.answer = ''"
    " AND n.opened_household_id IS NULL AND n.destination_unit_id IS NULL"
)
#: What settles a year renews the next: who takes money enrols too (decision 0039).
ENROLMENTS = written_by(permitted_roles(_ENROL, _DECIDE, _COLLECT))
_SIGNERS = permitted_roles(_COLLECT, _DECIDE)
#: A transfer brings along what was accepted where the household came from: by who receives it.
_CAME_ALONG = (
    f"({acts_as(permitted_roles(_DECIDE))} AND EXISTS (SELECT FROM membership_enrolment e"
    " WHERE e.id = {enrolment} AND e.signed_at_id IS NOT NULL))"
)
#: A promise begins signed, without answer.
PROMISES = (
    *written_by(_SIGNERS, changers=permitted_roles(_DECIDE)),
    Guard(
        "signed_or_came_along",
        "INSERT",
        FEDERATION_SIDE,
        check=f"{_BY_SYSTEM} OR (withdrawn_on IS NULL AND CASE state WHEN 'signed'"
        " THEN answered_on IS NULL AND answered_by = '' AND answer = ''"
        f" WHEN 'accepted' THEN {_CAME_ALONG.format(enrolment='membership_promise.enrolment_id')}"
        " ELSE false END)",
        is_narrowing=True,
    ),
)
#: It is answered once, in the own name; what was accepted is taken back once.
PROMISE_CHANGE = (
    "o.withdrawn_on IS NULL AND CASE WHEN o.state = 'signed'"
    " THEN n.state IN ('accepted', 'refused') AND n.answered_on IS NOT NULL"
    f" AND n.answered_by = {_ACTOR_NAME} AND n.withdrawn_on IS NULL"
    " ELSE o.state = 'accepted' AND n.withdrawn_on IS NOT NULL"
    " AND (n.state, n.answered_on, n.answered_by, n.answer)"
    " = (o.state, o.answered_on, o.answered_by, o.answer) END"
)
#: What was answered keeps the due dates that it was answered with.
INSTALMENTS = (
    *written_by(_SIGNERS),
    Guard(
        "before_the_answer",
        "INSERT",
        FEDERATION_SIDE,
        check=f"{_BY_SYSTEM} OR EXISTS (SELECT FROM membership_promise p WHERE p.id = promise_id"
        f" AND (p.state = 'signed' OR {_CAME_ALONG.format(enrolment='p.enrolment_id')}))",
        is_narrowing=True,
    ),
)
RECEIPT_BOOKS = written_by(permitted_roles(_COLLECT, _REVERSE, _IMPORT))
GROUP_PAYMENTS = written_by(permitted_roles(_COLLECT), changers=permitted_roles(_COLLECT, _REVERSE))

#: The day at the desk, or a fixed day of the settings that is still to come (a rehearsal).
_TODAY = f"(now() AT TIME ZONE '{settings.TIME_ZONE}')::date"
_LAST_DAY = (
    f"greatest({_TODAY}, DATE '{settings.BUSINESS_DATE}')" if settings.BUSINESS_DATE else _TODAY
)
_BY_RECEIVERS = acts_as(permitted_roles(_COLLECT, _IMPORT))
_BY_REVERSERS = acts_as(permitted_roles(_REVERSE))
PAYMENTS = (
    Guard(
        "received_or_taken_back",
        "INSERT",
        FEDERATION_SIDE,
        check=f"CASE WHEN reverses_id IS NULL THEN {_BY_RECEIVERS}"
        f" ELSE {_BY_REVERSERS} AND takes_back_its_receipt(membership_payment) END",
        is_narrowing=True,
    ),
    Guard(
        "of_a_day_that_has_come",
        "INSERT",
        FEDERATION_SIDE,
        check=f"received_on <= {_LAST_DAY}",
        is_narrowing=True,
    ),
)

_BY_TRIGGERS = "pg_trigger_depth() > 0"
#: Written by the triggers of enrolments, supplements and payments, and by no statement.
BALANCES = (
    Guard("added_by_triggers", "INSERT", FEDERATION_SIDE, check=_BY_TRIGGERS, is_narrowing=True),
    Guard(
        "kept_by_triggers",
        "UPDATE",
        FEDERATION_SIDE,
        using=_BY_TRIGGERS,
        check=_BY_TRIGGERS,
        is_narrowing=True,
    ),
)
#: Traced in the own name; who takes no money does not pass for somebody who had the original.
PRINTINGS = (
    Guard(
        "own_printing",
        "INSERT",
        FEDERATION_SIDE,
        check=f"{acts_as(permitted_roles(Permission.SEE_CONTRIBUTIONS))}"
        f" AND printed_by = {_ACTOR_NAME}"
        f" AND (by_reader OR {acts_as(permitted_roles(_COLLECT))})",
        is_narrowing=True,
    ),
)

#: Files of members and payments, operators' statements.
IMPORTED = written_by(permitted_roles(_IMPORT))
#: A line follows what is paid of it, and waits again where that is cancelled.
STATEMENT_LINES = written_by(
    permitted_roles(_IMPORT), changers=permitted_roles(_IMPORT, _COLLECT, _REVERSE)
)
STATEMENT_TIES = written_by(
    permitted_roles(_IMPORT, _COLLECT), removers=permitted_roles(_IMPORT, _REVERSE)
)

#: The first card makes the first key; another takes its place by who decides.
SIGNING_KEYS = written_by(permitted_roles(_DECIDE, _ISSUE), changers=permitted_roles(_DECIDE))
KEY_CHANGE = (
    "o.revoked_on IS NULL AND (o.retired_on IS NULL OR n.retired_on IS NOT DISTINCT FROM"
    " o.retired_on)"
)
#: A card ends with what it says: with its household, or with its head.
CARDS = written_by(permitted_roles(_ISSUE), changers=permitted_roles(_ISSUE, _ENROL, _DECIDE))
CARD_CHANGE = "o.revoked_on IS NULL"
#: Counted by who is told of people and of money alike.
OPEN_RIGHTS = written_by(
    permitted_roles(Permission.SEE_HOUSEHOLDS) & permitted_roles(Permission.SEE_CONTRIBUTIONS)
)
REMINDERS = written_by(permitted_roles(Permission.SEND_REMINDERS))
