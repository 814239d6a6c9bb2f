"""Fill a template: migrate and fence an empty one, or load the small world, the demo, two tenants.

Run as a process of its own (`python -m tests.build world`), so that no test's
connection is ever the owner's.
"""

import sys

import django
from django.core.management import call_command


def main(content: str) -> None:
    """Build the database that the environment's URLs point to."""
    django.setup()
    if content == "schema":
        call_command("migrate", database="owner", interactive=False, verbosity=0)
    elif content == "demo":
        call_command("load_demo")
    elif content == "first_day":
        create_first_tenants()
    else:
        from tests.world import build_world

        build_world()


def create_first_tenants() -> None:
    """Create the confederation, then a federation, as docs/deploy.md says."""
    for code, manager in (("CONAMUS", "directrice"), ("URUMURI", "ursule")):
        call_command(
            "create_tenant",
            code=code,
            name=f"{code} du Burundi",
            short_name=code,
            manager_username=manager,
            manager_name="Ursule Ndikumana",
            manager_email=f"{manager}@exemple.bi",
        )


if __name__ == "__main__":
    main(sys.argv[1])
