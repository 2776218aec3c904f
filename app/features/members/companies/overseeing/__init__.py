"""What staff do to companies as a whole: find them, merge doubles, suspend and reinstate, with a reason."""
