"""Lanes: all posts of one workspace travel in the same one, so that one owner keeps their order and their pace."""

from __future__ import annotations

from zlib import crc32

LANES = 64


def lane_of(workspace: str) -> int:
    """The lane of a workspace, 0 to 63; the same in every process and version."""
    return crc32(workspace.encode()) % LANES
