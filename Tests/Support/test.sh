#!/bin/sh
# All tests: the linter, the Swift tests with the real servers they start, the contract tests.
set -eu
cd "$(dirname "$0")/../.."
sh Tests/Support/lint.sh
python3 -m pip install -q -r Tests/requirements.txt || echo "SKIPPED: the Python packages of Tests/requirements.txt cannot be installed here"
sh Tests/Servers/install.sh || echo "SKIPPED: the real servers cannot be installed here; their tests say so"
swift build --build-tests
python3 Tests/Support/catalogue.py .build/debug/revoke --check
python3 Tests/Contract/contract.py
python3 Tests/Contract/contract.py --self-test
for target in Documents Cryptography AuditLog Transport ConnectorKit Connectors Sandbox Coordination Reporting Revoke; do
  # One after the other: side by side on two cores they would starve each other, and what waits for an answer would give up.
  swift test --skip-build --filter "^${target}Tests\."
done
