#!/bin/sh
# All tests: the linter, the Swift tests with the real servers they start, the contract tests.
set -eu
cd "$(dirname "$0")/../.."
sh Tests/Support/lint.sh
python3 -m pip install -q -r Tests/requirements.txt || echo "SKIPPED: the Python packages of Tests/requirements.txt cannot be installed here"
sh Tests/Servers/install.sh || echo "SKIPPED: the real servers cannot be installed here; their tests say so"
swift build --build-tests -Xswiftc -warnings-as-errors 2>&1 | grep -vE '^\[[0-9]+/[0-9]+\] (Compiling|Emitting|Write|Wrapping)' || true
python3 Tests/Contract/contract.py
python3 Tests/Contract/contract.py --self-test
swift test --skip-build
