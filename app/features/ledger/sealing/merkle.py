"""Merkle trees as in RFC 6962: leaves and nodes are hashed apart, neither passes for the other. Pure."""

import hashlib
from collections.abc import Sequence

START = "0" * 64  # what the first seal is chained to
Step = tuple[str, str]  # on which side the other half stands ("left" | "right"), and its hash


def leaf_of(content: bytes) -> str:
    return hashlib.sha256(b"\x00" + content).hexdigest()


def node_of(left: str, right: str) -> str:
    return hashlib.sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def root_of(leaves: Sequence[str]) -> str:
    """Of one leaf or more."""
    if len(leaves) == 1:
        return leaves[0]
    half = _half(len(leaves))
    return node_of(root_of(leaves[:half]), root_of(leaves[half:]))


def path_to(leaves: Sequence[str], position: int) -> list[Step]:
    """What a leaf must be joined with, from the bottom up, to arrive at the root."""
    if len(leaves) == 1:
        return []
    half = _half(len(leaves))
    if position < half:
        return [*path_to(leaves[:half], position), ("right", root_of(leaves[half:]))]
    return [*path_to(leaves[half:], position - half), ("left", root_of(leaves[:half]))]


def climb(leaf: str, path: Sequence[Step]) -> str:
    """The root that a leaf and its path lead to."""
    for side, other in path:
        leaf = node_of(other, leaf) if side == "left" else node_of(leaf, other)
    return leaf


def chain_of(previous: str, seal: int, root: str, size: int) -> str:
    return hashlib.sha256(f"{previous}|{seal}|{root}|{size}".encode()).hexdigest()


def _half(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
