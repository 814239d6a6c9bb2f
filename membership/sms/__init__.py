"""Text messages go out through one provider, chosen by the environment; none, unless told.

``SMS_PROVIDER`` is « none » (nothing is ever sent), « console » (the demonstration: noted in the
log) or « http » (membership/sms/gateway.py).
"""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from membership.sms.console import ConsoleProvider
from membership.sms.gateway import GatewayProvider, from_settings
from membership.sms.provider import Provider, ProviderUnreachable, SendingFailed

__all__ = [
    "ConsoleProvider",
    "GatewayProvider",
    "Provider",
    "ProviderUnreachable",
    "SendingFailed",
    "provider_in_use",
]


def provider_in_use() -> Provider | None:
    """Return the provider of the configuration; None: messages are off."""
    kind = settings.SMS["provider"]
    if kind == "none":
        return None
    if kind == "console":
        return ConsoleProvider()
    if kind == "http":
        return from_settings(settings.SMS)
    raise ImproperlyConfigured(f"SMS_PROVIDER: none, console or http, not {kind!r}")
