"""What Django cannot say of the tables of care: partitions by year of care, and their keys.

Claims, their lines, steps and decisions grow by a million rows a year: each table is partitioned
by ``care_year``, so that a year costs the same whatever came before it. PostgreSQL wants the
partition's column in every unique key: the primary key is (care_year, id). Each row of a claim is
held by one key to its claim and to the claim's three parties, so that no row can name others.
"""

YEARS = range(2024, 2031)

_CLAIM = "claims_claim"
_DECISION = "claims_decision"
_PARTIES = "tenant_id, processing_id, facility_id"
#: Each partitioned table and the column that ties it to a claim or decision.
PARTITIONED = (
    (_CLAIM, "", ""),
    ("claims_claimline", "claim_id", _CLAIM),
    ("claims_claimstep", "claim_id", _CLAIM),
    (_DECISION, "claim_id", _CLAIM),
    ("claims_decisionline", "decision_id", _DECISION),
    ("claims_decisioncut", "decision_id", _DECISION),
)
#: Tables of a claim that are not partitioned.
TIED = (
    "claims_claimdiagnosis",
    "claims_claimattachment",
    "claims_privatereading",
    "claims_review",
    "claims_reviewfinding",
    "claims_facilityreply",
    "claims_claimsignal",
)
#: Keys that carry the tenant: a plain check of a foreign key would accept another's row.
TENANT_KEYS = (
    (_CLAIM, "household_id", "membership_household"),
    (_CLAIM, "beneficiary_id", "membership_beneficiary"),
    (_CLAIM, "unit_id", "federations_unit"),
    ("claims_careaccount", "household_id", "membership_household"),
    ("claims_careauthorisation", "beneficiary_id", "membership_beneficiary"),
    ("claims_agreement", "unit_id", "federations_unit"),
    ("claims_agreementsuspension", "agreement_id", "claims_agreement"),
    ("claims_agreementdocument", "agreement_id", "claims_agreement"),
    ("claims_packageclause", "package_id", "claims_benefitpackage"),
    ("claims_facilityinvoice", "centre_id", "federations_unit"),
    ("claims_agreementdocument", "file_id", "federations_storedfile"),
    ("claims_authorisationuse", "authorisation_id", "claims_careauthorisation"),
    ("claims_paymentorder", "reverses_id", "claims_paymentorder"),
    ("claims_invoiceentry", "invoice_id", "claims_facilityinvoice"),
    ("claims_invoiceentry", "order_id", "claims_paymentorder"),
    ("claims_invoiceentry", "debt_id", "claims_facilitydebt"),
)


def _partition(table: str, parent_column: str, parent: str) -> str:
    """SQL that makes the plain, empty table a partitioned one, with its keys."""
    plain = f"{table}_plain"
    parts = "".join(
        f"CREATE TABLE {table}_{year} PARTITION OF {table}"
        f" FOR VALUES FROM ({year}) TO ({year + 1});\n"
        for year in YEARS
    )
    tie = (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_of_claim FOREIGN KEY"
        f" (care_year, {parent_column}, {_PARTIES})"
        f" REFERENCES {parent} (care_year, id, {_PARTIES});"
        if parent
        else "".join(
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column} FOREIGN KEY ({column})"
            f" REFERENCES {target} (id);\n"
            for column, target in (
                ("tenant_id", "federations_federation"),
                ("processing_id", "federations_federation"),
                ("facility_id", "federations_healthfacility"),
            )
        )
    )
    whole_key = (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_parties UNIQUE (care_year, id, {_PARTIES});"
        if table in (_CLAIM, _DECISION)
        else ""
    )
    return f"""
        ALTER TABLE {table} RENAME TO {plain};
        CREATE TABLE {table} (LIKE {plain} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
            PARTITION BY RANGE (care_year);
        DROP TABLE {plain};
        CREATE SEQUENCE {table}_id_seq OWNED BY {table}.id;
        ALTER TABLE {table} ALTER COLUMN id SET DEFAULT nextval('{table}_id_seq');
        {parts}
        CREATE TABLE {table}_other PARTITION OF {table} DEFAULT;
        ALTER TABLE {table} ADD PRIMARY KEY (care_year, id);
        {whole_key}
        {tie}
    """


def _tie(table: str, column: str, target: str) -> str:
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_of_claim FOREIGN KEY"
        f" (care_year, {column}, {_PARTIES}) REFERENCES {target} (care_year, id, {_PARTIES})"
    )


def _tenant_key(table: str, column: str, target: str) -> str:
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_{column}"
        f" FOREIGN KEY (tenant_id, {column}) REFERENCES {target} (tenant_id, id)"
        " DEFERRABLE INITIALLY DEFERRED"
    )


def partitions() -> str:
    """Return the SQL that partitions the tables that grow."""
    return "".join(_partition(*table) for table in PARTITIONED)


def keys() -> str:
    """Return the SQL of the keys that Django cannot say."""
    ties = [_tie(table, "claim_id", _CLAIM) for table in TIED]
    ties.append(_tie("claims_authorisationuse", "decision_id", _DECISION))
    return ";\n".join([*ties, *(_tenant_key(*key) for key in TENANT_KEYS)])


def tenant_keys(keys: tuple[tuple[str, str, str], ...]) -> str:
    """Return the SQL of keys that carry the tenant: (table, column, the table it points into)."""
    return ";\n".join(_tenant_key(*key) for key in keys)
