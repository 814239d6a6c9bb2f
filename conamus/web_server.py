"""How gunicorn serves the application, in the demonstration and in production alike.

Threads: a page that waits (a lock, a slow question to the database) holds one of them and
not a whole process, so that the other pages and `/readyz` are answered meanwhile. What
waits ends by itself: PostgreSQL stops a statement after a minute (roles.sql). Each thread
keeps at most one connection: processes × threads stays well under PostgreSQL's hundred.
"""

worker_class = "gthread"
threads = 12
#: A process that does not even say that it lives is started again after so many seconds.
timeout = 60
#: Long enough for a page and the files it asks for to share one connection.
keepalive = 5
control_socket_disable = True
