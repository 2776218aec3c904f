"""The ledger: every credit accounted for. Accounts, transfers, entries, holds, payouts, deposits, the check.

It knows why something moved only as a cause (kind, id); what was bought belongs to the rooms above.
"""
