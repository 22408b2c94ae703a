#!/bin/sh
# Installs the real servers that Tests/Servers/*.py start. Does nothing, quickly, where they are all there.
set -eu

packages="glewlwyd wordpress mariadb-server php-cli php-mysql"
distributions="moto[server]==5.2.1 radicale==3.9.0"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

have_packages() {
    for package in $packages; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" || return 1
    done
}

# Asks for the distributions, not the modules: this folder has a moto.py of its own.
have_distributions() {
    python3 - <<'PYTHON' 2>/dev/null
from importlib.metadata import version
version("flask-cors")
raise SystemExit((version("moto"), version("radicale")) != ("5.2.1", "3.9.0"))
PYTHON
}

# The tests start their own servers: the ones that come with the packages must not.
install_packages() {
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap 'as_root rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
    as_root apt-get update -q
    # shellcheck disable=SC2086  # a list on purpose
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $packages
}

have_packages || install_packages
# shellcheck disable=SC2086
have_distributions || PIP_BREAK_SYSTEM_PACKAGES=1 python3 -m pip install --quiet --root-user-action=ignore $distributions
