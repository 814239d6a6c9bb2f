"""The menu: at most seven entries for any role, each open to it."""

import pytest
from django.urls import resolve, reverse

from conamus.pages.navigation import MENU, MOST_ENTRIES, holds, menu_of
from federations.rules.roles import ASSIGNABLE_ROLES, Role, is_permitted

PAGES = [page for entry in MENU for page in entry.pages]


@pytest.mark.parametrize("role", ASSIGNABLE_ROLES)
def test_no_role_has_more_than_seven_entries(role: Role) -> None:
    assert 1 <= len(menu_of(role)) <= MOST_ENTRIES


@pytest.mark.parametrize("role", ASSIGNABLE_ROLES)
def test_every_page_of_a_menu_lets_its_role_in(role: Role) -> None:
    for entry in menu_of(role):
        for page in entry.pages:
            view = resolve(reverse(page.url_name)).func.view_class
            assert view.permission is None or is_permitted(role, view.permission), page.url_name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.url_name)
def test_no_page_is_hidden_from_a_role_that_may_open_it(page) -> None:
    """What a manager may open is in the manager's menu: no page is found by luck only."""
    view = resolve(reverse(page.url_name)).func.view_class
    for role in (Role.CONFEDERATION_MANAGER, Role.FEDERATION_MANAGER):
        if view.permission is None or is_permitted(role, view.permission):
            assert page.is_open_to(role), (page.url_name, role)


def test_a_detail_page_belongs_to_one_page_of_the_menu() -> None:
    for url_name in (
        "unit_detail",
        "unit_recut",
        "facility_edit",
        "place_detail",
        "district_edit",
        "household_detail",
        "activity_edit",
        "person_detail",
    ):
        assert len([page for page in PAGES if holds(page, url_name)]) == 1, url_name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.url_name)
def test_the_menu_marks_one_page_where_one_is_open(page) -> None:
    """The funnel of facilities is no page of their register, however its name begins."""
    assert [one.url_name for one in PAGES if holds(one, page.url_name)] == [page.url_name]


def test_the_facility_user_finds_the_home_the_rights_check_care_and_the_network_only() -> None:
    home, members, care, network = menu_of(Role.FACILITY_USER)
    assert [home.label, members.label, care.label, network.label] == [
        "Accueil",
        "Vérifier les droits",
        "Soins",
        "Réseau",
    ]
    assert [page.url_name for page in members.pages] == ["rights_check"]
