"""The cache in the database, which takes nothing but plain values out of it.

Django's unpickles what the table holds: whoever could write a row there would run a program
of theirs in the web server. Here a value is made of texts, numbers, lists and the like, or it
is not there.
"""

import base64
import io
import pickle
from collections.abc import Iterable
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.utils import timezone


class _Plain(pickle.Unpickler):
    """Reads values that name no class and no function."""

    def find_class(self, module: str, name: str) -> Any:
        """Refuse."""
        raise pickle.UnpicklingError(f"{module}.{name} is no plain value")


class PlainDatabaseCache(DatabaseCache):
    """Django's, reading with care."""

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        """Return the values that are there, still valid and plain."""
        asked = {self.make_and_validate_key(key, version=version): key for key in keys}
        if not asked:
            return {}
        table = connection.ops.quote_name(self.cache_model_class._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT cache_key, value FROM {table}"  # noqa: S608 - named in the settings
                " WHERE cache_key = ANY (%s) AND expires >= %s",
                [list(asked), timezone.now()],
            )
            found = cursor.fetchall()
        plain = ((asked[key], _read(value)) for key, value in found)
        return {key: value for key, value in plain if value is not None}


def _read(value: str) -> Any:
    try:
        return _Plain(io.BytesIO(base64.b64decode(value))).load()
    except (pickle.UnpicklingError, EOFError, ValueError):
        return None
