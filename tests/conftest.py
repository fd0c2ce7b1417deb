"""What every test gets: no network but loopback, folders in memory, a real Postgres, and the table of proofs."""

pytest_plugins = [
    "tests.folders_in_memory",
    "tests.network_guard",
    "tests.postgres",
    "tests.proof_table",
    "tests.stores",
    "tests.whole_bot",
    "tests.logging_as_it_was",
]
