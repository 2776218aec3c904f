"""HTTP plumbing without business words: requests, pages, panels, errors, languages."""
