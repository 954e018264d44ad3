#!/bin/sh
# Installs a real VS Code into FOLDER: code-server, which serves it to a browser, from the npm registry alone. About a
# minute and a half; a second call returns at once.
#
#   install.sh FOLDER
#
# code-server's own install step downloads programs from elsewhere, which many build machines cannot reach. So install
# scripts are left out, the native modules that matter are built here, and ripgrep is the system's.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:?usage: install.sh FOLDER}"
cd "$1"
stamp=.ready-$(cat "$here/package-lock.json" "$here/install.sh" | cksum | cut -d' ' -f1)
[ ! -e "$stamp" ] || exit 0

cp "$here/package.json" "$here/package-lock.json" .
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
vscode=node_modules/code-server/lib/vscode
(cd $vscode && npm install --ignore-scripts --omit=dev --no-audit --no-fund --loglevel=error)

gyp=$(dirname "$(readlink -f "$(command -v npm)")")/../node_modules/node-gyp/bin/node-gyp.js
headers=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
build() { # build MODULE [ARGUMENT...]
  module=$1
  shift
  [ ! -e "$headers/include/node/node.h" ] || set -- --nodedir="$headers" "$@"
  (cd "$module" && node "$gyp" rebuild "$@" >build.log 2>&1) || {
    echo "install.sh: $module could not be built:" >&2
    tail -5 "$module/build.log" >&2
    exit 1
  }
}
for module in node-pty @vscode/spdlog @parcel/watcher native-watchdog; do
  build "$vscode/node_modules/$module"
done
target=$PWD/node_modules/argon2/lib/binding/napi-v3
build node_modules/argon2 --module_name=argon2 --module_path="$target" --napi_build_version=3

mkdir -p $vscode/node_modules/@vscode/ripgrep/bin
ln -sf "$(command -v rg)" $vscode/node_modules/@vscode/ripgrep/bin/rg
ln -sfn node_modules $vscode/node_modules.asar
ln -sf code-linux.sh $vscode/bin/remote-cli/code-server
ln -sf browser-linux.sh $vscode/bin/helpers/browser.sh
node node_modules/code-server/out/node/entry.js --version >/dev/null
rm -f .ready-*
: >"$stamp"
