"""An entry of the menu, and a page under it."""

from dataclasses import dataclass

from federations.rules.roles import Permission, Role, is_permitted


@dataclass(frozen=True, slots=True)
class MenuPage:
    """A page that the menu leads to; no permission means every signed-in role."""

    label: str
    url_name: str
    permission: Permission | None = None
    owns: tuple[str, ...] = ()
    #: The entry's own name for whom this is its only page.
    alone: str = ""
    #: The work that it serves, where its entry has many pages.
    group: str = ""
    #: What is done there, for the page that shows the entry's works.
    about: str = ""

    def is_open_to(self, role: Role) -> bool:
        """Tell whether the role may open it."""
        return self.permission is None or is_permitted(role, self.permission)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the menu and the pages under it."""

    label: str
    pages: tuple[MenuPage, ...]

    @property
    def groups(self) -> dict[str, tuple[MenuPage, ...]]:
        """The pages by the work that they serve, in their order; under "": by themselves."""
        names = dict.fromkeys(page.group for page in self.pages)
        return {name: tuple(page for page in self.pages if page.group == name) for name in names}
