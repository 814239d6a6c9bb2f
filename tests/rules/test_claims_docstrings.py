"""The examples in the docstrings of claims' rules hold."""

import doctest
import importlib

import pytest

MODULES = (
    "claims.rules.adjudication.access",
    "claims.rules.adjudication.quantities",
    "claims.rules.adjudication.sharing",
    "claims.rules.adjudication.sheet",
    "claims.rules.checks",
    "claims.rules.extrapolation",
    "claims.rules.packages",
    "claims.rules.patient_share",
    "claims.rules.review",
    "claims.rules.sentences.clauses",
    "claims.rules.sentences.cuts",
    "claims.rules.sentences.figures",
    "claims.rules.sentences.flags",
    "claims.rules.signals.peers",
    "claims.rules.signals.weights",
    "claims.rules.signals.words",
    "claims.rules.states",
    "claims.rules.stubs",
    "claims.rules.targets",
    "claims.rules.tariffs",
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
