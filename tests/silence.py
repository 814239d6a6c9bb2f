"""A server that may fall silent: a relay before the database, as a frozen server or dead network.

What was connected stays connected and gets no word; so does who connects meanwhile.
"""

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Relay:
    """Passes bytes between its port and a server's until it is told to be silent."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._speaks = threading.Event()
        self._speaks.set()
        self._is_over = False
        self._sockets: list[socket.socket] = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def fall_silent(self) -> None:
        """Pass nothing any more."""
        self._speaks.clear()

    def speak(self) -> None:
        """Pass what waited, and what comes."""
        self._speaks.set()

    def close(self) -> None:
        """Cut every line."""
        self._is_over = True
        self._speaks.set()
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while not self._is_over:
            try:
                inner, _ = self._listener.accept()
            except OSError:
                return
            self._sockets.append(inner)
            threading.Thread(target=self._join, args=(inner,), daemon=True).start()

    def _join(self, inner: socket.socket) -> None:
        self._speaks.wait()
        if self._is_over:
            return
        outer = socket.create_connection(self._server)
        self._sockets.append(outer)
        with selectors.DefaultSelector() as ready, suppress(OSError):
            ready.register(inner, selectors.EVENT_READ, outer)
            ready.register(outer, selectors.EVENT_READ, inner)
            while self._pass(ready):
                pass
        inner.close()
        outer.close()

    def _pass(self, ready: selectors.BaseSelector) -> bool:
        """Pass what is there; False once a side has hung up."""
        for key, _ in ready.select():
            said = key.fileobj.recv(65536)  # type: ignore[union-attr]
            self._speaks.wait()
            key.data.sendall(said)
            if not said:
                return False
        return True


@contextmanager
def relay_to(host: str, port: int) -> Iterator[Relay]:
    """Yield a relay before a server; its lines are cut at the end."""
    relay = Relay(host, port)
    try:
        yield relay
    finally:
        relay.close()
