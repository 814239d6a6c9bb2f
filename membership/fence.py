"""How the tables of `membership` stand to the wall."""

from federations.rules.roles import FEDERATION_ROLES, Permission, permitted_roles
from federations.tenancy import guards
from federations.tenancy.declarations import FEDERATION_SIDE, Guard, Policy, Table, side
from membership import write_wall

_CAMPAIGN_KEEPERS = permitted_roles(Permission.MANAGE_CAMPAIGNS)
_CAMPAIGNS = guards.directory_kept_by(_CAMPAIGN_KEEPERS)
_OF_DRAFT = (
    "EXISTS (SELECT FROM membership_contributionscale s"
    " WHERE s.id = scale_id AND s.state = 'draft')"
)
#: What a scale asks is written while it is a draft, and stays; its own row is held by a trigger.
_LINES = (
    *_CAMPAIGNS,
    Guard("added_to_draft", "INSERT", FEDERATION_SIDE, check=_OF_DRAFT, is_narrowing=True),
    Guard("removed_from_draft", "DELETE", FEDERATION_SIDE, using=_OF_DRAFT, is_narrowing=True),
)
#: The database roles that check rights.
_ASKERS = (*FEDERATION_SIDE, "conamus_facility")


def _changing(*columns: str) -> dict[str, tuple[str, ...]]:
    """The columns that services change: what else a row says, it says for ever."""
    return dict.fromkeys(FEDERATION_SIDE, columns)


_YEARS = (
    Table(
        "membership_mutualistyear",
        Policy.REFERENCE,
        side("SI", facility="S", regulator="S"),
        # CONAMUS alone opens a year.
        guards=guards.register_kept_by(_CAMPAIGN_KEEPERS - FEDERATION_ROLES),
        key="year",
    ),
    # Nothing published is changed: a correction is a new version. Some count one to four
    # households: a federation reads its own beside what CONAMUS published for the network, the
    # regulator a function that hides them.
    Table(
        "membership_pastyear",
        Policy.DIRECTORY,
        side("SI"),
        guards=(
            *guards.directory_kept_by(permitted_roles(Permission.IMPORT_TAKE_ON)),
            Guard(
                "own_years",
                "SELECT",
                ("conamus_federation",),
                using=f"{guards.OF_TENANT} OR is_of_network",
                is_narrowing=True,
            ),
        ),
    ),
    # CONAMUS's rows are templates that every federation reads.
    Table("membership_campaign", Policy.DIRECTORY, side("SIU"), guards=_CAMPAIGNS),
    Table("membership_contributionscale", Policy.DIRECTORY, side("SIUD"), guards=_CAMPAIGNS),
    Table("membership_scalecategory", Policy.DIRECTORY, side("SID"), guards=_LINES),
    Table("membership_scaleband", Policy.DIRECTORY, side("SID"), guards=_LINES),
    Table("membership_sharingkey", Policy.DIRECTORY, side("SIU"), guards=_CAMPAIGNS),
    Table("membership_unittarget", Policy.TENANT, side("SIUD"), guards=_CAMPAIGNS),
)

_PEOPLE = (
    Table(
        "membership_household",
        Policy.TENANT,
        side("SIU"),
        guards=write_wall.HOUSEHOLDS,
        ignored=("version",),
    ),
    Table(
        "membership_beneficiary",
        Policy.TENANT,
        side("SIU"),
        guards=write_wall.PEOPLE,
        changes=write_wall.PERSON_CHANGE,
        ignored=("sort_key", "search_key", "given_key", "phonetic_key"),
    ),
    Table(
        "membership_numberrange",
        Policy.TENANT,
        side("SIU"),
        columns=_changing("following"),
        guards=write_wall.NUMBER_RANGES,
        ignored=("following",),
    ),
    # Nothing that happened is changed: these are written once.
    Table(
        "membership_formernumber",
        Policy.TENANT,
        side("SI"),
        guards=write_wall.FORMER_NUMBERS,
        history=False,
    ),
    Table(
        "membership_lifeevent", Policy.TENANT, side("SI"), guards=write_wall.LIVES, history=False
    ),
    Table(
        "membership_recutshare", Policy.TENANT, side("SI"), guards=write_wall.DECIDED, history=False
    ),
    Table(
        "membership_recutmove", Policy.TENANT, side("SI"), guards=write_wall.DECIDED, history=False
    ),
    # What was proposed stays; what became of it is added.
    Table(
        "membership_transfer",
        Policy.SHARED,
        side("SIU"),
        columns=_changing(
            "state",
            "destination_unit_id",
            "opened_household_id",
            "answered_by",
            "answered_at",
            "answer",
        ),
        guards=write_wall.TRANSFERS,
        changes=write_wall.TRANSFER_CHANGE,
    ),
    Table("membership_duplicatepair", Policy.TENANT, side("SIU"), guards=write_wall.DECIDED),
)

