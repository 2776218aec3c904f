"""What anybody may know of the books: that they balance, by which numbers, and whether a proof is one."""
