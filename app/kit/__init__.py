"""The words that every room shares: texts, errors, ids, subjects, viewers, the clock."""
