"""What is wrong with a form, collected so that each sentence stands at its own field."""

from __future__ import annotations

from types import TracebackType

from commands.asking import Reply
from mat.errors import MatError
from mat.free_text import accept


class Problems:
    """Block id → sentence, the first one for each block."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def at(self, block: str) -> _Noting:
        """`with problems.at("title"):` notes an error inside at this block, and what follows goes on."""
        return _Noting(self.found, block)

    def reply(self) -> Reply:
        return Reply(errors=self.found)


class _Noting:
    def __init__(self, found: dict[str, str], block: str) -> None:
        self._found = found
        self._block = block

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, _type: type[BaseException] | None, raised: BaseException | None, _at: TracebackType | None
    ) -> bool:
        if isinstance(raised, MatError):
            self._found.setdefault(self._block, raised.sentence)
            return True
        return False


def one_line(text: str, *, limit: int, what: str) -> str:
    """A person's words on one line, guarded. Raises like `mat.free_text.accept`."""
    return accept(" ".join(text.split()), limit=limit, what=what)
