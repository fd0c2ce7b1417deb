#!/bin/sh
# Chromium and its fonts, for the tests that look at the page. Debian's packages; nothing is fetched from elsewhere.
set -eu

has_font() { find /usr/share/fonts "${HOME:-/root}/.fonts" "${HOME:-/root}/.local/share/fonts" -iname "$1" 2>/dev/null | grep -q .; }

set --
command -v chromium >/dev/null 2>&1 || set -- "$@" chromium
has_font 'NotoColorEmoji*' || set -- "$@" fonts-noto-color-emoji
has_font 'LiberationSans-*' || set -- "$@" fonts-liberation
[ $# -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "matbot: the tests need $*. Install them with this system's packages and try again." >&2
    exit 1
elif [ "$(id -u)" = 0 ]; then
    as_root=
elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "matbot: the tests need $*. Run this once and try again: sudo apt-get install $*" >&2
    exit 1
fi
echo "matbot: installing $*" >&2
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
