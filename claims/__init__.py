"""Care: terms agreed with facilities, attestations, decisions, control, invoices and payments."""
