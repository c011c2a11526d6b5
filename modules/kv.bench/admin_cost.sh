#!/bin/bash
# admin_cost.sh [IMAGE]: what looking at a server costs it, by default of jlink/target/kv-server; nothing else should run meanwhile.
# About seven minutes. Prints, and fails if it is more than what docs/OPERATIONS.md aims at:
#   - CPU of the admin port's threads in 60 s with a scrape a second and a page that polls: at most 1 % of a core;
#   - CPU a command, watched so and not watched, in interleaved pairs: their median ratio at most 1.03;
#   - the data port's p99 beside 500 readers that take nothing and a flood of rubbish, in interleaved pairs: the median ratio is
#     printed only, for on a small machine who sends the rubbish takes the CPU that the server would need.
#
# Environment: PAIRS (9), SECONDS_A_RUN (5), WATCH_SECONDS (60), RATE (10000) requests of rubbish a second.
set -u
here=$(cd -P -- "${BASH_SOURCE[0]%/*}" && pwd -P)
image=${1:-$here/../../jlink/target/kv-server}
pairs=${PAIRS:-9} seconds=${SECONDS_A_RUN:-5} watch_seconds=${WATCH_SECONDS:-60} rate=${RATE:-10000}
# shellcheck source=jlink/server_process.sh
. "$here/../../jlink/server_process.sh"
watchers=()
trap 'end_watchers; clean_up' EXIT

end_watchers() {
    ((${#watchers[@]} == 0)) || kill "${watchers[@]}" 2> /dev/null
    wait "${watchers[@]}" 2> /dev/null
    watchers=()
}

# poll SECONDS PATH: becomes who fetches the path, over and over, by one connection as Prometheus and browsers do.
poll() {
    exec python3 - "$admin" "$@" << 'END'
import http.client, sys, time
port, pause, path = sys.argv[1], float(sys.argv[2]), sys.argv[3]
server = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
while True:
    began = time.monotonic()
    server.request("GET", path)
    server.getresponse().read()
    time.sleep(max(0, pause - (time.monotonic() - began)))
END
}

# As Prometheus and an open page do.
watch() {
    poll 1 /metrics &
    watchers+=($!)
    poll 2 /live.json &
    watchers+=($!)
}

# 500 connections that ask for the metrics and never read, and rubbish at a rate.
# shellcheck disable=SC2317 # median_ratio calls it
attack() {
    python3 - "$admin" "$rate" << 'END' &
import socket, sys, time
port, rate = int(sys.argv[1]), int(sys.argv[2])
def connect():
    s = socket.create_connection(("127.0.0.1", port))
    return s
deaf = []
for _ in range(500):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    s.connect(("127.0.0.1", port))
    s.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
    deaf.append(s)
began, sent, s = time.monotonic(), 0, None
while True:
    try:
        s = s or connect()
        s.sendall(b"\x00\xffRUBBISH / \r\n\r\n")
        s.settimeout(5)
        while s.recv(65536):
            pass
    except OSError:
        pass
    if s:
        s.close()
    s = None
    sent += 1
    ahead = sent / rate - (time.monotonic() - began)
    if ahead > 0.01:
        time.sleep(ahead)
END
    watchers+=($!)
}

# load FIELD: of one run, as the load generator tells it.
load() {
    "$here/kv-bench.sh" --silent --port "$server_port" --server-pid "$server_pid" --keys 100000 --expect-hits \
        --seconds "$seconds" --warmup 1 > "$scratch/run" || { cat "$scratch/run" >&2; exit 1; }
    sed -E "s/.*\"$1\":([0-9.]+).*/\1/" "$scratch/run"
}

# median_ratio FIELD WHAT: of runs beside WHAT to runs without, in pairs.
median_ratio() {
    local field=$1 beside=$2 quiet watched
    for ((pair = 0; pair < pairs; pair++)); do
        quiet=$(load "$field") || exit 1
        "$beside"
        sleep 0.5
        watched=$(load "$field") || exit 1
        end_watchers
        echo "$field $quiet, beside $beside $watched" >&2
        echo "$watched $quiet"
    done | awk '{ print $1 / $2 }' | sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'
}

# CPU of the admin port's threads so far, in clock ticks.
admin_ticks() {
    local sum=0 task fields
    for task in /proc/"$server_pid"/task/*; do
        [[ $(< "$task/comm") == kv-admin* ]] || continue
        read -ra fields <<< "$(sed 's/.*) //' "$task/stat")"
        sum=$((sum + fields[11] + fields[12]))
    done
    echo "$sum"
}

admin=19300
while (: < "/dev/tcp/127.0.0.1/$admin") 2> /dev/null; do admin=$((admin + 1)); done
start_server "$image/bin/kv-server" --port 0 --bind 127.0.0.1 --admin-port "$admin" || exit 1
"$here/kv-bench.sh" --silent --port "$server_port" --keys 100000 --preload --seconds 0 > /dev/null || exit 1
load ops_per_s > /dev/null

failed=0
before=$(admin_ticks)
watch
"$here/kv-bench.sh" --silent --port "$server_port" --keys 100000 --seconds "$watch_seconds" --warmup 0 --rate 1000 > /dev/null
after=$(admin_ticks)
end_watchers
share=$(awk -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" -v s="$watch_seconds" 'BEGIN { print 100 * ticks / hz / s }')
echo "admin threads: $share % of a core over $watch_seconds s"
awk -v share="$share" 'BEGIN { exit share > 1 }' || failed=1

ratio=$(median_ratio server_cpu_us_per_op watch)
echo "CPU a command, watched: $ratio of that without"
awk -v ratio="$ratio" 'BEGIN { exit ratio > 1.03 }' || failed=1

echo "p99 beside 500 deaf readers and rubbish: $(median_ratio p99_us attack) of that without"
stop_server TERM || failed=1
exit $failed
