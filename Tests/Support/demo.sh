#!/bin/sh
# The main job against the sandbox: look, end all, prove it, check the log. Everything is made in a folder of its own.
set -eu
revoke=$1
folder=$(mktemp -d)
"$revoke" sandbox --write-config "$folder/config.yaml" --quiet > "$folder/sandbox.log" 2>&1 &
sandbox=$!
trap 'kill $sandbox 2>/dev/null; rm -rf "$folder"' EXIT INT TERM
tries=0
until [ -s "$folder/config.yaml" ] && [ -s "$folder/sandbox.log" ]; do
  tries=$((tries + 1))
  [ $tries -lt 100 ] || { echo "the sandbox did not start:"; cat "$folder/sandbox.log"; exit 1; }
  sleep 0.1
done

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }
run() { # run EXPECTED… -- COMMAND…: the exit codes that are right here
  expected=
  while [ "$1" != -- ]; do expected="$expected $1"; shift; done
  shift
  say "revoke $*"
  code=0
  "$revoke" --config "$folder/config.yaml" --state-dir "$folder/state" --quiet "$@" || code=$?
  case "$expected " in
    *" $code "*) ;;
    *) echo "exit code $code, expected:$expected"; exit 1 ;;
  esac
}

echo "Atelier Lumen, a small agency, leaves GoHighLevel. A sandbox on this computer plays its vendors."
run 0 5 -- --dry-run
run 0 4 5 -- --yes
run 0 4 5 -- verify
run 0 -- log verify
echo
echo "That was the whole job: listed, ended, proved, and on record. Nothing outside this computer was reached."
