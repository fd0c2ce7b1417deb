#!/bin/sh
# Make .venv hold exactly what the named requirement files ask for, hashes checked: tools/venv.sh run test …
# Quick when there is nothing to do. PYTHON names the interpreter to build it from.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin

say() { echo "matbot: $*" >&2; }
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    say "matbot needs Python 3.11 or newer. Install it (Debian: apt-get install python3), or name it: make PYTHON=/path/to/python3"
    exit 1
}

# Debian keeps ensurepip in python3-venv. A venv without its own pip is as good, as long as some pip is at hand.
create() {
    python=$(find_python)
    say "creating .venv with $("$python" --version)"
    rm -rf .venv
    if "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv .venv
    elif "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m venv --without-pip .venv
        "$python" -c 'import os, sys; print(os.path.realpath(sys.executable))' >.venv/outer-python
    else
        say "this Python has neither pip nor venv. Install both (Debian: apt-get install python3-venv python3-pip) and try again."
        exit 1
    fi
}

pip() {
    if [ -f .venv/outer-python ]; then
        "$(cat .venv/outer-python)" -m pip --python "$bin/python" "$@"
    else
        "$bin/python" -m pip "$@"
    fi
}

new_enough "$bin/python" || create
for name in "$@"; do
    wanted=requirements/$name.txt
    done=.venv/installed-$name.txt
    cmp -s "$wanted" "$done" && continue
    say "installing $wanted (the first time takes a minute)"
    pip install --quiet --disable-pip-version-check --no-input --require-hashes --only-binary=:all: -r "$wanted"
    cp "$wanted" "$done"
done
