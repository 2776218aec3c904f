"""A company's own view of its money: wallet, statement, what waits and why, payouts."""
