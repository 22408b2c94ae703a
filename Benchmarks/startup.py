#!/usr/bin/env python3
"""Start-up: `revoke --version` and `revoke connectors list`, wall time of whole processes.

usage: startup.py REVOKE [RUNS]
"""
import statistics
import subprocess
import sys
import time

revoke, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 21
for arguments in (["--version"], ["connectors", "list"]):
    walls = []
    for _ in range(runs):
        begun = time.monotonic()
        subprocess.run([revoke, *arguments], check=True, stdout=subprocess.DEVNULL)
        walls.append((time.monotonic() - begun) * 1000)
    print(f"revoke {' '.join(arguments)}: median {statistics.median(walls):.0f} ms, least {min(walls):.0f}, most {max(walls):.0f}")
