"""What a provider of text messages is: one verb, and how it fails."""

from typing import Protocol


class SendingFailed(Exception):
    """The message did not go out; the text says why, in French."""


class ProviderUnreachable(SendingFailed):
    """The provider itself does not answer: the following messages would fail alike."""


class Provider(Protocol):
    """Hands texts over to an operator."""

    @property
    def name(self) -> str:
        """What the log calls it."""

    @property
    def sends_for_real(self) -> bool:
        """Whether a telephone rings."""

    def send(self, phone: str, text: str) -> str:
        """Send to a number (eight digits); return the provider's reference, SendingFailed."""
