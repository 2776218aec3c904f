"""Where a form or a link may send its reader: never off this site."""

_LONGEST = 4_000


def local_path(target: str, default: str = "/") -> str:
    """`target` if it is a path on this site, else `default`."""
    is_local = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if is_local and "\\" not in target and len(target) <= _LONGEST else default
