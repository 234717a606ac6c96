#!/bin/sh
# Installs the coding tools that this folder's tests run, in the versions that package-lock.json pins, into the folder that is named.
# No script of a package runs. A second call with the same lock file does nothing.
set -eu

target=$1
source=$(cd "$(dirname "$0")" && pwd)

if cmp -s "$source/package-lock.json" "$target/installed.json"; then
  exit 0
fi

rm -rf "$target"
mkdir -p "$target"
cp "$source/package.json" "$source/package-lock.json" "$target/"
cd "$target"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --prefer-offline --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000

# Four of them are programs of the system's own kind: their packages' scripts would only have put them in the place of a stand-in.
mkdir bin
ln -s ../node_modules/@anthropic-ai/claude-code-linux-x64/claude bin/claude
ln -s ../node_modules/opencode-linux-x64/bin/opencode bin/opencode
ln -s ../node_modules/@github/copilot-linux-x64/copilot bin/copilot
ln -s ../node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool bin/sarif-multitool
chmod u+x bin/sarif-multitool
for tool in codex gemini claude-code-acp; do
  ln -s "../node_modules/.bin/$tool" "bin/$tool"
done

cp package-lock.json installed.json
