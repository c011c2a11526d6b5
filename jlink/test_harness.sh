#!/bin/bash
# test_harness.sh [IMAGE]: the regression harness. Runs the image's server and talks to it as a person would, with nc
# where one is installed that can close its sending half, else with bash itself (NC= in front forces that).
#
# Each test gets a server of its own on a free port, so that STATS is exact. Exit status 0: all passed, and every server
# ended with 0 when told to.
set -u
here=$(cd -P -- "${BASH_SOURCE[0]%/*}" && pwd -P)
launcher=${1:-$here/target/kv-server}/bin/kv-server
# shellcheck source=jlink/server_process.sh
. "$here/server_process.sh"
trap clean_up EXIT

nc=() # the command that sends its input and prints the answers; empty: bash does both

# The nc of each house closes its sending half in its own way (-N, -q, always) or not at all: the one that gets an
# answer and ends is ours. Any complete request will do.
choose_nc() {
    local flag
    command -v timeout > /dev/null && command -v "${NC=nc}" > /dev/null || return 0
    for flag in -N -q1 ''; do
        nc=("$NC" ${flag:+"$flag"})
        [[ $(printf 'STATS\n' | timeout 3 "${nc[@]}" 127.0.0.1 "$server_port" 2> /dev/null) == gets:* ]] && return
    done
    nc=()
}

# ask LINE...: prints the replies to these request lines, sent on one connection.
ask() {
    if ((${#nc[@]})); then
        printf '%s\n' "$@" | timeout $((reply_seconds * 2)) "${nc[@]}" 127.0.0.1 "$server_port"
    else
        say "$@"
    fi
}

# expect REPLIES LINE...: the request lines must get exactly these replies (one a line).
expect() {
    local wanted=$1 got
    shift
    got=$(ask "$@")
    [ "$got" = "$wanted" ] && return
    printf '  sent     %q\n  expected %q\n  got      %q\n' "$*" "$wanted" "$got"
    return 1
}

test_basic_ops() {
    expect OK 'SET foo bar' &&
        expect 'VALUE bar' 'GET foo' &&
        expect 'ERROR unknown command' 'BLAH' &&
        expect 'gets:1 sets:1 dels:0 errors:1 keys:1 bytes:3' 'STATS' &&
        expect $'DELETED\nNOT_FOUND\nNOT_FOUND' 'DEL foo' 'DEL foo' 'GET foo' &&
        expect $'OK\nOK\nVALUE grün\nKEYS 1 user:1' 'SET user:1 grün' 'SET other x' 'get user:1' 'KEYS user:*' &&
        if grep -qF '[::1]:' "$server_log"; then [ "$(host=::1 say 'GET other')" = 'VALUE x' ]; fi
}

test_overwrite() {
    expect $'OK\nOK\nVALUE longer-than-before\nOK\nVALUE s' \
        'SET k first' 'SET k longer-than-before' 'GET k' 'SET k s' 'GET k' &&
        expect $'OK\nVALUE 1\nOK\nVALUE 2' 'SET t 1 EX 100' 'GET t' 'SET t 2' 'GET t' &&
        expect 'gets:4 sets:5 dels:0 errors:0 keys:2 bytes:2' 'STATS'
}

test_invalid_commands() {
    expect 'ERROR empty command' '' &&
        expect $'ERROR unknown command\nERROR unknown command' 'BLAH' 'SETT a b' &&
        expect $'ERROR missing arguments\nERROR missing arguments\nERROR missing arguments' 'GET' 'SET k' 'DEL' &&
        expect $'ERROR too many arguments\nERROR too many arguments' 'GET a b' 'SET k v JUNK 5' &&
        expect $'ERROR invalid expire time\nERROR invalid expire time' 'SET k v EX 0' 'SET k v EX soon' &&
        expect $'OK\nVALUE alive' 'SET still alive' 'GET still' &&
        expect 'gets:1 sets:1 dels:0 errors:10 keys:1 bytes:5' 'STATS'
}

test_stats() {
    local latency
    expect $'OK\nOK\nOK\nVALUE 333\nNOT_FOUND\nDELETED' 'SET a 1' 'SET b 22' 'SET a 333' 'GET a' 'GET c' 'DEL b' &&
        expect 'gets:2 sets:3 dels:1 errors:0 keys:1 bytes:3' 'STATS' || return
    latency=$(ask 'STATS LATENCY')
    [[ " $latency " == *" get_count:2 "*" set_count:3 "* || " $latency " == *" set_count:3 "*" get_count:2 "* ]] && return
    echo "  STATS LATENCY said: $latency"
    return 1
}

clients=10 sets=100

# Client $1 sets its keys one connection long; fails unless each got its OK.
client() {
    local lines=() i
    for ((i = 0; i < sets; i++)); do lines+=("SET c$1:$i v$i"); done
    [ "$(ask "${lines[@]}" | grep -cx OK)" -eq $sets ]
}

test_concurrent() {
    local pids=() c failed=0
    for ((c = 0; c < clients; c++)); do
        client "$c" &
        pids+=($!)
    done
    for c in "${pids[@]}"; do wait "$c" || failed=$((failed + 1)); done
    ((failed == 0)) || { echo "  $failed of $clients clients missed an OK"; return 1; }
    expect $'VALUE v0\nVALUE v99' 'GET c0:0' 'GET c9:99' &&
        expect 'gets:2 sets:1000 dels:0 errors:0 keys:1000 bytes:2900' 'STATS'
}

tests=(test_basic_ops test_overwrite test_invalid_commands test_stats test_concurrent)
passed=0 unclean=0

for test in "${tests[@]}"; do
    start_server "$launcher" --port 0 || exit 1
    [ "$test" != "${tests[0]}" ] || choose_nc
    if $test; then
        echo "PASS $test"
        passed=$((passed + 1))
    else
        echo "FAIL $test"
        sed 's/^/  log: /' "$server_log"
    fi
    stop_server TERM || { echo "  the server of $test ended with $server_status"; unclean=$((unclean + 1)); }
done

echo "$passed/${#tests[@]} tests passed"
((unclean == 0)) && echo "server exited cleanly" || echo "server did NOT exit cleanly"
((passed == ${#tests[@]} && unclean == 0))
