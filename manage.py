#!/usr/bin/env python3
"""Django's command line; without an environment it talks to the running demonstration."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from conamus.standalone.console import refuse


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conamus.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # No demonstration runs and no environment is given: a sentence says it all.
        if "DATABASE_URL" in os.environ:
            raise
        sys.exit(refuse(error))


if __name__ == "__main__":
    main()
