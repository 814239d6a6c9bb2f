"""How gunicorn serves the application, in the demonstration and in production alike.

Threads: a page that waits (a lock, a slow question to the database) holds one of them and
not a whole process, so that the other pages and `/readyz` are answered meanwhile. What
waits ends by itself: PostgreSQL ends a page's statement or its wait for a lock, and a page gives
up on a silent database (database_patience.py). Each thread keeps at most one connection:
processes × threads stays well under PostgreSQL's hundred.
"""

from conamus.database_patience import limit_waiting_of_pages
from conamus.kernel.memory import settle_loaded

worker_class = "gthread"
threads = 12
#: A process that does not even say that it lives is started again after so many seconds.
timeout = 60
#: Long enough for a page and the files it asks for to share one connection.
keepalive = 5
control_socket_disable = True


def post_fork(server: object, worker: object) -> None:
    """Have a page give up on a database that says nothing."""
    limit_waiting_of_pages()


def post_worker_init(worker: object) -> None:
    """Once the application is loaded."""
    settle_loaded()
