"""One opened form, and the receipt that follows from it: who sends the same form again gets the same receipt, also after a crash.

Nothing of a form is written down for that. Its receipt is made with a secret that lives for half an hour at most
(`store.concerns.forms`); once that is gone, nobody can tell which form a receipt came from, whatever they know of the form.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from mat.concerns.receipt import Receipt
from mat.concerns.records import ClinicKey, Draft

_BYTES = 32
_FOR_FORM = b"mat opened form"
_FOR_RECEIPT = b"mat form receipt"


@dataclass(frozen=True, slots=True)
class OpenedForm:
    """A one-way value of the two names that Slack gave an opened form. No person is in it."""

    mark: bytes = field(repr=False)

    @classmethod
    def named(cls, view_id: str, view_hash: str) -> OpenedForm | None:
        """None without both names: ids of forms can be counted through, so one alone could be tried out."""
        if not (view_id and view_hash):
            return None
        return cls(_one_way([view_id.encode(), view_hash.encode()], person=_FOR_FORM))

    def receipt(self, secret: bytes, clinic: ClinicKey, draft: Draft) -> Receipt:
        """The receipt of these words in this form, under one secret. Other words are another concern."""
        said = (clinic.workspace, clinic.clinic, draft.release, draft.topic, draft.text)
        made = _one_way([self.mark, *(part.encode() for part in said)], key=secret, person=_FOR_RECEIPT)
        return Receipt.new(lambda bits: int.from_bytes(made) >> (8 * _BYTES - bits))


def _one_way(parts: list[bytes], *, key: bytes = b"", person: bytes) -> bytes:
    digest = hashlib.blake2b(key=key, person=person, digest_size=_BYTES)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()
