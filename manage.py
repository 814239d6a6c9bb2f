#!/usr/bin/env python3
"""Django's command line; without an environment it talks to the running demonstration."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import InterfaceError, OperationalError

from conamus.database_patience import is_connection_lost
from conamus.standalone.console import refuse

_GONE = Exception(
    "la base de données de la démonstration ne répond plus : elle s’arrête ou redémarre. Attendez "
    "quelques secondes, relancez « make demo » si elle est arrêtée, puis recommencez."
)


def main() -> None:
    is_given = "DATABASE_URL" in os.environ
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conamus.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # No demonstration runs and no environment is given: a sentence says it all.
        if "DATABASE_URL" in os.environ:
            raise
        sys.exit(refuse(error))
    except (InterfaceError, OperationalError) as error:
        # The demonstration that was found has been stopped or killed meanwhile.
        if is_given or not is_connection_lost(error):
            raise
        sys.exit(refuse(_GONE))


if __name__ == "__main__":
    main()
