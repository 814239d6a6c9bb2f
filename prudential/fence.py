"""How the tables of `prudential` stand to the wall."""

from federations.rules.roles import Permission, Role, permitted_roles
from federations.tenancy.declarations import FEDERATION_SIDE, Guard, Policy, Table, side
from federations.tenancy.guards import acts_as

_REGULATOR = ("conamus_regulator",)
_CONFEDERATION = ("conamus_confederation",)
_RELEASING = acts_as({*permitted_roles(Permission.PRODUCE_REPORTS), Role.SYSTEM})
_PRODUCED = f"{_RELEASING} AND produced_by = current_setting('app.actor_name', true)"
TABLES = (
    Table(
        "prudential_annualreport",
        Policy.TENANT,
        side("SI", regulator="S"),
        # What only ever grows; the figures are the file's, and fill pages.
        events=("insert",),
        hidden=("facts",),
        guards=(
            # Who reads it trusts the name it bears: it is its producer's own.
            Guard("produced", "INSERT", FEDERATION_SIDE, check=_PRODUCED, is_narrowing=True),
            # Editions of the day's figures stay with CONAMUS where they would tell more.
            Guard("opened", "SELECT", _REGULATOR, using="is_for_regulator", is_narrowing=True),
        ),
    ),
    # Small groups are in it: the regulator reads it by functions that hide them. What is read there
    # is written by who releases it, and by nobody else of CONAMUS.
    Table(
        "prudential_releasedfigures",
        Policy.TENANT,
        {"conamus_confederation": "SIU"},
        history=False,
        guards=(
            Guard("releasing", "INSERT", _CONFEDERATION, check=_RELEASING, is_narrowing=True),
            Guard(
                "releasing_again",
                "UPDATE",
                _CONFEDERATION,
                using=_RELEASING,
                check=_RELEASING,
                is_narrowing=True,
            ),
        ),
    ),
)

#: Of all files, the regulator reads those of the reports that are opened to it.
GUARDS = {
    "federations_storedfile": (
        Guard(
            "of_opened_reports",
            "SELECT",
            _REGULATOR,
            using="EXISTS (SELECT FROM prudential_annualreport r"
            " WHERE r.tenant_id = federations_storedfile.tenant_id"
            " AND r.file_id = federations_storedfile.id)",
            is_narrowing=True,
        ),
    ),
}
