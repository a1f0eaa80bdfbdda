# Starts a PostgreSQL of its own for the tests and stops it when the script that sources this file ends.
# Sets BUDGETTRACK_TEST_POSTGRES. Needs Debian's `postgresql`, which it installs where there is none (as root).

postgres_bin() {
    local tool
    if tool=$(command -v pg_ctl) && command -v initdb >/dev/null; then
        dirname "$(readlink -f "$tool")"
        return
    fi
    # Debian keeps the server's tools out of the PATH, one folder for each version.
    tool=$(ls -d /usr/lib/postgresql/*/bin/pg_ctl 2>/dev/null | sort -V | tail -n 1)
    [ -n "$tool" ] && dirname "$tool"
}

postgres_stop() {
    "${postgres_as[@]}" "$postgres_tools/pg_ctl" -D "$postgres_home/data" -m immediate -s stop >/dev/null 2>&1 || true
    rm -rf "$postgres_home"
}

postgres_start() {
    local user tries
    postgres_tools=$(postgres_bin) || true
    if [ -z "$postgres_tools" ]; then
        if [ "$(id -u)" -ne 0 ]; then
            echo "There is no PostgreSQL here, and only root may install one. Install the package postgresql." >&2
            return 1
        fi
        # No cluster of Debian's own: it would take the port 5432 and outlive this run.
        mkdir -p /etc/postgresql-common
        [ -e /etc/postgresql-common/createcluster.conf ] ||
            echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
        apt-get -qq update >&2
        DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends postgresql >&2
        postgres_tools=$(postgres_bin)
    fi

    # A short path: a socket's name may have 107 letters. The server refuses to run as root.
    postgres_home=$(mktemp -d /tmp/pg.XXXXXX)
    postgres_as=()
    user=$(id -un)
    if [ "$(id -u)" -eq 0 ]; then
        user=postgres
        id -u "$user" >/dev/null 2>&1 || user=nobody
        chown "$user" "$postgres_home"
        postgres_as=(setpriv "--reuid=$(id -u "$user")" "--regid=$(id -g "$user")" --clear-groups env HOME="$postgres_home")
    fi

    # What the script that sources this file does at its end stays done.
    postgres_before=$(trap -p EXIT | sed -e "s/^trap -- '//" -e "s/' EXIT$//" -e "s/'\\\\''/'/g")
    trap 'postgres_stop; eval "$postgres_before"' EXIT

    # In its home: the server could not enter a folder of root's.
    cd "$postgres_home" || return
    "${postgres_as[@]}" "$postgres_tools/initdb" -D "$postgres_home/data" -U budgettrack -A trust -E UTF8 --locale=C \
        --no-sync >"$postgres_home/log" 2>&1 || { cat "$postgres_home/log" >&2; return 1; }
    # One user who needs a password, so that a wrong one can be tried.
    sed -i '1i host all locked 127.0.0.1/32 scram-sha-256' "$postgres_home/data/pg_hba.conf"
    for tries in 1 2 3 4 5; do
        # A free port now may be taken a moment later, so try some.
        postgres_port=$((20000 + (RANDOM % 20000)))
        if "${postgres_as[@]}" "$postgres_tools/pg_ctl" -D "$postgres_home/data" -w -s -t 60 -l "$postgres_home/server.log" \
            -o "-c listen_addresses=127.0.0.1 -p $postgres_port -k $postgres_home -c fsync=off -c max_connections=200" start; then
            export BUDGETTRACK_TEST_POSTGRES="postgresql+psycopg://budgettrack@127.0.0.1:$postgres_port/postgres"
            cd "$OLDPWD" || return
            return 0
        fi
        echo "PostgreSQL did not start on port $postgres_port (try $tries)" >&2
    done
    cat "$postgres_home/server.log" >&2
    cd "$OLDPWD" || return
    return 1
}

postgres_start
