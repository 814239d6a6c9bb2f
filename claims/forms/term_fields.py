"""Fields of the terms of care: a facility and an act by their codes, levels and ownerships."""

from typing import Any

from django import forms
from django.db.models import Q

from claims.models import Act
from claims.rules.words import LEVELS, OWNERSHIPS
from claims.selectors.catalogue import acts_named
from conamus.kernel.text import search_key
from federations.models import HealthFacility
from federations.rules.roles import Role
from federations.tenancy.actor import Actor

LEVEL_CHOICES = [("", "tous les types"), *LEVELS.items()]
OWNERSHIP_CHOICES = [("", "tous les statuts"), *OWNERSHIPS.items()]
SEX_CHOICES = [("", "les deux"), ("F", "femmes"), ("M", "hommes")]


class FacilityField(forms.CharField):
    """A facility, by its code or its whole name; the register is too long to choose from."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Formation sanitaire")
        kwargs.setdefault("help_text", "Son code (FS-0001) ou son nom entier.")
        super().__init__(max_length=200, **kwargs)

    def clean(self, value: Any) -> Any:
        """Return the facility; None where nothing was typed."""
        text = super().clean(value)
        if not text:
            return None
        named = Q(code__iexact=text) | Q(search_key=search_key(text))
        found = list(HealthFacility.objects.filter(named)[:2])
        if not found:
            raise forms.ValidationError(f"Aucune formation sanitaire ne s’appelle « {text} ».")
        if len(found) > 1:
            raise forms.ValidationError("Plusieurs ont ce nom : écrivez le code.")
        return found[0]


class ActField(forms.CharField):
    """An act of the catalogue, by its code or its whole name."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Acte")
        kwargs.setdefault("help_text", "Son code au catalogue, ou son nom entier.")
        super().__init__(max_length=200, **kwargs)


def clean_act(form: forms.Form, name: str, tenant_id: int) -> Act | None:
    """Return the act that was typed; an error beside the field where it is none, or several."""
    words = form.cleaned_data.get(name)
    if not words:
        return None
    found = acts_named(tenant_id, words)
    if len(found) > 1:
        codes = ", ".join(sorted(act.code for act in found))
        form.add_error(name, f"Plusieurs actes ont ce nom : écrivez le code ({codes}).")
        return None
    if not found:
        form.add_error(name, f"Aucun acte du catalogue n’a ce code ni ce nom : « {words} ».")
        return None
    return found[0]


def refuse_other_facility(form: forms.Form, actor: Actor) -> None:
    """Refuse, to a facility's user, another facility: what was agreed with it is not theirs."""
    chosen = form.cleaned_data.get("facility")
    if chosen and actor.role is Role.FACILITY_USER and chosen.pk != actor.facility_id:
        form.add_error("facility", "Vous voyez les prix de votre formation sanitaire seulement.")
