"""Care attestations: agreements, tariffs, adjudication, review, invoices, payments. It owns no table yet."""
