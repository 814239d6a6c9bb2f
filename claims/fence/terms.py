"""What care is decided by: catalogue, tariffs, packages, terms of control, agreements, books."""

from claims.fence import claim_wall
from claims.fence.narrowing import BOTH, FACILITY, added, changing, narrow, once
from federations.rules.roles import Permission, Role, permitted_roles
from federations.tenancy.declarations import FEDERATION_SIDE, Guard, Policy, Table, side
from federations.tenancy.guards import HOLDS, acts_as, directory_kept_by, written_by

_AGREEING = written_by(permitted_roles(Permission.MANAGE_AGREEMENTS))
_KEPT = directory_kept_by(permitted_roles(Permission.MANAGE_CARE_TERMS))

_OF_SEED = (
    narrow("made_by_the_machine", "INSERT", FEDERATION_SIDE, "", claim_wall.BY_SYSTEM),
    # To the doctors it is told once nothing is drawn by it any more: the month is over.
    narrow(
        "secret",
        "SELECT",
        FEDERATION_SIDE,
        f"{claim_wall.BY_SYSTEM} OR ({acts_as((Role.MEDICAL_ADVISER,))}"
        " AND month < date_trunc('month', CURRENT_DATE))",
        "",
    ),
    Guard("advisers", "SELECT", ("conamus_adviser",), using=HOLDS),
)

_OF_PACKAGE = (
    "state", "late_after_days", "accepts_unpriced", "derogation_on", "derogation_reason",
    "in_force_from", "in_force_until", "adopted_by",
)  # fmt: skip
_AGREED = (
    "number", "payment_term_days", "advance_francs", "advance_percent", "advance_months",
    "ends_on", "ended_because",
)  # fmt: skip
#: A facility meets its own prices and those of a type or of all; a package once it is adopted.
_OWN_PRICES = (
    *_KEPT,
    narrow(
        "own_prices",
        "SELECT",
        FACILITY,
        "facility_id IS NULL"
        " OR facility_id = nullif(current_setting('app.facility_id', true), '')::bigint",
        "",
    ),
)
_ADOPTED = (*_KEPT, narrow("adopted", "SELECT", FACILITY, "state <> 'draft'", ""))
_OF_ADOPTED = (
    *_KEPT,
    narrow(
        "adopted",
        "SELECT",
        FACILITY,
        "EXISTS (SELECT FROM claims_benefitpackage p WHERE p.id = package_id)",
        "",
    ),
)
_OF_STUB = (
    added("used", claim_wall.BY_WRITERS),
    narrow("let_go", "UPDATE", BOTH, claim_wall.STUB_LET_GO, ""),
)
_NAMED = ("name", "sort_key", "search_key", "closed_on")
TABLES = (
    # CONAMUS's rows are the network's; every federation and facility reads them.
    Table(
        "claims_act",
        Policy.DIRECTORY,
        side("SIU", facility="S", regulator="S"),
        columns=changing(*_NAMED, "family", "strength", "form", "atc"),
        guards=_KEPT,
    ),
    Table(
        "claims_carereason",
        Policy.DIRECTORY,
        side("SIU", facility="S"),
        columns=changing(*_NAMED, "icd10", "is_chronic", "is_maternity", "usual_treatment"),
        guards=_KEPT,
    ),
    # A visitor is treated by the host's tariff and the home's package: all are read by all.
    Table(
        "claims_tariff",
        Policy.DIRECTORY,
        side("SIUD", facility="S"),
        columns=changing("ends_on"),
        guards=_OWN_PRICES,
    ),
    Table(
        "claims_benefitpackage",
        Policy.DIRECTORY,
        side("SIUD", facility="S"),
        columns=changing(*_OF_PACKAGE),
        guards=_ADOPTED,
    ),
    Table("claims_packageclause", Policy.DIRECTORY, side("SIUD", facility="S"), guards=_OF_ADOPTED),
    Table("claims_controlterms", Policy.DIRECTORY, side("SI"), guards=_KEPT),
    # Whoever enters could foresee the draw: no history keeps it either.
    Table("claims_sampleseed", Policy.TENANT, side("SI"), guards=_OF_SEED, history=False),
    Table(
        "claims_agreement",
        Policy.FACILITY,
        side("SIUD", facility="S"),
        columns=changing(*_AGREED),
        guards=_AGREEING,
    ),
    Table(
        "claims_agreementsuspension",
        Policy.FACILITY,
        side("SIUD", facility="S"),
        columns=changing("ends_on"),
        guards=_AGREEING,
    ),
    Table(
        "claims_agreementdocument",
        Policy.FACILITY,
        side("SI", facility="S"),
        guards=_AGREEING,
        history=False,
    ),
    Table(
        "claims_stubbook",
        Policy.FACILITY,
        side("SIU", facility="S"),
        columns=changing("withdrawn_on"),
        guards=_AGREEING,
    ),
    Table(
        "claims_stubuse",
        Policy.FACILITY,
        side("SIU", facility="SIU"),
        columns=changing("freed_at", by=BOTH),
        guards=(*once("freed_at", BOTH), *_OF_STUB),
        history=False,
    ),
)
