"""The life of organisations after their import: undo, corrections and objections, merge, split, closure."""
