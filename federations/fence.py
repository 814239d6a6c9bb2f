"""How the tables of `federations` and of the libraries stand to the wall."""

from federations.rules.facilities import REGISTER_KEEPERS
from federations.rules.roles import Permission, permitted_roles
from federations.tenancy import guards
from federations.tenancy.declarations import FEDERATION_SIDE, Policy, Table, side

_DIRECTORY = {"facility": "S", "regulator": "S"}

#: Who looks after a person reads what became of the account: each tenant where a role is not over,
#: and the one of who changed it, if the person has worked there. Where no role is left, the last
#: one's: what is said later of somebody is no affair of those where the person worked before.
_TENANTS_OF_USER = (
    "WITH roles AS (SELECT a.id, a.tenant_id,"
    " a.valid_to IS NULL OR a.valid_to > CURRENT_DATE OR a.tenant_id = scope.tenant_id AS is_told"
    " FROM public.federations_roleassignment a WHERE a.user_id = r.{key})"
    " SELECT DISTINCT tenant_id FROM roles WHERE is_told UNION ALL"
    " (SELECT tenant_id FROM roles WHERE NOT EXISTS (SELECT FROM roles WHERE is_told)"
    " ORDER BY id DESC LIMIT 1)"
)


def _of_side(*columns: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(FEDERATION_SIDE, columns)


#: What becomes of a job; what it is and in whose name never changes.
_JOB_STATE = (
    "state", "done", "total", "step", "attempts", "furthest", "fruitless", "is_fault",
    "lease_until", "lease_token", "holder", "published_at", "reason", "result", "started_at",
    "finished_at",
)  # fmt: skip

#: Identity: read before any scope exists (who signs in, in which role?).
IDENTITY = (
    Table(
        "federations_user",
        Policy.IDENTITY,
        side("SIU", app="SU"),
        columns={
            **_of_side("is_active", "closed_by_role", "full_name", "email", "phone"),
            "conamus_app": ("password", "last_login"),
        },
        guards=guards.USERS,
        changes=guards.PERSON_CORRECTED,
        hidden=("password",),
        ignored=("last_login",),
        # A person's changes are told where the person works, whoever made them.
        told_to=_TENANTS_OF_USER.format(key="id"),
    ),
    Table(
        "federations_roleassignment",
        Policy.IDENTITY,
        side("SIU", facility="S", regulator="S", app="S"),
        columns=_of_side("valid_to"),
        guards=guards.ASSIGNMENTS,
    ),
    Table(
        "federations_invitation",
        Policy.IDENTITY,
        side("SIU", app="SU"),
        columns={**_of_side("expires_at"), "conamus_app": ("accepted_at",)},
        guards=guards.INVITATIONS,
        hidden=("token_hash",),
    ),
    Table(
        "federations_refusal",
        Policy.IDENTITY,
        side("S", app="SI"),
        guards=guards.REFUSALS,
        history=False,
    ),
    Table("federations_scopekey", Policy.IDENTITY, {}, history=False),
    Table(
        "account_emailaddress",
        Policy.IDENTITY,
        {"conamus_app": "SIUD"},
        guards=guards.ADDRESSES,
        told_to=_TENANTS_OF_USER.format(key="user_id"),
    ),
    Table("account_emailconfirmation", Policy.IDENTITY, {"conamus_app": "SIUD"}, history=False),
    Table(
        "mfa_authenticator",
        Policy.IDENTITY,
        side("SD", facility="S", regulator="S", app="SIUD"),
        guards=guards.SECOND_FACTORS,
        hidden=("data",),
        told_to=_TENANTS_OF_USER.format(key="user_id"),
        ignored=("last_used_at",),
    ),
    Table(
        "usersessions_usersession",
        Policy.IDENTITY,
        side("SD", app="SIUD"),
        guards=guards.SESSIONS,
        history=False,
    ),
    Table(
        "django_session",
        Policy.IDENTITY,
        side("SD", app="SIUD"),
        guards=guards.SESSION_CONTENTS,
        history=False,
        key="session_key",
    ),
    Table("conamus_cache", Policy.IDENTITY, {"conamus_app": "SIUD"}, history=False),
)

_PLACES = guards.register_kept_by(permitted_roles(Permission.MANAGE_PLACES))
_FACILITIES = guards.register_kept_by(
    REGISTER_KEEPERS, added_by=permitted_roles(Permission.MANAGE_FACILITIES)
)

#: Reference data of the whole network.
REFERENCE = (
    Table(
        "federations_federation",
        Policy.REFERENCE,
        side("SIU", **_DIRECTORY, app="S"),
        guards=guards.TENANTS,
    ),
    Table("federations_place", Policy.REFERENCE, side("SIU", **_DIRECTORY), guards=_PLACES),
    Table("federations_communemapping", Policy.REFERENCE, side("SI", **_DIRECTORY), guards=_PLACES),
    Table(
        "federations_healthdistrict", Policy.REFERENCE, side("SIU", **_DIRECTORY), guards=_PLACES
    ),
    Table(
        "federations_healthfacility",
        Policy.REFERENCE,
        side("SIU", **_DIRECTORY, app="S"),
        guards=_FACILITIES,
    ),
    # Only ever grows.
    Table(
        "federations_facilitystanding",
        Policy.REFERENCE,
        side("SI", **_DIRECTORY),
        guards=guards.register_kept_by(REGISTER_KEEPERS)[:1],
    ),
    Table("django_content_type", Policy.REFERENCE, side("S", app="S"), history=False),
    Table("auth_permission", Policy.REFERENCE, {}, history=False),
    Table("auth_group", Policy.REFERENCE, {}, history=False),
    Table("auth_group_permissions", Policy.REFERENCE, {}, history=False),
    Table("django_migrations", Policy.REFERENCE, {"conamus_app": "S"}, history=False),
)

_UNITS = guards.directory_kept_by(permitted_roles(Permission.MANAGE_UNITS))
_ACTIVITIES = guards.written_by(permitted_roles(Permission.RECORD_ACTIVITIES))
_EXPENSES = guards.written_by(permitted_roles(Permission.RECORD_EXPENSES))
_NARRATIVE = guards.written_by(permitted_roles(Permission.WRITE_NARRATIVE))
#: A unit that opens takes over the months that are closed above it.
_PERIODS = guards.written_by(
    permitted_roles(Permission.LOCK_PERIODS) | permitted_roles(Permission.MANAGE_UNITS),
    changers=permitted_roles(Permission.LOCK_PERIODS),
)

#: Counts the savings of a row, so that two writers cannot overwrite each other.
_VERSION = ("version",)

#: Rows of a tenant, behind row-level security.
TENANTS = (
    Table("federations_unit", Policy.DIRECTORY, side("SIU", **_DIRECTORY), guards=_UNITS),
    Table("federations_unitzone", Policy.DIRECTORY, side("SIUD", **_DIRECTORY), guards=_UNITS),
    Table("federations_recut", Policy.TENANT, side("SIU"), guards=_UNITS),
    Table("federations_recutunit", Policy.DIRECTORY, side("SI", **_DIRECTORY), guards=_UNITS),
    Table("federations_partner", Policy.DIRECTORY, side("SIU", regulator="S"), guards=_UNITS),
    Table(
        "federations_activity",
        Policy.TENANT,
        side("SIUD"),
        guards=_ACTIVITIES,
        ignored=_VERSION,
    ),
    Table("federations_activityparticipants", Policy.TENANT, side("SIUD"), guards=_ACTIVITIES),
    Table(
        "federations_expense",
        Policy.TENANT,
        side("SIUD"),
        guards=_EXPENSES,
        ignored=_VERSION,
    ),
    Table("federations_narrativesection", Policy.TENANT, side("SIUD"), guards=_NARRATIVE),
    Table("federations_narrativepicture", Policy.TENANT, side("SIUD"), guards=_NARRATIVE),
    Table("federations_storedfile", Policy.TENANT, side("SI", regulator="S"), history=False),
    # Written by a worker in its asker's name; removed by the dispatcher alone.
    Table("federations_filepiece", Policy.DISPATCHED, side("SI", system="SD"), history=False),
    Table(
        "federations_job",
        Policy.DISPATCHED,
        side("SIU", system="SU"),
        columns={**_of_side(*_JOB_STATE), "conamus_system": _JOB_STATE},
        guards=guards.JOBS,
        history=False,
    ),
    Table(
        "federations_outboxevent",
        Policy.DISPATCHED,
        side("SI", system="SU"),
        guards=guards.OUTBOX,
        history=False,
    ),
    Table("federations_idempotencykey", Policy.TENANT, side("SI"), history=False),
    Table("federations_periodlock", Policy.TENANT, side("SIU"), guards=_PERIODS),
    Table("federations_historyevent", Policy.HISTORY, side("S"), history=False),
)

TABLES = IDENTITY + REFERENCE + TENANTS
