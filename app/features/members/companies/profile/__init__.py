"""What a company says of itself: shown to every signed-in member, never to the public."""
