# Each target does all of its own set-up on a fresh Linux machine with Python 3.11+, pip and make. A second call is quick.
PYTHON ?=
export PYTHON
BIN := .venv/bin

.PHONY: help run test proof bench lint venv-run venv-test local-slack chromium lock clean

help:
	@echo "make run     run the bot (both Slack tokens set) or the demo (none set)"
	@echo "make test    every check and every test but the long proofs"
	@echo "make proof   the long proofs, with a table at the end"
	@echo "make bench   every figure of docs/performance.md, each beside its baseline"
	@echo "make lint    the checks that need no test run"
	@echo "make lock    renew the locked requirements from pyproject.toml"
	@echo "make clean   remove what the other targets set up (.venv, .cache)"

# The local Slack is fetched for the demo only: a real workspace needs no npm.
run: venv-run
	@extras=$$($(BIN)/python -m bot.launch extras) && tools/venv.sh run $$extras
	@command=$$($(BIN)/python -m bot.launch) \
	  && if [ "$$command" = demo ]; then $(BIN)/python -m tools.get_local_slack; fi \
	  && exec $(BIN)/python -m bot "$$command"

lint: venv-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint local-slack chromium
	$(BIN)/python -m pytest -n 2 --dist loadfile

proof: venv-test local-slack chromium
	$(BIN)/python -m pytest -m proof -n 2 --dist worksteal

# For a machine that does nothing else meanwhile.
bench: venv-test
	$(BIN)/python -m bench.start
	$(BIN)/python -m bench.status
	$(BIN)/python -m bench.store_reads
	$(BIN)/python -m bench.store_reads --years 10
	$(BIN)/python -m bench.store_reads --stock
	$(BIN)/python -m bench.blocks
	$(BIN)/python -m bench.concerns
	$(BIN)/python -m bench.guard
	$(BIN)/python -m bench.planning
	$(BIN)/python -m bench.schedules
	$(BIN)/python -m bench.burst sqlite --alone --asking 5
	$(BIN)/python -m bench.burst postgres --alone
	$(BIN)/python -m bench.burst postgres --replicas 2 --alone
	$(BIN)/python -m bench.burst postgres --teams 900 --workspaces 1 --replicas 3 --a-minute 600

venv-run:
	@tools/venv.sh run

venv-test:
	@tools/venv.sh test

local-slack: venv-test
	@$(BIN)/python -m tools.get_local_slack

chromium:
	@tools/chromium.sh

# After a change of pyproject.toml. The locks name hashes and no host.
lock:
	@tools/venv.sh lock
	@tools/lock.sh

clean:
	rm -rf .venv .cache