_MONEY = (
    Table("membership_enrolment", Policy.TENANT, side("SIU"), guards=write_wall.ENROLMENTS),
    Table(
        "membership_enrolmentsupplement",
        Policy.TENANT,
        side("SI"),
        guards=write_wall.LIVES,
        history=False,
    ),
    Table(
        "membership_backdating",
        Policy.TENANT,
        side("SI"),
        guards=write_wall.ENROLMENTS,
        history=False,
    ),
    # What was signed stays; it is answered, and taken back.
    Table(
        "membership_promise",
        Policy.TENANT,
        side("SIU"),
        columns=_changing(
            "state", "answered_on", "answered_by", "answer", "withdrawn_on", "withdrawn_because"
        ),
        guards=write_wall.PROMISES,
        changes=write_wall.PROMISE_CHANGE,
    ),
    Table(
        "membership_promiseinstalment",
        Policy.TENANT,
        side("SI"),
        guards=write_wall.INSTALMENTS,
        history=False,
    ),
    Table(
        "membership_receiptbook",
        Policy.TENANT,
        side("SIU"),
        guards=write_wall.RECEIPT_BOOKS,
        history=False,
    ),
    # What is left of a transfer may be given back; what it was stays.
    Table(
        "membership_grouppayment",
        Policy.TENANT,
        side("SIU"),
        columns=_changing("returned_francs", "return_reason"),
        guards=write_wall.GROUP_PAYMENTS,
    ),
    Table(
        "membership_payment", Policy.TENANT, side("SI"), guards=write_wall.PAYMENTS, history=False
    ),
    # Sums of the rows above, kept by triggers in the name of who wrote those.
    Table(
        "membership_balance", Policy.TENANT, side("SIU"), guards=write_wall.BALANCES, history=False
    ),
    Table(
        "membership_receiptprint",
        Policy.TENANT,
        side("SI"),
        guards=write_wall.PRINTINGS,
        history=False,
    ),
    Table(
        "membership_operatorstatement",
        Policy.TENANT,
        side("SI"),
        guards=write_wall.IMPORTED,
        history=False,
    ),
    # What became of a line; what the operator wrote stays.
    Table(
        "membership_statementline",
        Policy.TENANT,
        side("SIU"),
        columns=_changing("state", "explanation", "settled_by"),
        guards=write_wall.STATEMENT_LINES,
    ),
    Table("membership_statementtie", Policy.TENANT, side("SID"), guards=write_wall.STATEMENT_TIES),
)

_WORK = (
    # A key that is revoked stays so, and one that signs no more does not begin again.
    Table(
        "membership_signingkey",
        Policy.TENANT,
        side("SIU"),
        columns=_changing("retired_on", "revoked_on"),
        guards=write_wall.SIGNING_KEYS,
        changes=write_wall.KEY_CHANGE,
        hidden=("sealed_private_key",),
    ),
    # Written by rights_facts alone, before it tells anything; its caller adds the answers, once.
    Table(
        "membership_rightscheck",
        Policy.TENANT,
        {**side("SU", facility="SU"), "conamus_definer": "SI"},
        columns=dict.fromkeys(_ASKERS, ("answers",)),
        guards=(
            Guard(
                "answered_once",
                "UPDATE",
                _ASKERS,
                using="answers = '[]' AND asked_at >= transaction_timestamp()",
                check="true",
                is_narrowing=True,
            ),
        ),
        history=False,
    ),
    # Counted anew in place of the count before: nothing happened, only figures.
    Table(
        "membership_openrights",
        Policy.TENANT,
        side("SIU"),
        guards=write_wall.OPEN_RIGHTS,
        history=False,
    ),
    # A card that is revoked stays so.
    Table(
        "membership_card",
        Policy.TENANT,
        side("SIU"),
        columns=_changing("revoked_on", "revoked_because"),
        guards=write_wall.CARDS,
        changes=write_wall.CARD_CHANGE,
    ),
    Table(
        "membership_memberimport",
        Policy.TENANT,
        side("SIU"),
        guards=write_wall.IMPORTED,
        history=False,
    ),
    Table(
        "membership_importpart",
        Policy.TENANT,
        side("SIU"),
        guards=write_wall.IMPORTED,
        history=False,
    ),
    Table(
        "membership_reminder",
        Policy.TENANT,
        side("SIU"),
        guards=write_wall.REMINDERS,
        history=False,
    ),
)

TABLES = _YEARS + _PEOPLE + _MONEY + _WORK
