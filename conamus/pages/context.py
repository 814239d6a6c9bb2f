"""What the frame around every page needs, asked of the database only when it is shown.

At most one query: the unit or facility that an actor is limited to, or how many tasks
run for those who ask for them. Account pages keep the application's own database role,
which reads neither, and an error page must not ask at all: there the frame does without.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from time import time
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.urls import reverse

from conamus import clock
from conamus.pages.navigation import MOST_ENTRIES, MenuEntry, MenuPage, holds, menu_of
from conamus.pages.years import chosen_year, offered_years
from federations.models import Federation, HealthFacility, Job, RoleAssignment
from federations.rules.roles import Permission, Role, is_permitted
from federations.selectors.units import own_unit_name
from federations.tenancy.actor import Actor
from federations.tenancy.middleware import ACCOUNT_PREFIX
from federations.tenancy.scope import is_scope_open

#: The demonstration's notice is written anew with each step: an older one was left by a kill.
_NOTICE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the menu as the page shows it."""

    label: str
    url: str
    is_current: bool
    pages: tuple["Link", ...] = ()

    @property
    def current(self) -> "Link":
        """The page shown, however deep under it; itself: none."""
        return next((page.current for page in self.pages if page.is_current), self)


class Frame:
    """The top and the side of a page, for one request."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.actor: Actor | None = getattr(request, "actor", None)
        match = getattr(request, "resolver_match", None)
        self.url_name: str = (match.url_name if match else "") or ""
        self.is_demo: bool = settings.DEMO_MODE
        self.fixed_day = settings.BUSINESS_DATE

    @cached_property
    def demo_notice(self) -> str:
        """What the demonstration is still waiting for, if anything; silent once it is old."""
        notice = settings.DEMO_NOTICE
        try:
            is_believed = self.is_demo and time() - notice.stat().st_mtime < _NOTICE_SECONDS
            return notice.read_text(encoding="utf-8") if is_believed else ""
        except FileNotFoundError:
            return ""

    @cached_property
    def menu(self) -> list[Link]:
        """The actor's entries, the current one unfolded."""
        if self.actor is None:
            return []
        return [self._entry(entry) for entry in _entries(self.actor.role)]

    def _entry(self, entry: MenuEntry) -> Link:
        pages = tuple(self._page(page) for page in entry.pages)
        if len(pages) > MOST_ENTRIES:
            pages = tuple(
                link
                for name, group in entry.groups.items()
                for link in self._group(name, tuple(self._page(page) for page in group))
            )
        return _over(entry.label, pages)

    def _group(self, name: str, pages: tuple[Link, ...]) -> tuple[Link, ...]:
        """The pages of one work under its name; by themselves where that would hide one only."""
        return (_over(name, pages),) if name and len(pages) > 1 else pages

    def _page(self, page: MenuPage) -> Link:
        return Link(page.label, _address(page.url_name), holds(page, self.url_name))

    @cached_property
    def trail(self) -> list[Link]:
        """Where the page hangs: its entry and, for a detail or a form, its list; none twice."""
        entry = next((entry for entry in self.menu if entry.is_current), None)
        if entry is None or self.url_name == "home":
            return []
        page = entry.current
        own = reverse(self.url_name) == page.url if self._has_plain_address() else False
        steps = [Link("Accueil", reverse("home"), False), entry, page]
        # An entry and its first page may share their name, which is said once; and a page
        # does not hang from itself.
        above = [step for step in steps if not (own and step.label == page.label)]
        return list({step.label: step for step in above}.values())

    def _has_plain_address(self) -> bool:
        match = self.request.resolver_match
        return match is not None and not match.kwargs and not match.args

    @cached_property
    def assignments(self) -> list[RoleAssignment]:
        """The user's open roles, the one in use among them."""
        return getattr(self.request, "assignments", [])

    @cached_property
    def assignment(self) -> RoleAssignment | None:
        """The role in use."""
        return next((a for a in self.assignments if _makes(a, self.actor)), None)

    @property
    def tenant(self) -> Federation | None:
        """The federation, or CONAMUS, that the actor acts for."""
        return self.assignment.tenant if self.assignment else None

    @property
    def role_label(self) -> str:
        """The role in use, in French."""
        return self.actor.role.label if self.actor else ""

    @cached_property
    def limit_name(self) -> str:
        """The unit or facility that the actor is limited to."""
        actor = self.actor
        if actor is None or not self._may_ask():
            return ""
        if actor.facility_id is not None:
            facilities = HealthFacility.objects.filter(pk=actor.facility_id)
            return facilities.values_list("name", flat=True).first() or ""
        return own_unit_name(actor)

    @cached_property
    def running_jobs(self) -> int:
        """How many tasks of the tenant wait or run, for those who ask for tasks."""
        if self.actor is None or not self._may_ask():
            return 0
        if not is_permitted(self.actor.role, Permission.PRODUCE_REPORTS):
            return 0
        own = Job.objects.filter(tenant_id=self.actor.tenant_id)
        return own.filter(state__in=Job.UNFINISHED).count()

    def _may_ask(self) -> bool:
        in_account = self.request.path.startswith(ACCOUNT_PREFIX)
        return is_scope_open() and not in_account and not connection.needs_rollback

    @cached_property
    def year(self) -> str:
        """The year in use, as text: a year is not a quantity."""
        return str(chosen_year(self.request))

    @cached_property
    def years(self) -> list[str]:
        """The years that can be chosen."""
        return [str(year) for year in offered_years(clock.today())]


@cache
def _entries(role: Role) -> tuple[MenuEntry, ...]:
    """Return a role's entries, made once in a process: they are those of a table."""
    return tuple(menu_of(role))


@cache
def _address(url_name: str) -> str:
    """Return where a page of the menu is, looked up once: some seventy stand on every page."""
    return reverse(url_name)


def _over(label: str, pages: tuple[Link, ...]) -> Link:
    """Return what stands over pages: it leads to the first, and unfolds where there are more."""
    is_current = any(page.is_current for page in pages)
    return Link(label, pages[0].url, is_current, pages if len(pages) > 1 else ())


def _makes(assignment: RoleAssignment, actor: Actor | None) -> bool:
    """Tell whether this assignment is the one the actor was made from."""
    return actor is not None and (
        assignment.role,
        assignment.tenant_id,
        assignment.unit_id,
        assignment.facility_id,
    ) == (actor.role.value, actor.tenant_id, actor.unit_id, actor.facility_id)


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Give templates the frame of this request."""
    return {"frame": Frame(request)}
