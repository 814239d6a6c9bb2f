"""Fill a fresh database: migrate and fence it, then load the small world or the demo.

Run as a process of its own (`python -m tests.build world`), so that no test's
connection is ever the owner's.
"""

import sys

import django
from django.core.management import call_command


def main(content: str) -> None:
    """Build the database that the environment's URLs point to."""
    django.setup()
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    if content == "demo":
        call_command("load_demo")
    else:
        from tests.world import build_world

        build_world()


if __name__ == "__main__":
    main(sys.argv[1])
