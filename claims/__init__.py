"""Care attestations: to come; this application owns no table yet."""
