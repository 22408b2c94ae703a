#!/bin/sh
# What a reader should not have to find: formatting, words that say nothing, vendors in the engine, files that grew.
set -eu
cd "$(dirname "$0")/../.."
failed=0
complain() { echo "lint: $1"; printf '%s\n' "$2"; failed=1; }

swift format lint --strict -r Sources Tests connectors Plugins Benchmarks || failed=1

hits=$(grep -rnE '(struct|class|enum|actor|protocol) [A-Za-z]*(Manager|Helper|Utils?|Handler|Processor|Service|Impl)\b' --include='*.swift' Sources connectors | grep -v 'lint:allow' || true)
[ -z "$hits" ] || complain "a name that says nothing" "$hits"

hits=$(grep -rnE '\b(fatalError\(|try!|as!)' --include='*.swift' Sources connectors | grep -v 'lint:allow' || true)
[ -z "$hits" ] || complain "a crash outside the tests" "$hits"

hits=$(grep -rnE '@unchecked Sendable|Task\.detached|DispatchSemaphore|NSLock' --include='*.swift' Sources connectors | grep -v 'lint:allow' || true)
[ -z "$hits" ] || complain "concurrency without a reason" "$hits"

hits=$(grep -rnE '\b(TODO|FIXME|XXX|HACK)\b' --include='*.swift' --include='*.md' Sources connectors Tests docs README.md | grep -v 'lint:allow' || true)
[ -z "$hits" ] || complain "left undone" "$hits"

for folder in connectors/*/; do
  name=$(basename "$folder")
  case "$name" in make | segment | vault) continue ;; esac # ordinary words, which code may use
  hits=$(grep -rniwE "$name" --include='*.swift' Sources | grep -vE '^[^:]+:[0-9]+: *//' | grep -v 'lint:allow' || true)
  [ -z "$hits" ] || complain "a vendor named in the engine ($name)" "$hits"
done

hits=$(find Sources connectors Tests Plugins -name '*.swift' -exec wc -l {} + | awk '$1 > 320 && $2 != "total"')
[ -z "$hits" ] || complain "two nouns in one file?" "$hits"

exit $failed
