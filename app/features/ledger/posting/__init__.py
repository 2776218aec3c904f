"""Posting: the one way in which a balance changes. `docs/decisions/ledger.md` tells why it is done so."""
