"""Public facts: what notices say that organisations bought, and what that says of others like them."""
