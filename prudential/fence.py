"""How the tables of `prudential` stand to the wall."""

from federations.tenancy.declarations import Policy, Table, side

TABLES = (
    Table("prudential_annualreport", Policy.TENANT, side("SI", regulator="S"), history=False),
    # Small groups are in it: never the regulator's.
    Table("prudential_reportparts", Policy.TENANT, side("SI"), history=False),
)
