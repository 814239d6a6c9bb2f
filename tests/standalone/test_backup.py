"""The restore drill: what was saved comes back whole, roles, grants and policies included.

The cluster is a throw-away one of its own, so that the drill swaps databases as an operator
does. ``SCHEMA`` stands for the application's tables: forced row-level security, a sequence, a
function of the definer, an extension.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from conamus.standalone import backup, database
from conamus.standalone.console import Refusal
from conamus.standalone.sealed import CHUNK, Sealer, key_mark, parse_key, unseal

from .conftest import BASE_DIR, cli, wait_for

KEY = bytes(range(32))
SCHEMA = """
CREATE EXTENSION btree_gist;
CREATE TABLE household (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id int NOT NULL, name text NOT NULL);
INSERT INTO household (tenant_id, name)
    SELECT n % 5 + 1, 'Ménage n° ' || n FROM generate_series(1, 3000) AS n;
CREATE TABLE picture (id int PRIMARY KEY, content bytea NOT NULL);
INSERT INTO picture
    SELECT n, decode(repeat(md5(n::text), 20000), 'hex') FROM generate_series(1, 8) AS n;
ALTER TABLE household ENABLE ROW LEVEL SECURITY;
ALTER TABLE household FORCE ROW LEVEL SECURITY;
CREATE POLICY federation ON household TO conamus_federation
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::int);
GRANT SELECT, INSERT ON household TO conamus_federation;
CREATE FUNCTION network_households() RETURNS bigint LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, public AS 'SELECT count(*) FROM household';
GRANT SELECT ON household TO conamus_definer;
GRANT CREATE ON SCHEMA public TO conamus_definer;
ALTER FUNCTION network_households() OWNER TO conamus_definer;
REVOKE ALL ON FUNCTION network_households() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION network_households() TO conamus_regulator;
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A cluster of its own with the schema in it, and its environment."""
    folder = tmp_path_factory.mktemp("drill")
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.geteuid() and parent.stat().st_mode & 0o077 == 0:
            parent.chmod(0o711)
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    holder = subprocess.Popen(
        cli("services", "--dir", str(folder)), cwd=BASE_DIR, env=kept, stdout=subprocess.DEVNULL
    )
    try:
        assert wait_for((folder / "env.json").exists, 30)
        environment = json.loads((folder / "env.json").read_text())
        with database.connected(environment["OWNER_DATABASE_URL"]) as link:
            link.cursor().execute(SCHEMA)
        yield environment
    finally:
        holder.terminate()
        holder.wait(30)


@pytest.fixture(scope="module")
def saved(cluster: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("saved") / "one.backup"
    counts = backup.dump(cluster["BACKUP_DATABASE_URL"], KEY, target, target.parent)
    assert counts == {"public.household": 3000, "public.picture": 8}
    return target


def restore(cluster: dict[str, str], source: Path, **options: object) -> backup.Restored:
    url = cluster["SUPERUSER_DATABASE_URL"]
    return backup.restore(url, KEY, source, source.parent, **options)


def databases(cluster: dict[str, str]) -> set[str]:
    with database.connected(cluster["SUPERUSER_DATABASE_URL"]) as link, link.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE NOT datistemplate")
        return {row[0] for row in cursor.fetchall()}


def fingerprint(url: str) -> list[tuple]:
    """Everything that a restoration must bring back, as the superuser sees it."""
    with database.connected(url) as link, link.cursor() as cursor:
        cursor.execute("""
            SELECT 'table', c.relname, pg_get_userbyid(relowner), relacl::text,
                   relrowsecurity::text || relforcerowsecurity::text
              FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
            UNION ALL SELECT 'policy', polname, polroles::regrole[]::text,
                   pg_get_expr(polqual, polrelid), '' FROM pg_policy
            UNION ALL SELECT 'function', proname, pg_get_userbyid(proowner), proacl::text,
                   prosecdef::text || proconfig::text FROM pg_proc WHERE proname LIKE 'network%'
            UNION ALL SELECT 'extension', extname, '', '', '' FROM pg_extension
            UNION ALL SELECT 'schema', nspname, pg_get_userbyid(nspowner), nspacl::text, ''
              FROM pg_namespace WHERE nspname = 'public'
            UNION ALL SELECT 'rows', 'household', count(*)::text,
                   md5(string_agg(name, ',' ORDER BY id)), ''
              FROM household
            UNION ALL SELECT 'rows', 'picture', count(*)::text,
                   md5(string_agg(content, '' ORDER BY id)), ''
              FROM picture
            ORDER BY 1, 2, 3""")
        return cursor.fetchall()


def test_a_backup_restored_beside_is_the_same(cluster: dict[str, str], saved: Path) -> None:
    done = restore(cluster, saved, into="drill_beside")
    assert (done.tables, done.rows, done.set_aside) == (2, 3008, None)
    url = cluster["SUPERUSER_DATABASE_URL"]
    original = fingerprint(backup.with_database(url, "conamus"))
    assert fingerprint(backup.with_database(url, "drill_beside")) == original
    assert any(row[:2] == ("policy", "federation") for row in original)
    with pytest.raises(Refusal, match="existe déjà"):
        restore(cluster, saved, into="drill_beside")
    database.drop_database(url, "drill_beside")


@pytest.mark.parametrize("name", ['dr"ill; x', "Drill", "9drill", "drill beside", "d" * 64, "é"])
def test_a_name_that_no_database_should_bear(name: str, cluster, saved: Path) -> None:
    with pytest.raises(Refusal, match="n’est pas un nom de base"):
        restore(cluster, saved, into=name)
    assert not database.database_exists(cluster["SUPERUSER_DATABASE_URL"], name)


def test_the_restored_wall_still_stands(cluster: dict[str, str], saved: Path) -> None:
    restore(cluster, saved, into="drill_wall")
    address = backup.with_database(cluster["DATABASE_URL"], "drill_wall")
    with database.connected(address) as link, link.cursor() as cursor:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SELECT count(*) FROM household")
        cursor.execute("SET ROLE conamus_federation")
        cursor.execute("SET app.tenant = '2'")
        cursor.execute("SELECT count(*), min(tenant_id), max(tenant_id) FROM household")
        assert cursor.fetchone() == (600, 2, 2)
        cursor.execute("INSERT INTO household (tenant_id, name) VALUES (2, 'x') RETURNING id")
        assert cursor.fetchone() == (3001,)
        cursor.execute("SET ROLE conamus_regulator")
        cursor.execute("SELECT network_households()")
        assert cursor.fetchone() == (3001,)
    database.drop_database(cluster["SUPERUSER_DATABASE_URL"], "drill_wall")


def test_data_are_never_overwritten_unasked_and_are_kept_when_asked(
    cluster: dict[str, str], saved: Path
) -> None:
    with database.connected(cluster["LOADER_DATABASE_URL"]) as link:
        link.cursor().execute("INSERT INTO household (tenant_id, name) VALUES (1, 'après')")
    before = databases(cluster)
    with pytest.raises(Refusal, match="FORCE=1"):
        restore(cluster, saved)
    assert databases(cluster) == before

    in_use = psycopg2.connect(cluster["DATABASE_URL"])
    done = restore(cluster, saved, force=True)
    in_use.close()
    assert done.set_aside in databases(cluster)
    url = cluster["SUPERUSER_DATABASE_URL"]
    with database.connected(backup.with_database(url, "conamus")) as link:
        assert backup.count_rows(link)["public.household"] == 3000
    with database.connected(backup.with_database(url, done.set_aside)) as link:
        assert backup.count_rows(link)["public.household"] == 3001
    with database.connected(cluster["DATABASE_URL"]) as link, link.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("conamus_app",)
    database.drop_database(url, done.set_aside)


def test_an_absent_database_is_simply_restored(cluster: dict[str, str], saved: Path) -> None:
    url = cluster["SUPERUSER_DATABASE_URL"]
    original = fingerprint(backup.with_database(url, "conamus"))
    database.drop_database(url, "conamus")
    assert restore(cluster, saved).set_aside is None
    assert fingerprint(backup.with_database(url, "conamus")) == original


def broken(saved: Path, tmp_path: Path, how: str) -> Path:
    content = bytearray(saved.read_bytes())
    middle = len(content) // 2
    if how == "flipped":
        content[middle] ^= 1
    elif how == "header":
        content[content.index(b'"salt": "') + 9] ^= 1
    elif how == "cut":
        del content[middle:]
    elif how == "last chunk gone":
        content = _without_last_chunk(bytes(content))
    elif how == "swapped":
        content = bytearray(b"%PDF-1.7" + content)
    target = tmp_path / "broken.backup"
    target.write_bytes(content)
    return target


def _without_last_chunk(content: bytes) -> bytearray:
    start = content.index(b"\n", content.index(b"\n") + 1) + 1
    last = start
    while start < len(content):
        last = start
        start += 4 + int.from_bytes(content[start : start + 4], "big")
    return bytearray(content[:last])


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("flipped", "un octet au moins a changé"),
        ("header", "un octet au moins a changé|n’est pas une sauvegarde"),
        ("cut", "tronquée"),
        ("last chunk gone", "tronquée"),
        ("swapped", "n’est pas une sauvegarde de Conamus"),
    ],
)
def test_a_broken_file_changes_nothing(
    cluster: dict[str, str], saved: Path, tmp_path: Path, how: str, sentence: str
) -> None:
    before = databases(cluster)
    with pytest.raises(Refusal, match=sentence):
        restore(cluster, broken(saved, tmp_path, how), force=True)
    assert databases(cluster) == before


def test_another_key_is_named(cluster: dict[str, str], saved: Path) -> None:
    before = databases(cluster)
    other = bytes(32)
    with pytest.raises(Refusal) as refused:
        backup.restore(cluster["SUPERUSER_DATABASE_URL"], other, saved, saved.parent, force=True)
    assert key_mark(other) in str(refused.value)
    assert key_mark(KEY) in str(refused.value)
    assert databases(cluster) == before


def test_nothing_readable_is_in_the_file(saved: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600
    content = saved.read_bytes()
    assert b"household" not in content
    assert b"PGDMP" not in content


def test_a_failed_dump_leaves_no_file(cluster: dict[str, str], tmp_path: Path) -> None:
    """The application's role may not read everything: pg_dump refuses, and so do we."""
    with pytest.raises((Refusal, psycopg2.Error)):
        backup.dump(cluster["DATABASE_URL"], KEY, tmp_path / "x.backup", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_sealed_comes_back(size: int) -> None:
    content = os.urandom(size)
    output = io.BytesIO()
    sealer = Sealer(output, KEY)
    for start in range(0, size, 300_000):
        sealer.write(content[start : start + 300_000])
    sealer.close()
    output.seek(0)
    assert b"".join(unseal(output, KEY)) == content


@pytest.mark.parametrize("text", ["", "abc", "é", "AAAA"])
def test_a_key_that_is_not_one(text: str) -> None:
    with pytest.raises(Refusal, match="32 octets"):
        parse_key(text)


def test_the_commands_save_and_restore(
    cluster: dict[str, str], run_cli, clean_environment: dict[str, str]
) -> None:
    var = Path(clean_environment["VAR_DIR"])
    given = {name: value for name, value in cluster.items() if name.endswith("DATABASE_URL")}
    done = run_cli("backup", **given)
    assert done.returncode == 0, done.stdout
    assert (var / "backup.key").stat().st_mode & 0o777 == 0o600
    (saved,) = (var / "backups").iterdir()
    assert "Sauvegarde écrite" in done.stdout
    refused = run_cli("restore", FILE=str(saved), **given)
    assert refused.returncode == 1
    assert "FORCE=1" in refused.stdout
    (var / "run").mkdir(exist_ok=True)
    (var / "run" / "prepared").write_text("mark")
    done = run_cli("restore", FILE=str(saved), INTO=f"by_command_{int(time.time())}", **given)
    assert done.returncode == 0, done.stdout
    assert "2 tables, 3008 lignes, conformes" in done.stdout
    assert (var / "run" / "prepared").read_text() == "mark", "beside: the data are the same"
    done = run_cli("restore", FILE=str(saved), FORCE="1", **given)
    assert done.returncode == 0, done.stdout
    assert not (var / "run" / "prepared").exists()
    (var / "backup.key").unlink()
    assert "la clé manque" in run_cli("restore", FILE=str(saved), FORCE="1", **given).stdout
    assert "n’existe pas" in run_cli("restore", FILE="/nonexistent", **given).stdout
    assert "BACKUP_DATABASE_URL manque" in run_cli("backup").stdout
