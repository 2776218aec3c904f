"""What the product holds of a person: a copy of it to take away, its erasure, and erasure after a restore."""
