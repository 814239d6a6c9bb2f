"""The rules that cases can name, gathered from the applications.

An application joins by a module ``cases`` with ``RULES``, a mapping of French rule names to
functions: each takes a case's facts and gives what the rule says, by French names.
"""

import importlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.util import find_spec

from conamus.cases.facts import Facts, folded

APPLICATIONS = ("federations", "membership", "claims", "intermutuality", "prudential")

#: What a rule says: francs, counts, days, yes or no, sentences, lists of these.
Said = Mapping[str, object]
Rule = Callable[[Facts], Said]


@lru_cache(maxsize=1)
def all_rules() -> Mapping[str, tuple[str, Rule]]:
    """Return each rule's name and function by its folded name; ValueError for a name twice."""
    rules: dict[str, tuple[str, Rule]] = {}
    for application in APPLICATIONS:
        if find_spec(f"{application}.cases") is None:
            continue
        module = importlib.import_module(f"{application}.cases")
        for name, rule in module.RULES.items():
            if folded(name) in rules:
                raise ValueError(f"two rules are named {name}")
            rules[folded(name)] = (name, rule)
    return rules
