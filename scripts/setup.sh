#!/bin/sh
# Makes .venv and installs what is asked for, as far as this machine allows; quick when all is there.
#
#   scripts/setup.sh demo    Unsorry and Agda (from PyPI); Rocq from Debian's packages when run as root
#   scripts/setup.sh dev     the same, the tools for tests, and the provers that tests use
#
# What cannot be installed is named, with what that means; only a missing Python or Unsorry itself is an error.
# VENV names another place than .venv, PYTHON another Python. Delete .venv to start again.
set -u
what=${1:-dev}
cd "$(dirname "$0")/.." || exit 1
venv=${VENV:-.venv}
say() { printf 'setup: %s\n' "$*" >&2; }

case $what in
  demo) packages='coq libcoq-hammer eprover z3'; extras=agda,dafny ;;
  dev)
    packages='coq libcoq-hammer eprover z3 cvc4 dafny metamath gcc libc6-dev ripgrep neovim emacs-nox elpa-eglot elpa-lsp-mode'
    packages="$packages postgresql chromium g++ make"
    extras=agda,dafny,dev ;;
  *) say "unknown: $what (demo or dev)"; exit 2 ;;
esac

key=$(cat pyproject.toml scripts/setup.sh | cksum | cut -d' ' -f1)
stamp() { printf '%s/.setup-%s-%s' "$venv" "$1" "$key"; }

# --- Debian packages, as root only ------------------------------------------------------------------------------

has_package() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

missing_packages() {
  for package in $packages; do
    has_package "$package" || printf '%s ' "$package"
  done
}

apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=1 -o Acquire::http::Timeout=30 \
    -o Dpkg::Use-Pty=0 "$@" </dev/null
}

install_packages() {
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  say "installing Debian packages: $missing(this can take minutes)"
  apt update >/dev/null 2>&1 || say "apt-get update failed (offline?); going on with what apt knows"
  # Together if they all exist here, else each for itself.
  # shellcheck disable=SC2086
  apt install -y --no-install-recommends $missing >/dev/null 2>&1 && return 0
  for package in $missing; do
    apt install -y --no-install-recommends "$package" >/dev/null 2>&1 || say "could not install $package"
  done
}

# --- Python -----------------------------------------------------------------------------------------------------

find_python() {
  for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$candidate"
      return 0
    fi
  done
  return 1
}

make_venv() {
  [ -x "$venv/bin/python" ] && "$venv/bin/python" -m pip --version >/dev/null 2>&1 && return 0
  python=$(find_python) || { say 'Python 3.11 or later is needed, and was not found'; return 1; }
  "$python" -m venv "$venv" >/dev/null 2>&1 && return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt update >/dev/null 2>&1
    apt install -y python3-venv >/dev/null 2>&1
  fi
  "$python" -m venv --clear "$venv" && return 0
  say 'could not make a virtual environment; on Debian: apt-get install python3-venv'
  return 1
}

pip_install() { "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-input -e ".[$1]" </dev/null; }

install_python() {
  [ -e "$(stamp dev)" ] || [ -e "$(stamp "$what")" ] && return 0
  make_venv || return 1
  say "installing Unsorry and [$extras] into $venv"
  if ! pip_install "$extras"; then
    say 'that failed; trying without Agda and the older Z3, which have no wheel for every platform'
    pip_install "$(printf '%s' "$extras" | sed 's/agda,*//;s/dafny,*//')" || { say 'pip could not install Unsorry'; return 1; }
  fi
  : >"$(stamp "$what")"
}

# --- The VS Code extension and the VS Code that tests it, where there is Node --------------------------------------

has_node() { command -v npm >/dev/null && node -e 'process.exit(Number(parseInt(process.versions.node) < 20))' 2>/dev/null; }

install_lean() {
  command -v lean >/dev/null && return 0
  reason=$(scripts/minilean.sh "$venv") || say "no Lean for the tests, which are skipped: $reason"
}

install_client() {
  has_node || { say 'Node 20 is not installed: the VS Code extension is neither built nor tested'; return 0; }
  key=$(cksum client-vscode/package-lock.json | cut -d' ' -f1)
  if [ ! -e "client-vscode/node_modules/.setup-$key" ]; then
    say 'installing what the VS Code extension is built with'
    (cd client-vscode && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >&2) ||
      { say 'npm could not install it: the VS Code extension is neither built nor tested'; return 0; }
    : >"client-vscode/node_modules/.setup-$key"
  fi
  command -v chromium >/dev/null && command -v rg >/dev/null || return 0
  tests/editors/vscode/install.sh "$venv/code-server" >&2 </dev/null ||
    say 'VS Code could not be installed: its tests are skipped'
}

# --- What is there ----------------------------------------------------------------------------------------------

report() {
  { command -v coqidetop || command -v coqidetop.opt || command -v rocqidetop; } >/dev/null 2>&1 ||
    say 'Rocq is not installed: its files are not filled, and its tests are skipped (Debian: apt-get install coq)'
  [ -x "$venv/bin/agda" ] || command -v agda >/dev/null ||
    say 'Agda is not installed: its files are not filled, and its tests are skipped (pip install agda==2.7.0)'
  command -v dafny >/dev/null ||
    say 'Dafny is not installed: its files are not filled, and its tests are skipped (Debian: apt-get install dafny)'
  [ "$what" = dev ] || return 0
  command -v eprover >/dev/null || say 'eprover is not installed: tests of CoqHammer are skipped'
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null ||
    say 'PostgreSQL is not installed: tests of a ledger in it are skipped'
  command -v chromium >/dev/null || say 'Chromium is not installed: tests in VS Code are skipped'
  command -v metamath >/dev/null || say 'Metamath is not installed: its tests are skipped (Debian: apt-get install metamath)'
  command -v idris2 >/dev/null || say 'idris2 is not installed: tests of Idris 2 meet scripted programs only (pack installs it)'
  command -v rg >/dev/null || say 'ripgrep is not installed: the benchmark of scanning has nothing to compare with'
}

install_python || exit 1
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ ! -e "$(stamp "packages-$what")" ]; then
  install_packages
  : >"$(stamp "packages-$what")"
fi
[ "$what" != dev ] || install_client
[ "$what" != dev ] || install_lean
report
exit 0
