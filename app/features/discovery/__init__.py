"""The home page: where what the rooms below know is put side by side."""
