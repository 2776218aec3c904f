"""Where a search server is, and the keys for it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SearchServer:
    """`write_key` may be empty in a process that only searches, `search_key` where one key does both."""

    url: str
    write_key: str = field(repr=False)
    search_key: str = field(default="", repr=False)
    prefix: str = "top_"  # of the names of our indexes, where several programs share the server
    search_seconds: float = 0.3
