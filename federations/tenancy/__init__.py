"""The two walls between tenants.

1. A scope in code (`scope.py`), opened by the middleware, by jobs and by commands: it
   names the tenant and the actor for one transaction and takes the actor's database role.
2. Row-level security in PostgreSQL (`fence.py`, `guards.py`), forced on every table
   with a tenant key. The application's own role has no right on those tables: outside a
   scope every query is refused by the database itself.
"""
