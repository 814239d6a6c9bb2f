"""What we add to the sign-in library: closed registration, roles, encrypted secrets."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest

from federations.models import User


class ActiveRoleBackend(AuthenticationBackend):
    """Sign-in with a password, for active users."""

    def user_can_authenticate(self, user: User) -> bool:
        """Refuse deactivated users."""
        return user.is_active


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Nobody registers alone: a manager invites."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Keep the registration page closed."""
        return False


class EncryptedMFAAdapter(DefaultMFAAdapter):
    """Keep TOTP secrets and recovery seeds encrypted with the environment's FIELD_KEY."""

    def encrypt(self, text: str) -> str:
        """Encrypt a secret before it is stored."""
        return Fernet(settings.FIELD_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a stored secret."""
        return Fernet(settings.FIELD_KEY).decrypt(encrypted_text.encode()).decode()
