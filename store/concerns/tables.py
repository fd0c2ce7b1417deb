"""Tables of the concern store. No person, no time finer than the week, no order but that of random keys."""

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from store.columns import NAMING

metadata = MetaData(naming_convention=NAMING)

# A rowid counts up with every row and would keep the order in which concerns came.
_NO_ROWID = {"sqlite_with_rowid": False}


WAITS = 1_000_000


class Table(SQLModel):
    metadata = metadata


class ConcernTable(Table, table=True):
    """`id` comes from the receipt; `week` is the ISO week of arrival, `batch` the local date of release or null.

    `sealed` and `sentence` are sealed to the week's month key; `answer_key` is the submitter's public key from the receipt.
    `changed_week`: ISO week in which a reader last set the status.
    `said`, `said_status`, `said_month` (2026-11): what everybody was told of it under “You said, we did”, sealed to the same key.
    """

    __tablename__ = "concern"
    __table_args__ = (_NO_ROWID,)

    id: bytes = Field(primary_key=True)
    workspace: str
    clinic: str
    topic: str
    status: str
    week: str
    batch: str | None
    at_once: bool
    redacted: bool
    sealed: bytes
    sentence: bytes | None
    changed_week: str | None
    answer_key: bytes
    said: bytes | None
    said_status: str | None
    said_month: str | None


class NoteTable(Table, table=True):
    """One turn of a conversation, numbered within its concern. `sealed_back`: a reply sealed to the submitter.

    An answer that waits for its batch has a number beyond `WAITS`: among the replies it would tell between which of them it came, and
    a backup without it would have a gap.
    """

    __tablename__ = "concern_note"
    __table_args__ = (_NO_ROWID,)

    concern: bytes = Field(primary_key=True)
    number: int = Field(primary_key=True)
    from_reader: bool
    released: bool
    sealed: bytes
    sealed_back: bytes | None


class DigestTable(Table, table=True):
    """A clinic's last digest section and the week in which its running period began; `topics` between spaces.

    `k`: the group size that those were promised who raised a concern in the period.
    """

    __tablename__ = "concern_digest"
    __table_args__ = (_NO_ROWID,)

    workspace: str = Field(primary_key=True)
    clinic: str = Field(primary_key=True)
    since: str
    through: str
    bucket: str
    topics: str
    late: bool | None
    k: int


class BatchTable(Table, table=True):
    """The local date of a clinic's last batch, so that the batch of one day goes once."""

    __tablename__ = "concern_batch"
    __table_args__ = (_NO_ROWID,)

    workspace: str = Field(primary_key=True)
    clinic: str = Field(primary_key=True)
    batch: str


class GroupTable(Table, table=True):
    """From how many concerns on a clinic's digest shows figures; the usual number where there is no row."""

    __tablename__ = "concern_group"
    __table_args__ = (_NO_ROWID,)

    workspace: str = Field(primary_key=True)
    clinic: str = Field(primary_key=True)
    k: int


class SaidTable(Table, table=True):
    """What the readers decided about one month's “You said, we did”."""

    __tablename__ = "concern_said"
    __table_args__ = (_NO_ROWID,)

    workspace: str = Field(primary_key=True)
    clinic: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    state: str


class KeyTable(Table, table=True):
    """`mark`: a keyed hash of nothing under the key file `name`. It says whether a key is the same one, and nothing of the key."""

    __tablename__ = "concern_key"
    __table_args__ = (_NO_ROWID,)

    name: str = Field(primary_key=True)
    mark: bytes


concerns = metadata.tables["concern"]
notes = metadata.tables["concern_note"]
digests = metadata.tables["concern_digest"]
batches = metadata.tables["concern_batch"]
saids = metadata.tables["concern_said"]
groups = metadata.tables["concern_group"]
key_marks = metadata.tables["concern_key"]
