"""The embedded services of ``make demo`` and ``make test``, and the operator's tools.

PostgreSQL and Valkey are started here without any installed service, supervised so that
nothing outlives the command that asked for them. Modules run before the virtual environment
exists (``__main__``, ``prepare``, ``console``, ``discovery``, ``ports``, ``watchdog``) use the
standard library only.
"""
