"""What Django asks before it starts: settings that a slip of the pen would void unseen."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from federations.rules.roles import Role


@register()
def check_mfa_roles(**_: Any) -> list[Error]:
    """Refuse a role that nobody can have: its people would sign in without a second factor."""
    # Nobody signs in as the system.
    names = [role.value for role in Role if role is not Role.SYSTEM]
    return [
        Error(
            f"MFA_REQUIRED_ROLES : « {name} » n’est pas un rôle.",
            hint=f"Les rôles : {', '.join(names)}.",
            id="federations.E001",
        )
        for name in settings.MFA_REQUIRED_ROLES
        if name not in names
    ]
