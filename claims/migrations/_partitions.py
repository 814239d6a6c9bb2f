"""Tables of care that grow by a million rows a year, partitioned by year of care.

A year costs the same whatever came before it. PostgreSQL wants the partition's column in every
unique key: the primary key is (care_year, id).
"""

YEARS = range(2024, 2031)

CLAIM = "claims_claim"
DECISION = "claims_decision"
PARTIES = "tenant_id, processing_id, facility_id"
#: Each partitioned table and the column that ties it to a claim or decision.
PARTITIONED = (
    (CLAIM, "", ""),
    ("claims_claimline", "claim_id", CLAIM),
    ("claims_claimstep", "claim_id", CLAIM),
    (DECISION, "claim_id", CLAIM),
    ("claims_decisionline", "decision_id", DECISION),
    ("claims_decisioncut", "decision_id", DECISION),
)


def partitions() -> str:
    """Return the SQL that partitions the tables that grow."""
    return "".join(_partition(*table) for table in PARTITIONED)


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
        f" (care_year, {parent_column}, {PARTIES})"
        f" REFERENCES {parent} (care_year, id, {PARTIES});"
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
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_parties UNIQUE (care_year, id, {PARTIES});"
        if table in (CLAIM, DECISION)
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
