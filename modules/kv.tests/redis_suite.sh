#!/bin/bash
# redis_suite.sh [IMAGE | PORT]: runs Redis 7.0.15's own tests of strings, keys, expiry, users and protocol against our server: that
# of IMAGE (default: jlink/target/kv-server), which is started and ended here, or one that listens on PORT already and takes
# values of 8 MiB or more.
#
# The tests come from Debian's source package, fetched into target/ with a package list of its own, so that the system's is
# not touched. Tests that need what this server does not have are named in redis_suite_skips.txt, with a reason each.
# A unit that fails is run once more, on a server of IMAGE that is new.
# Exit status 0: no test failed, and at least $passed_min passed. 77: the source or tclsh cannot be had here; says so.
#
# What is changed in the fetched copy: FUNCTION FLUSH, with which the suite empties a server that has scripts, may fail; the
# tests of scripts run them by EVAL only, not by FUNCTION as well; those of AUTH, ACL and INFO are made to run on a server that was not
# started by the suite, which sets its password by CONFIG SET, has no replica, and knows no PUBLISH.
set -u
here=$(cd -P -- "${BASH_SOURCE[0]%/*}" && pwd -P)
target=$here/target/redis-suite
source_folder=$target/redis-7.0.15
skips=$here/redis_suite_skips.txt
version=5:7.0.15-1~deb12u10
units=(type/string type/incr expire keyspace protocol scan quit other bitops bitfield dump multi scripting acl querybuf info auth)
# auth is the last: it leaves the server with a password.
passed_min=437
unit_seconds=600

# shellcheck source=jlink/server_process.sh
. "$here/../../jlink/server_process.sh"
trap clean_up EXIT

cannot() {
    echo "SKIP redis suite: $*"
    exit 77
}

# Fetches the source, unless it is there. The list of source packages is read from where the system reads its packages from.
fetch_source() {
    [ ! -f "$source_folder/tests/test_helper.tcl" ] || return 0
    if ! command -v apt-get > /dev/null || ! command -v dpkg-source > /dev/null; then
        cannot "fetching the source needs apt-get and dpkg-dev"
    fi
    local apt=$target/apt file
    mkdir -p "$apt/parts" "$apt/state/partial" "$apt/cache/archives/partial"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
        [ ! -f "$file" ] || sed -e 's/^Types:.*/Types: deb-src/' -e 's/^deb /deb-src /' "$file" > "$apt/parts/${file##*/}"
    done
    local options=(-q -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$apt/parts" -o "Dir::State::lists=$apt/state"
        -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=)
    # That one of the lists cannot be read need not matter: what counts is whether the package is found.
    (
        timeout 180 apt-get "${options[@]}" update
        cd "$target" && timeout 180 apt-get "${options[@]}" source --only-source "redis=$version"
    ) > "$target/fetch.log" 2>&1 || cannot "the source of redis $version cannot be fetched: $(tail -n 1 "$target/fetch.log")"
    sed -i 's/^    r function flush$/    catch {r function flush}/' "$source_folder/tests/support/server.tcl"
    sed -i 's/^foreach is_eval {0 1} {/foreach is_eval {1} {/' "$source_folder/tests/unit/scripting.tcl"
    local unit=$source_folder/tests/unit
    sed -i -e '1s/ external:skip//' -e 's/resetchannels +publish$/resetchannels/' "$unit/acl.tcl"
    sed -i -e 's/^\(start_server {tags {"auth[a-z_]*\) external:skip/\1/' \
        -e '/ overrides {requirepass foobar}} {$/a\    r config set requirepass foobar; reconnect' \
        -e '/^    start_server {tags {"masterauth"}} {$/,$d' "$unit/auth.tcl"
    echo '}' >> "$unit/auth.tcl"
    sed -i 's/ "external:skip"//' "$unit/info.tcl"
}

# The tests of unit $1 that are to be skipped, one name a line.
skipped_of() {
    sed -n "s#^unit/$1 *| \(.*\) | .*#\1#p" "$skips"
}

# run_unit UNIT [again]: the suite's own output, without colours, goes to target/UNIT.log. Adds up passed, skipped, failed.
run_unit() {
    local unit=$1 log=$target/${1//\//_}.log names=$scratch/skips status=0 ok skipped bad
    skipped_of "$unit" > "$names"
    (
        cd "$source_folder" || exit 1
        timeout $unit_seconds tclsh tests/test_helper.tcl --host 127.0.0.1 --port "$server_port" --singledb --ignore-encoding \
            --ignore-digest --no-latency --clients 1 --durable --timeout 300 --tags '-needs:repl -needs:save -needs:debug' \
            --skipfile "$names" --single "unit/$unit" < /dev/null
    ) > "$log" 2>&1 || status=$?
    sed -i 's/\x1b\[[0-9;]*m//g' "$log"
    ok=$(grep -c '^\[ok\]: ' "$log")
    skipped=$(grep -c '^\[skip\]: ' "$log")
    bad=$(sed '/The End/,$d' "$log" | grep -cE '^\[(err|exception|TIMEOUT)\]: ')
    # A run that broke off says so only by its status.
    ((status == 0 || bad > 0)) || bad=1
    printf '%-12s passed %3d  skipped %3d  failed %3d\n' "$unit" "$ok" "$skipped" "$bad"
    if ((bad > 0)); then
        sed '/The End/,$d' "$log" | grep -E -A 4 '^\[(err|exception|TIMEOUT)\]: ' | sed 's/^/    /'
        echo "    status $status; all of it in $log"
    fi
    if (($(grep '^\[skip\]: ' "$log" | sort -u | wc -l) != $(wc -l < "$names"))); then
        echo "    $(wc -l < "$names") tests of this unit are on the list of skips: a name there is wrong or out of date"
        bad=$((bad + 1))
    fi
    # Some of Redis's tests are about time, and this machine may be busy: what fails twice is not. Most units count on a server
    # without keys, and acl and auth on one without users and passwords.
    if ((bad > 0)) && [ -z "${2-}" ]; then
        echo "    once more"
        [ -z "$server_pid" ] || { stop_subject; start_subject || exit 1; }
        run_unit "$unit" again
        return
    fi
    all_passed=$((all_passed + ok)) all_skipped=$((all_skipped + skipped)) all_failed=$((all_failed + bad))
}

# One test stores 4 MB in a value, another floods the server with requests until that has enough of who does not log in.
start_subject() {
    start_server "$subject/bin/kv-server" --port 0 --bind 127.0.0.1 --max-value-size 8m --auth-timeout 5s
}

stop_subject() { stop_server TERM || { echo "the server ended with $server_status" && clean=1; }; }

command -v tclsh > /dev/null || cannot "tclsh is not installed"
mkdir -p "$target"
fetch_source

subject=${1:-$here/../../jlink/target/kv-server}
if [[ $subject =~ ^[0-9]+$ ]]; then
    server_port=$subject
else
    start_subject || exit 1
fi

all_passed=0 all_skipped=0 all_failed=0 clean=0
for unit in "${units[@]}"; do run_unit "$unit"; done
printf '%-12s passed %3d  skipped %3d  failed %3d\n' total $all_passed $all_skipped $all_failed
[ -z "$server_pid" ] || stop_subject
((all_passed >= passed_min)) || echo "fewer than $passed_min passed"
((all_failed == 0 && all_passed >= passed_min && clean == 0))
