"""Every number that a form of care asks for has a greatest value, not the database's."""

import inspect
from importlib import import_module
from pkgutil import iter_modules

import pytest
from django import forms as django_forms

from claims import forms
from claims.forms.packages import _fields

_MODULES = [import_module(f"claims.forms.{one.name}") for one in iter_modules(forms.__path__)]
_FORMS = {
    form
    for module in _MODULES
    for _, form in inspect.getmembers(module, inspect.isclass)
    if issubclass(form, django_forms.BaseForm) and form.__module__ == module.__name__
}
_FIELDS = [
    (f"{owner}.{name}", field)
    for owner, fields in (
        *((form.__name__, form.base_fields) for form in sorted(_FORMS, key=str)),
        ("clause", _fields()),
    )
    for name, field in fields.items()
    if isinstance(field, django_forms.IntegerField) and not field.widget.is_hidden
]


def test_there_are_such_fields() -> None:
    assert {"InvoiceForm.told_count", "BookForm.first_number", "clause.quantity"} <= {
        name for name, _ in _FIELDS
    }


@pytest.mark.parametrize(("name", "field"), _FIELDS, ids=[name for name, _ in _FIELDS])
def test_a_number_too_great_is_told(name: str, field: django_forms.IntegerField) -> None:
    with pytest.raises(django_forms.ValidationError):
        field.clean("99999999999999")
