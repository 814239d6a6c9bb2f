"""What care brings in from files: the catalogue, prices, agreements, books, open invoices.

The same services as the pages, a row at a time; the same file twice changes nothing.
"""

from claims.take_on_catalogue import ACTS, REASONS
from claims.take_on_invoices import INVOICES
from claims.take_on_terms import AGREEMENTS, BOOKS, TARIFFS
from federations.services.take_on import register_importer

for _importer in (ACTS, REASONS, AGREEMENTS, TARIFFS, BOOKS, INVOICES):
    register_importer(_importer)
