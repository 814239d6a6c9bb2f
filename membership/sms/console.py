"""The provider of the demonstration: it writes that there was a message, and sends nothing."""

import logging

logger = logging.getLogger("conamus.sms")


class ConsoleProvider:
    """Notes each message in the log, without its number or its text: these are personal."""

    name = "journal"
    sends_for_real = False

    def send(self, phone: str, text: str) -> str:
        """Note it; there is no reference."""
        logger.info("sms to ******%s, %d characters", phone[-2:], len(text))
        return ""
