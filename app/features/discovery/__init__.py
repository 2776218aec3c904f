"""Home, and later the unified search page, the feed and the rankings: where everything known is put side by side."""
