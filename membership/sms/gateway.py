"""A generic HTTP gateway: one POST of a JSON object a message, configured by the environment.

The connection is made to the very address that was checked: private and local networks are
refused unless the configuration allows them (a gateway in the building), so that a name which
changes its address cannot lead inside. Redirections are followed nowhere.
"""

import http.client
import ipaddress
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from membership.rules.text_messages import COUNTRY
from membership.sms.provider import ProviderUnreachable, SendingFailed

#: Bytes of an answer that are read.
MOST_BYTES = 65_536


@dataclass(frozen=True, kw_only=True)
class GatewayProvider:
    """The gateway's address, its names for the fields, and what it may reach."""

    url: str
    token: str = field(default="", repr=False)
    sender: str = ""
    phone_field: str = "to"
    text_field: str = "text"
    sender_field: str = "from"
    reference_field: str = "id"
    timeout_seconds: float = 10.0
    may_be_private: bool = False
    name: str = "passerelle HTTP"
    sends_for_real: bool = True

    def __post_init__(self) -> None:
        """Refuse an address that would carry the token in clear over a public network."""
        parts = urlsplit(self.url)
        schemes = ("http", "https") if self.may_be_private else ("https",)
        if parts.scheme not in schemes or not parts.hostname:
            raise ValueError("SMS_HTTP_URL must be an https address (http: SMS_ALLOW_PRIVATE only)")

    def send(self, phone: str, text: str) -> str:
        """Post the message; return the gateway's reference."""
        message = {self.phone_field: f"{COUNTRY}{phone}", self.text_field: text}
        if self.sender:
            message[self.sender_field] = self.sender
        status, content = self._post(json.dumps(message, ensure_ascii=False).encode())
        if 300 <= status < 400:
            raise SendingFailed("La passerelle renvoie vers une autre adresse : refusé.")
        if not 200 <= status < 300:
            raise SendingFailed(f"La passerelle a refusé le message (réponse {status}).")
        return _reference(content, self.reference_field)

    def _post(self, body: bytes) -> tuple[int, bytes]:
        connection = self._connection()
        parts = urlsplit(self.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            connection.request("POST", target, body=body, headers=headers)
            response = connection.getresponse()
            return response.status, response.read(MOST_BYTES)
        except TimeoutError as error:
            raise ProviderUnreachable("La passerelle n’a pas répondu à temps.") from error
        except (OSError, http.client.HTTPException) as error:
            raise ProviderUnreachable("La passerelle est injoignable.") from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        connection = kind(parts.hostname or "", parts.port, timeout=self.timeout_seconds)
        # The standard library's own place for another way to connect.
        connection._create_connection = self._connect  # type: ignore[attr-defined]
        return connection

    def _connect(self, address: tuple[str, int], timeout: float, *more: Any) -> socket.socket:
        """Connect to the first address of the host, once every one of them is allowed."""
        found = socket.getaddrinfo(*address, type=socket.SOCK_STREAM)
        places = [str(place[4][0]) for place in found]
        if not self.may_be_private and any(_is_inside(place) for place in places):
            raise SendingFailed(
                "L’adresse de la passerelle est dans un réseau privé : refusé "
                "(SMS_ALLOW_PRIVATE l’autorise)."
            )
        return socket.create_connection((places[0], address[1]), timeout, *more)


def _is_inside(address: str) -> bool:
    return not ipaddress.ip_address(address.partition("%")[0]).is_global


def _reference(content: bytes, path: str) -> str:
    """Return what the answer's JSON holds under a dotted path (« messages.0.id »); "" if none."""
    try:
        found: Any = json.loads(content)
        for step in path.split("."):
            found = found[int(step)] if isinstance(found, list) else found[step]
    except (ValueError, KeyError, IndexError, TypeError):
        return ""
    return str(found)[:80] if isinstance(found, str | int) else ""


def from_settings(given: Mapping[str, Any]) -> GatewayProvider:
    """Return the gateway that the settings describe."""
    return GatewayProvider(
        url=given["url"],
        token=given["token"],
        sender=given["sender"],
        phone_field=given["phone_field"],
        text_field=given["text_field"],
        sender_field=given["sender_field"],
        reference_field=given["reference_field"],
        timeout_seconds=given["timeout_seconds"],
        may_be_private=given["may_be_private"],
    )
