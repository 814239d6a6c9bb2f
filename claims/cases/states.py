"""« états »: who may move a claim from one state to the next."""

from claims.rules.states import Side, State, check_move, moves_from
from conamus.cases.facts import Facts
from federations.rules.roles import Role

_STATES = {state.label: state for state in State}
_SIDES = {
    "fédération qui traite": Side.PROCESSING,
    "fédération du membre": Side.HOME,
    "formation sanitaire": Side.FACILITY,
    "système": Side.SYSTEM,
}
_ROLES = {role.label: role for role in Role}


def states(facts: Facts) -> dict[str, object]:
    """Say whether a move is allowed, and what else the person may do with the claim."""
    source = facts.choice("est", _STATES) if facts.has("est") else None
    side, role = facts.choice("de", _SIDES), facts.choice("rôle", _ROLES)
    possible = [] if source is None else [m.verb for m in moves_from(source, side=side, role=role)]
    if not facts.has("devient"):
        return {"permis": None, "peut": possible}
    becomes = facts.choice("devient", _STATES)
    check_move(source, becomes, side=side, role=role)
    return {"permis": True, "peut": possible}
