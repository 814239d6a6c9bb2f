"""The examples in the docstrings of rules and of the cases hold."""

import doctest
import importlib

import pytest

MODULES = (
    "conamus.cases.checking",
    "conamus.cases.facts",
    "federations.rules.standings",
    "membership.rules.cards.base45",
    "membership.rules.cards.cbor",
    "membership.rules.coverage.spans",
    "membership.rules.households",
    "membership.rules.identity.fold",
    "membership.rules.identity.keys",
    "membership.rules.identity.match",
    "membership.rules.numbers",
    "membership.rules.promises",
    "membership.rules.scale",
    "membership.rules.sentences",
    "membership.rules.sharing",
    "membership.rules.text_messages",
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
