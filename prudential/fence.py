"""How the tables of `prudential` stand to the wall."""

from federations.tenancy.declarations import Guard, Policy, Table, side

_REGULATOR = ("conamus_regulator",)
TABLES = (
    Table(
        "prudential_annualreport",
        Policy.TENANT,
        side("SI", regulator="S"),
        history=False,
        guards=(
            # Editions of the day's figures stay with CONAMUS where they would tell more.
            Guard("opened", "SELECT", _REGULATOR, using="is_for_regulator", is_narrowing=True),
        ),
    ),
    # Small groups are in it: the regulator reads it by functions that hide them.
    Table(
        "prudential_releasedfigures",
        Policy.TENANT,
        {"conamus_confederation": "SIU"},
        history=False,
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
