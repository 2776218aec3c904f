"""What Meilisearch answers when it refuses, in the errors of the port.

Only the server's error code is repeated: its messages may quote documents or what was asked.
"""

from search.contract import SearchTimeout, SearchUnavailable

_FULL = frozenset(
    ("no_space_left_on_device", "database_size_limit_reached", "io_error", "too_many_open_files")
)


def refusal(status: int, code: str | None, *, key: str) -> SearchUnavailable:
    """`key` says in words which key was used."""
    told = f"{status} {code or 'without a code'}"
    if status in (401, 403):
        return SearchUnavailable(f"Meilisearch refuses {key} ({told}): wrong, expired or without the right")
    if code == "index_not_found":
        return SearchUnavailable("no index was built on the Meilisearch server")
    if code in _FULL or status == 507:
        return SearchUnavailable(f"Meilisearch has no room left ({told}): free or add disk space")
    if status in (408, 504):
        return SearchTimeout(f"Meilisearch did not answer in time ({told})")
    if status in (429, 503):
        return SearchUnavailable(f"Meilisearch has too much to do ({told})")
    if status >= 500:
        return SearchUnavailable(f"Meilisearch failed ({told})")
    # What we ask is well formed, so this is not the server or not the index that we asked for.
    return SearchUnavailable(
        f"Meilisearch refuses the request ({told}): it is too old, or the index not ours"
    )


def failed_task(code: str | None) -> SearchUnavailable:
    if code in _FULL:
        return SearchUnavailable(f"a task failed ({code}): Meilisearch has no room left; add disk space")
    return SearchUnavailable(f"a task of Meilisearch failed ({code or 'without a code'})")


def stale(uid: str) -> SearchUnavailable:
    return SearchUnavailable(
        f"the index {uid} is stale: of another analysis, or not made by this program; rebuild it"
    )
