"""ToP: what a customer probably needs, and why. Rooms under `features`, plumbing beside them."""
