"""The search over everything: each application says, in its `search.py`, what it can find.

A source answers only to roles that carry its permission, and shows its best eight.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor

MOST_SHOWN = 8
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its name, what tells it from its namesakes, its page."""

    label: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class SearchSource:
    """One kind of thing that can be found."""

    title: str
    permission: Permission
    #: (actor, text typed, how many at most) → hits.
    find: Callable[[Actor, str, int], list[Hit]]
    #: Where the whole list is, searched for the same text as ``q``; empty: nowhere.
    list_url_name: str = ""
    #: (actor, text typed) → the page of the one thing whose very number it is; empty: none.
    find_exact: Callable[[Actor, str], str] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What one source found."""

    source: SearchSource
    hits: list[Hit]
    has_more: bool


def search_everything(actor: Actor, text: str) -> list[Found]:
    """Return what each source that the actor may read finds; nothing for too short a text."""
    if len(text.strip()) < SHORTEST:
        return []
    found = []
    for source in declared_sources():
        if not is_permitted(actor.role, source.permission):
            continue
        hits = source.find(actor, text, MOST_SHOWN + 1)
        if hits:
            found.append(Found(source, hits[:MOST_SHOWN], len(hits) > MOST_SHOWN))
    return found


def find_exact(actor: Actor, text: str) -> str:
    """Return the page of the one thing whose number was typed; empty where it is no number."""
    pages = (
        source.find_exact(actor, text)
        for source in declared_sources()
        if source.find_exact is not None and is_permitted(actor.role, source.permission)
    )
    return next(filter(None, pages), "")


@cache
def declared_sources() -> tuple[SearchSource, ...]:
    """Return the sources that the installed applications declare, in their order."""
    modules = (f"{config.name}.search" for config in apps.get_app_configs())
    found = (import_module(module) for module in modules if find_spec(module))
    return tuple(source for module in found for source in getattr(module, "SOURCES", ()))
