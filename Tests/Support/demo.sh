#!/bin/sh
# The main job against the sandbox: look, end all, prove it, check the log. Everything is made in a folder of its own.
set -eu
revoke=$1
folder=$(mktemp -d)
"$revoke" sandbox --write-config "$folder/config.yaml" --connector google-workspace --connector google-calendar --connector zapier \
  --connector slack --connector stripe --connector github --connector highlevel --quiet > "$folder/sandbox.log" 2>&1 &
sandbox=$!
trap 'kill $sandbox 2>/dev/null; rm -rf "$folder"' EXIT INT TERM
tries=0
until [ -s "$folder/sandbox.log" ]; do
  tries=$((tries + 1))
  [ $tries -lt 100 ] || { echo "the sandbox did not start:"; cat "$folder/sandbox.log"; exit 1; }
  sleep 0.1
done

run() { # run "EXIT CODES THAT ARE RIGHT HERE" ARGUMENT…
  expected=$1
  shift
  printf '\n$ revoke %s\n' "$*"
  code=0
  "$revoke" --config "$folder/config.yaml" --state-dir "$folder/state" --quiet "$@" || code=$?
  case " $expected " in
    *" $code "*) ;;
    *) echo "exit code $code, expected one of: $expected"; exit 1 ;;
  esac
}

echo "Atelier Lumen, a small agency, leaves GoHighLevel. A sandbox on this computer plays seven of its vendors."
run "0 5" --dry-run
# 3: what no vendor lets anybody read back is accepted, never called dead.
run "3" --yes
run "3" verify
run "0" log verify
echo
echo "That was the whole job: listed, ended, proved, and on record. Nothing outside this computer was reached."
