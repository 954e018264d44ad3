#!/bin/sh
# Fills the holes of examples/ before your eyes: on copies, so that the examples keep their holes.
set -u
cd "$(dirname "$0")/.." || exit 1
bin=$(cd "${VENV:-.venv}/bin" && pwd)
PATH=$bin:$PATH
copies=$(mktemp -d)
trap 'rm -rf "$copies"' EXIT
trap 'exit 130' INT TERM
cp -R examples "$copies/filled"
examples=$PWD/examples

step() { printf '\n\033[1m$ %s\033[0m\n' "$*" | if [ -t 1 ]; then cat; else sed 's/\x1b\[[0-9;]*m//g'; fi; }

step unsorry doctor
unsorry doctor

step unsorry holes examples
unsorry holes examples

languages=''
command -v agda >/dev/null && languages="$languages agda"
{ command -v coqidetop || command -v coqidetop.opt || command -v rocqidetop; } >/dev/null 2>&1 &&
  languages="$languages rocq"
if [ -z "$languages" ]; then
  echo 'No prover is here, so there is nothing to fill with. `unsorry doctor` above says how to install one.' >&2
  exit 3
fi

cd "$copies/filled" || exit 1
# shellcheck disable=SC2086
step unsorry fill --write $languages
# shellcheck disable=SC2086
unsorry fill --write $languages
code=$?

step diff -ru examples filled
diff -ru -x '*.agdai' -x '_build' "$examples" . | sed "s|$examples|examples|; s|^diff.*||" | grep -v '^$\|^Only in'

# The filled copies once more, by the provers alone.
check() {
  step "$@"
  if "$@" >"$copies/log" 2>&1; then
    echo accepted
  else
    cat "$copies/log"
    code=1
  fi
}
for file in agda/*; do
  case $languages in *agda*) (cd agda) && check agda -i agda --safe "$file" ;; esac
done
for file in rocq/*.v; do
  case $languages in *rocq*) command -v coqc >/dev/null && check coqc -q "$file" ;; esac
done
exit $code
