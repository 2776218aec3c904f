"""Sealing: built after the posting, never inside it. `docs/decisions/ledger.md` tells what it proves."""
