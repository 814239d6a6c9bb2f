"""The menu: at most seven entries for any role, named for the work.

One table, `MENU`, from which each role gets the entries whose pages it may open. An
entry holds several pages; they unfold under it when one of them is shown. Where a role has
more of them than fit at a glance, they are gathered by the work that they serve (`group`), and
the work that is done unfolds alone. A page also owns the detail and form pages whose names begin
with one of its `owns`.
"""

from dataclasses import replace

from conamus.pages.navigation.care import CARE
from conamus.pages.navigation.entries import MenuEntry, MenuPage
from conamus.pages.navigation.members import CONTRIBUTIONS, HOUSEHOLDS
from conamus.pages.navigation.network import ADMINISTRATION, NETWORK, REPORTS
from federations.rules.roles import Role

__all__ = ["MENU", "MOST_ENTRIES", "MenuEntry", "MenuPage", "holds", "menu_of"]

MOST_ENTRIES = 7
_HOME = MenuEntry(
    "Accueil",
    (MenuPage("Accueil", "home", owns=("network_", "federation_figures", "unit_figures")),),
)
MENU = (_HOME, HOUSEHOLDS, CONTRIBUTIONS, CARE, NETWORK, REPORTS, ADMINISTRATION)
_OWN_PAGES = frozenset(page.url_name for entry in MENU for page in entry.pages)


def holds(page: MenuPage, url_name: str) -> bool:
    """Tell whether the page named is this one of the menu, or a detail or form of it.

    What is a page of the menu itself is no other's, however its name begins.
    """
    if url_name in _OWN_PAGES:
        return url_name == page.url_name
    return url_name.startswith(page.owns)


def menu_of(role: Role) -> list[MenuEntry]:
    """Return the entries of a role, each with the pages that the role may open.

    >>> [entry.label for entry in menu_of(Role.FACILITY_USER)]
    ['Accueil', 'Vérifier les droits', 'Soins', 'Réseau']
    """
    opened = (
        replace(entry, pages=tuple(page for page in entry.pages if page.is_open_to(role)))
        for entry in MENU
    )
    return [_named(entry) for entry in opened if entry.pages]


def _named(entry: MenuEntry) -> MenuEntry:
    alone = entry.pages[0].alone if len(entry.pages) == 1 else ""
    return replace(entry, label=alone) if alone else entry
