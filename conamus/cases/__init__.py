"""Cases of rules in YAML that an accountant or a doctor can read, and their checking.

A file names a rule and gives cases: « soit » (the facts), « quand » (the question), « alors »
(what the rule must say). The tests run those of ``tests/cases``; ``manage.py check_cases`` runs
any folder, without a database. The format is in docs/cases.md. Each application adds its rules
in its own ``cases`` module; this package knows none of them.
"""
