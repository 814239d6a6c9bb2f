"""How the tables of `membership` stand to the wall."""

from federations.tenancy.declarations import Policy, Table, side

_YEARS = (
    Table(
        "membership_mutualistyear",
        Policy.REFERENCE,
        side("SIU", facility="S", regulator="S"),
        key="year",
    ),
    # Nothing published is changed: a correction is a new version.
    Table("membership_pastyear", Policy.DIRECTORY, side("SI", regulator="S")),
    # CONAMUS's rows are templates that every federation reads.
    Table("membership_campaign", Policy.DIRECTORY, side("SIU")),
    Table("membership_contributionscale", Policy.DIRECTORY, side("SIUD")),
    Table("membership_scalecategory", Policy.DIRECTORY, side("SID")),
    Table("membership_scaleband", Policy.DIRECTORY, side("SID")),
    Table("membership_sharingkey", Policy.DIRECTORY, side("SIU")),
    Table("membership_unittarget", Policy.TENANT, side("SIUD")),
)

_PEOPLE = (
    Table("membership_household", Policy.TENANT, side("SIU"), ignored=("version",)),
    Table(
        "membership_beneficiary",
        Policy.TENANT,
        side("SIU"),
        ignored=("sort_key", "search_key", "given_key", "phonetic_key"),
    ),
    Table("membership_numberrange", Policy.TENANT, side("SIU"), ignored=("following",)),
    # Nothing that happened is changed: these are written once.
    Table("membership_formernumber", Policy.TENANT, side("SI"), history=False),
    Table("membership_lifeevent", Policy.TENANT, side("SI"), history=False),
    Table("membership_recutshare", Policy.TENANT, side("SI"), history=False),
    Table("membership_recutmove", Policy.TENANT, side("SI"), history=False),
    Table("membership_transfer", Policy.SHARED, side("SIU")),
    Table("membership_duplicatepair", Policy.TENANT, side("SIU")),
)

_MONEY = (
    Table("membership_enrolment", Policy.TENANT, side("SIU")),
    Table("membership_enrolmentsupplement", Policy.TENANT, side("SI"), history=False),
    Table("membership_backdating", Policy.TENANT, side("SI"), history=False),
    Table("membership_promise", Policy.TENANT, side("SIU")),
    Table("membership_promiseinstalment", Policy.TENANT, side("SI"), history=False),
    Table("membership_receiptbook", Policy.TENANT, side("SIU"), history=False),
    Table("membership_grouppayment", Policy.TENANT, side("SIU")),
    Table("membership_payment", Policy.TENANT, side("SI"), history=False),
    # Sums of the rows above, kept by triggers in the name of who wrote those.
    Table("membership_balance", Policy.TENANT, side("SIUD"), history=False),
    Table("membership_receiptprint", Policy.TENANT, side("SI"), history=False),
    Table("membership_operatorstatement", Policy.TENANT, side("SI"), history=False),
    Table("membership_statementline", Policy.TENANT, side("SIU")),
    Table("membership_statementtie", Policy.TENANT, side("SID")),
)

_WORK = (
    Table("membership_signingkey", Policy.TENANT, side("SIU"), hidden=("sealed_private_key",)),
    Table("membership_rightscheck", Policy.TENANT, side("SI", facility="SI"), history=False),
    # Counted anew in place of the count before: nothing happened, only figures.
    Table("membership_openrights", Policy.TENANT, side("SIU"), history=False),
    Table("membership_card", Policy.TENANT, side("SIU")),
    Table("membership_memberimport", Policy.TENANT, side("SIU"), history=False),
    Table("membership_importpart", Policy.TENANT, side("SIU"), history=False),
    Table("membership_reminder", Policy.TENANT, side("SIU"), history=False),
)

TABLES = _YEARS + _PEOPLE + _MONEY + _WORK
