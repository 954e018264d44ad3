#!/bin/sh
# Builds and checks the VS Code extension, where Node is installed; says so and goes on where it is not.
#
#   scripts/client.sh check    types and style
#   scripts/client.sh test     unit tests
#   scripts/client.sh vsix     dist/unsorry-vscode-VERSION.vsix
set -eu
cd "$(dirname "$0")/.."
if [ ! -d client-vscode/node_modules ]; then
  echo 'client: skipped; what the VS Code extension is built with is not installed (it needs Node 20 and npm)' >&2
  exit 0
fi
for task in "$@"; do
  case $task in
    check | test) npm --prefix client-vscode run --silent "$task" ;;
    vsix)
      mkdir -p dist
      version=$(node -p 'require("./client-vscode/package.json").version')
      (cd client-vscode && npm run --silent package -- -o "../dist/unsorry-vscode-$version.vsix")
      ;;
    *) echo "client: unknown: $task" >&2; exit 2 ;;
  esac
done
