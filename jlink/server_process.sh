# shellcheck shell=bash
# Starts, asks and stops one server at a time; sourced by build-image.sh and the tests.
#
# Whoever sources this sets `trap clean_up EXIT`, so that no server outlives the script, whatever happens.
# Time limits are generous: they catch a hang and measure nothing.

ready_seconds=180 exit_seconds=120 reply_seconds=60
server_pid='' server_port='' server_status='' server_log=''
scratch=$(mktemp -d)

# Settings and JVM options of the surroundings must not decide how a build or a test goes.
for name in "${!KV_@}"; do unset "$name"; done
unset JAVA_OPTS JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS CLASSPATH name

trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

clean_up() {
    [ -z "$server_pid" ] || kill -KILL -- "-$server_pid" 2> /dev/null || true
    rm -rf "$scratch"
}

# start_server COMMAND...: runs it in the background until its log says that it is ready; then server_pid, server_port
# and server_log are set. It gets a process group of its own (-m), so that whatever it starts can be ended with it,
# and so that it does not, as background processes of a script do, ignore INT.
start_server() {
    server_log=$scratch/server.log
    : > "$server_log"
    set -m
    "$@" > /dev/null 2> "$server_log" < /dev/null &
    server_pid=$!
    set +m
    local deadline=$((SECONDS + ready_seconds))
    until [[ $(< "$server_log") =~ "ready on "[^,\ ]*:([0-9]+) ]]; do
        if ! kill -0 "$server_pid" 2> /dev/null || ((SECONDS > deadline)); then
            echo "the server did not get ready: $(cat "$server_log")" >&2
            return 1
        fi
        sleep 0.02
    done
    server_port=${BASH_REMATCH[1]}
}

# stop_server [SIGNAL [PID]]: sends it (default: TERM, to the server itself) and waits for the end. Succeeds if the
# server's own status, then in server_status, was 0 and it left no process.
stop_server() {
    local pid=$server_pid deadline=$((SECONDS + exit_seconds)) left=0
    kill -"${1:-TERM}" -- "${2:-$pid}"
    while kill -0 "$pid" 2> /dev/null && ((SECONDS <= deadline)); do sleep 0.02; done
    if kill -KILL -- "-$pid" 2> /dev/null; then
        echo "it left a process, or did not end in $exit_seconds seconds: killed" >&2
        left=1
    fi
    wait "$pid" && server_status=0 || server_status=$?
    server_pid=''
    ((server_status == 0 && left == 0))
}

# say LINE...: sends the lines on one connection to $host (127.0.0.1) and prints one reply line for each.
say() {
    local reply
    exec 3<> "/dev/tcp/${host:-127.0.0.1}/$server_port" || return
    printf '%s\n' "$@" >&3
    for _ in "$@"; do
        IFS= read -r -t "$reply_seconds" -u 3 reply || break
        printf '%s\n' "$reply"
    done
    exec 3>&-
}
