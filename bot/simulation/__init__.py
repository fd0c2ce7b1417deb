"""A programme of made-up teams, lived through on a virtual clock: `python -m bot simulate`."""
