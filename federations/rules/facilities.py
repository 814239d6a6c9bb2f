"""Who may do what in the register of health facilities, which all federations share.

A facility belongs to no tenant: several federations may have agreements with it. So any
manager may add one that is missing, but only the confederation's changes, suspends or
closes one: a federation's change would alter what the others see.
"""

from federations.rules.roles import FEDERATION_ROLES, Permission, Role, permitted_roles

#: Told on the pages, where the buttons are or would be.
SHARED_REGISTER = (
    "Ce registre est commun à toutes les fédérations : un gestionnaire de fédération peut y "
    "ajouter une formation sanitaire, mais seul le gestionnaire de la confédération modifie, "
    "suspend ou ferme celles qui y sont."
)


#: Who changes, suspends or closes what is already in the register.
REGISTER_KEEPERS = permitted_roles(Permission.MANAGE_FACILITIES) - FEDERATION_ROLES


def may_change_facility(role: Role) -> bool:
    """Tell whether the role may change what is already in the register.

    >>> may_change_facility(Role.FEDERATION_MANAGER)
    False
    """
    return role in REGISTER_KEEPERS
