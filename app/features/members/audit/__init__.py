"""The audit trail: append-only, hash-chained, ids and never names. "No audit row, no read"."""
