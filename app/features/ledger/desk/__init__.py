"""Finance staff: accounts of companies, what takes two people, payouts, holds, events of providers."""
