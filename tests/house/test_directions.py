"""The directions of the house: imports (by contract) and relations between tables."""

import subprocess
import sys
from pathlib import Path

from django.apps import apps

BASE = Path(__file__).resolve().parents[2]
#: Upstream first: a table may point at its own application or one before it.
ORDER = ["federations", "membership", "claims", "intermutuality", "prudential"]


def test_imports_keep_the_contracts() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter], cwd=BASE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_table_points_downstream() -> None:
    wrong = []
    for model in apps.get_models():
        label = model._meta.app_label
        if label not in ORDER:
            continue
        targets = {f.related_model._meta.app_label for f in model._meta.fields if f.related_model}
        wrong += [
            (model.__name__, target)
            for target in targets & set(ORDER)
            if ORDER.index(target) > ORDER.index(label)
        ]
    assert wrong == []


def test_no_reverse_accessor_crosses_applications() -> None:
    """`related_name="+"` across applications: upstream must not grow downstream's names."""
    crossing = [
        f"{model.__name__}.{relation.get_accessor_name()}"
        for model in apps.get_models()
        if model._meta.app_label in ORDER
        for relation in model._meta.related_objects
        if relation.related_model._meta.app_label in ORDER
        and relation.related_model._meta.app_label != model._meta.app_label
        and not relation.hidden
    ]
    assert crossing == []
