"""Companies: how they come about, who belongs to them, what they say of themselves, how staff verify them."""
