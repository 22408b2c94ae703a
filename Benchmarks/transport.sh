#!/bin/sh
# Compares the transport with `curl --parallel --parallel-max 64`: 20,000 DELETEs to an nginx on this computer that
# answers 204 at once. Prints the seconds of each round and the ratio of the best ones.
#
#     Benchmarks/transport.sh [COUNT [ROUNDS]]
set -eu
count=${1:-20000} rounds=${2:-5} width=64
cd "$(dirname "$0")/.."
swift build -c release --product transport-bench >&2
bench="$(swift build -c release --show-bin-path)/transport-bench"

folder=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$folder/nginx.conf" <<CONF
daemon off; master_process off; pid $folder/pid; error_log $folder/error.log;
events { worker_connections 1024; }
http {
    access_log off; keepalive_requests 1000000;
    client_body_temp_path $folder/b; proxy_temp_path $folder/p; fastcgi_temp_path $folder/f;
    uwsgi_temp_path $folder/u; scgi_temp_path $folder/s;
    server { listen 127.0.0.1:$port; location / { return 204; } }
}
CONF
nginx -c "$folder/nginx.conf" -e "$folder/error.log" & nginx=$!
trap 'kill $nginx; rm -rf "$folder"' EXIT
until curl -s --noproxy '*' "http://127.0.0.1:$port/" ; do sleep 0.1; done

awk -v n="$count" -v port="$port" 'BEGIN {
    for (i = 1; i <= n; i++) printf "%srequest = DELETE\nurl = http://127.0.0.1:%d/items/%d\noutput = /dev/null\n", (i > 1 ? "next\n" : ""), port, i
}' >"$folder/requests"

seconds() { # of a command
    python3 - "$@" <<'PYTHON'
import subprocess, sys, time
start = time.monotonic()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(f"{time.monotonic() - start:.3f}")
PYTHON
}
for round in $(seq "$rounds"); do
    ours=$(seconds "$bench" "http://127.0.0.1:$port/items" "$count" $width)
    theirs=$(seconds curl --silent --noproxy '*' --parallel --parallel-max $width --config "$folder/requests")
    echo "round $round: revoke $ours s, curl $theirs s"
done | tee "$folder/rounds"
awk '{ sub(/,/, "", $5); if (!a || $4 < a) a = $4; if (!b || $7 < b) b = $7 }
    END { printf "best: revoke %.3f s, curl %.3f s, ratio %.2f\n", a, b, b / a }' "$folder/rounds"
