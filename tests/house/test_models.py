"""What every model of ours holds to."""

import pytest
from django.apps import apps
from django.db.models import BaseConstraint

_OWN = ("federations", "membership", "claims", "intermutuality", "prudential")
_CONSTRAINTS = [
    pytest.param(constraint, id=f"{model.__name__}.{constraint.name}")
    for model in apps.get_models()
    if model._meta.app_label in _OWN
    for constraint in model._meta.constraints
]


@pytest.mark.parametrize("constraint", _CONSTRAINTS)
def test_what_a_constraint_says_can_be_said(constraint: BaseConstraint) -> None:
    """Django formats the sentence: a percent sign stands doubled in it, and is shown once."""
    said = constraint.get_violation_error_message()
    assert said.strip()
    assert "%%" not in said
    assert "%(" not in said


def test_there_are_constraints_to_look_at() -> None:
    assert len(_CONSTRAINTS) > 100
