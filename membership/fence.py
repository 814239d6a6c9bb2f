"""How the tables of `membership` stand to the wall."""

from federations.tenancy.declarations import Policy, Table, side

TABLES = (
    Table(
        "membership_mutualistyear",
        Policy.REFERENCE,
        side("SIU", facility="S", regulator="S"),
        key="year",
    ),
    Table("membership_household", Policy.TENANT, side("SIU")),
    Table(
        "membership_beneficiary",
        Policy.TENANT,
        side("SIU"),
        ignored=("sort_key", "search_key", "given_key"),
    ),
    Table("membership_enrolment", Policy.TENANT, side("SIU")),
    Table("membership_pastyear", Policy.DIRECTORY, side("SIU", regulator="S")),
)
