"""Writes of a draft's clauses: added, changed, taken out; each says only what its kind needs."""

from typing import Any

from django.db import transaction

from claims.models import PackageClause
from claims.rules.clauses import SHAPES, TARGET
from claims.selectors.catalogue import act_by_code
from claims.services.packages import lock_draft
from conamus.kernel.errors import DomainError, Gathering, NotFound
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.repetition import once
from federations.tenancy.actor import Actor


@transaction.atomic
def add_clause(
    *, actor: Actor, package_id: int, kind: str, values: dict[str, Any], key: str = ""
) -> PackageClause:
    """Add a clause to a draft; ``values`` by column, ``act`` by its code."""
    require(actor, Permission.MANAGE_CARE_TERMS)
    package = lock_draft(actor, package_id)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["clause", package_id, kind, values],
        create=lambda: _write(
            actor, PackageClause(tenant_id=actor.tenant_id, package=package, kind=kind), values
        ),
        find=lambda pk: PackageClause.objects.get(tenant_id=actor.tenant_id, pk=pk),
    )


@transaction.atomic
def change_clause(
    *, actor: Actor, package_id: int, clause_id: int, values: dict[str, Any]
) -> PackageClause:
    """Change a clause of a draft; its kind stays."""
    require(actor, Permission.MANAGE_CARE_TERMS)
    return _write(actor, _clause(actor, package_id, clause_id), values)


@transaction.atomic
def drop_clause(*, actor: Actor, package_id: int, clause_id: int) -> None:
    """Take a clause out of a draft."""
    require(actor, Permission.MANAGE_CARE_TERMS)
    _clause(actor, package_id, clause_id).delete()


def _clause(actor: Actor, package_id: int, clause_id: int) -> PackageClause:
    package = lock_draft(actor, package_id)
    clause = PackageClause.objects.filter(
        tenant_id=actor.tenant_id, package=package, pk=clause_id
    ).first()
    if clause is None:
        raise NotFound("Cette clause n’existe pas.")
    return clause


def _write(actor: Actor, clause: PackageClause, values: dict[str, Any]) -> PackageClause:
    shape = SHAPES[clause.kind]
    gathering = Gathering()
    for name in shape.needs:
        with gathering.part():
            if values.get(name) in (None, ""):
                raise DomainError("Cette clause ne dit rien sans lui : remplissez-le.", field=name)
    for name in (*TARGET, *shape.says):
        if name != "act" and name in values:
            setattr(clause, name, _kept(clause, name, values[name]))
    with gathering.part():
        clause.act = _act(actor, values.get("act", ""))
    save_checked(clause, conflict_field="age_to", gathered=gathering)
    return clause


def _kept(clause: PackageClause, name: str, value: Any) -> Any:
    """An empty text is a text, an empty number is none."""
    if value in (None, ""):
        return None if clause._meta.get_field(name).null else ""
    return value


def _act(actor: Actor, code: str) -> Any:
    if not code:
        return None
    act = act_by_code(actor.tenant_id, code)
    if act is None:
        raise DomainError(f"Aucun acte du catalogue n’a le code « {code[:20]} ».", field="act")
    return act
