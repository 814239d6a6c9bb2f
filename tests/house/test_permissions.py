"""The table of roles and permissions, cell by cell, and every address of the application."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from federations.rules.roles import ASSIGNABLE_ROLES, ROLES_OF, Permission, Role, is_permitted

#: Columns in the order of this line; x: may. A change of rights is a change of this table.
COLUMNS = """
confederation_manager federation_manager centre_operator mutuelle_agent medical_adviser
advising_nurse facility_user regulator auditor system_administrator
"""
TABLE = """
see_network_figures  x . . . x . . x . .
see_directory        x x x x x x x x x x
manage_units         x x . . . . . . . .
manage_facilities    x x . . . . . . . .
manage_places        x . . . . . . . . x
see_households       . x x x . x . . x .
check_rights         . x x x x x x . . .
enrol_households     . x x x . . . . . .
decide_membership    . x . . . . . . . .
see_contributions    x x x x . . . . x .
collect_contributions . x x x . . . . . .
reverse_receipts     . x x . . . . . . .
manage_campaigns     x x . . . . . . . .
issue_cards          . x . x . . . . . .
import_members       . x . . . . . . . .
see_imports          . x . . . . . . x .
send_reminders       . x . x . . . . . .
see_reminders        . x . x . . . . x .
see_care_terms       x x x x x x x . x .
manage_care_terms    x x . . . . . . . .
manage_agreements    . x . . . . . . . .
see_claims           . x x x x x x . x .
see_diagnoses        . . . . x x x . . .
enter_claims         . . x . . . x . . .
authorise_care       . . x . x x . . . .
check_claims         . . x . . . . . . .
review_claims        . . . . x x . . . .
contest_decisions    . . . . x x x . . .
redo_decisions       . x . . . . . . . .
settle_signals       . x . . x x . . . .
see_invoices         x x x . x . x . x .
record_invoices      . x x . . . . . . .
pay_invoices         . x . . . . . . . .
visit_facilities     . x . . x x . . . .
see_visits           x x . . x x x . x .
see_surveys          x x x x x x . . x .
record_surveys       . x x x x x . . . .
manage_surveys       x x . . x . . . . .
record_complaints    . x x x . . . . . .
see_care_figures     x x x . x x . . x .
see_care_aggregates  . . . . . . . x . .
see_activities       x x . x x . . . x .
record_activities    x x . x x . . . . .
see_expenses         x x . . . . . . x .
record_expenses      x x . . . . . . . .
see_reports          x x . . x . . x x .
write_narrative      x x . . . . . . . .
produce_reports      x x . . . . . . . .
manage_people        x x . . . . . . . x
see_history          x x . . . . . . x x
import_take_on       x x . . . . . . . .
lock_periods         x x . . . . . . . .
see_refusals         . . . . . . . . x x
follow_network_jobs  . . . . . . . . . x
"""
#: Addresses that nobody has to sign in for.
PUBLIC = {"invitation_accept"}
ACCOUNT_PREFIX = "compte/"


def _cells() -> Iterator[tuple[Permission, Role, bool]]:
    roles = [Role(name) for name in COLUMNS.split()]
    for line in TABLE.strip().splitlines():
        name, *marks = line.split()
        for role, mark in zip(roles, marks, strict=True):
            yield Permission(name), role, mark == "x"


@pytest.mark.parametrize(("permission", "role", "may"), list(_cells()))
def test_each_cell(permission: Permission, role: Role, may: bool) -> None:
    assert is_permitted(role, permission) is may


def test_the_table_names_every_permission_and_role() -> None:
    assert {permission for permission, _, _ in _cells()} == set(Permission) == set(ROLES_OF)
    assert {role for _, role, _ in _cells()} == set(ASSIGNABLE_ROLES)


def _routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, path)
        else:
            yield path, pattern


ROUTES = [(path, p) for path, p in _routes(get_resolver()) if not path.startswith(ACCOUNT_PREFIX)]


@pytest.mark.parametrize(("path", "pattern"), ROUTES, ids=[path for path, _ in ROUTES])
def test_every_address_is_public_by_name_or_has_a_permission(
    path: str, pattern: URLPattern
) -> None:
    view = getattr(pattern.callback, "view_class", None)
    if pattern.name in PUBLIC:
        return
    assert view is not None, f"{path}: not a view of ours"
    assert hasattr(view, "permission"), f"{path}: names no permission"


def _example(path: str) -> str:
    """Fill an address's parameters with values that exist nowhere."""
    for converter, value in (
        ("<int:", "999999999"),
        ("<uuid:", "00000000-0000-0000-0000-000000000000"),
        ("<slug:", "inconnu"),
        ("<str:", "inconnu"),
        ("<path:", "inconnu"),
    ):
        while converter in path:
            start = path.index(converter)
            path = path[:start] + value + path[path.index(">", start) + 1 :]
    return "/" + path


@pytest.mark.parametrize(
    "path", [path for path, p in ROUTES if p.name not in PUBLIC], ids=lambda path: path
)
def test_strangers_are_sent_to_the_sign_in(path: str, db: None) -> None:
    answer = Client().get(_example(path))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/compte/")


@pytest.mark.parametrize("username", ["clara", "amina", "agnes", "fabrice", "regine", "arthur"])
def test_each_role_meets_refusals_where_the_table_says_so(username, world, sign_in) -> None:
    client = sign_in(username)
    role = world.actor(username).role
    for path, pattern in ROUTES:
        view = getattr(pattern.callback, "view_class", None)
        permission = getattr(view, "permission", None)
        if permission is None or is_permitted(role, permission):
            continue
        assert client.get(_example(path)).status_code == 403, path


@pytest.mark.parametrize("username", ["clara", "amina", "medard", "annick", "fabrice"])
def test_no_page_is_shown_of_what_does_not_exist(username, world, sign_in) -> None:
    """A form would be filled in, and refused only once it is sent."""
    client = sign_in(username)
    role = world.actor(username).role
    shown = []
    for path, pattern in ROUTES:
        permission = getattr(getattr(pattern.callback, "view_class", None), "permission", None)
        named = "<int:" in path or "<uuid:" in path
        if named and (permission is None or is_permitted(role, permission)):
            answer = client.get(_example(path))
            shown += [path] if answer.status_code == 200 else []
    assert not shown, "\n".join(shown)
