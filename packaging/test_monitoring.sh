#!/bin/bash
# test_monitoring.sh [IMAGE]: the metrics of a server under load (default: jlink/target/kv-server), the alert rules and their tests, as
# promtool sees them; and, where they are installed, what prometheus-redis-exporter and collectd show of this server and of a
# redis-server. 77: there is no promtool.
set -u
here=$(cd -P -- "${BASH_SOURCE[0]%/*}" && pwd -P)
image=${1:-$here/../jlink/target/kv-server}
# shellcheck source=jlink/server_process.sh
. "$here/../jlink/server_process.sh"
redis_pid=
trap '[ -z "$redis_pid" ] || kill "$redis_pid" 2> /dev/null; clean_up' EXIT
fail() { echo "FAIL $*"; exit 1; }

command -v promtool > /dev/null || { echo "no promtool"; exit 77; }
promtool check rules "$here/prometheus/kv-server.rules.yml" || fail "rules"
(cd "$here/prometheus" && promtool test rules kv-server.rules.test.yml) || fail "tests of the rules"

# free_port: sets port to one that nobody listens on just now, each time to another one.
next_port=19100
free_port() {
    while ((next_port < 19200)); do
        port=$((next_port++))
        (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null || return 0
    done
    fail "no free port"
}

free_port
admin=$port
start_server "$image/bin/kv-server" --port 0 --admin-port "$admin" || fail "no start"

# fetch PATH [PORT]: the body of what is answered there; the admin port's without PORT.
fetch() {
    exec 3<> "/dev/tcp/127.0.0.1/${2:-$admin}" || return
    printf 'GET %s HTTP/1.0\r\n\r\n' "$1" >&3
    timeout 60 sed '1,/^\r$/d' <&3
    exec 3>&-
}

for ((i = 0; i < 100; i++)); do # its answer may come too late for one look at it, on a busy machine
    [ "$(fetch /readyz)" != ready ] || break
done
((i < 100)) || fail "not ready"
load=$scratch/load
for ((i = 0; i < 20000; i++)); do printf 'SET key:%d value\nGET key:%d\nNOPE\n' "$i" $((i % 2 ? i : 100000 + i)); done > "$load"
"$image/bin/kv-cli" --text -p "$server_port" < "$load" > /dev/null &
client=$!
scrapes=0
while kill -0 $client 2> /dev/null; do
    fetch /metrics > "$scratch/metrics"
    promtool check metrics < "$scratch/metrics" || fail "metrics under load"
    scrapes=$((scrapes + 1))
done
wait $client
fetch /metrics > "$scratch/metrics"
promtool check metrics < "$scratch/metrics" || fail "metrics"
grep -qx 'kv_command_duration_seconds_count{command="set"} 20000' "$scratch/metrics" || fail "not 20000 SETs: $(grep set "$scratch/metrics")"
grep -qx 'kv_hits_total 10000' "$scratch/metrics" || fail "not 10000 hits"
grep -qx 'kv_misses_total 10000' "$scratch/metrics" || fail "not 10000 misses"
grep -qx 'kv_error_replies_total 20000' "$scratch/metrics" || fail "not 20000 errors"

# exporter_series PORT: the names of all series that the exporter shows of the server at PORT.
exporter_series() {
    local exporter pid
    free_port
    exporter=$port
    prometheus-redis-exporter -redis.addr "redis://127.0.0.1:$1" -web.listen-address "127.0.0.1:$exporter" \
        -include-system-metrics > "$scratch/exporter" 2>&1 &
    pid=$!
    for ((i = 0; i < 600; i++)); do
        fetch /metrics "$exporter" 2> /dev/null > "$scratch/families" && grep -q '^redis_up 1' "$scratch/families" && break
        sleep 0.1
    done
    kill $pid
    wait $pid 2> /dev/null
    grep -q '^redis_up 1' "$scratch/families" || { cat "$scratch/exporter" >&2; return 1; }
    sed -nE 's/^(redis_[a-z_]+).*/\1/p' "$scratch/families" | sort -u
}

# collectd_series PORT: the names of all series that collectd's redis plugin shows of the server at PORT; of commands only how.
collectd_series() {
    local pid home=$scratch/collectd
    rm -rf "$home"
    mkdir "$home"
    cat > "$home/conf" << END
BaseDir "$home"
PIDFile "$home/pid"
Interval 1
Hostname "here"
LoadPlugin logfile
<Plugin logfile>
    File "$home/log"
</Plugin>
LoadPlugin csv
<Plugin csv>
    DataDir "$home/csv"
</Plugin>
LoadPlugin redis
<Plugin redis>
    <Node "it">
        Host "127.0.0.1"
        Port "$1"
        Timeout 60000
        ReportCommandStats true
        ReportCpuUsage true
    </Node>
</Plugin>
END
    collectd -f -C "$home/conf" > "$home/said" 2>&1 &
    pid=$!
    for ((i = 0; i < 600; i++)); do
        # What it reads last is there, and a rate, which takes two readings.
        compgen -G "$home/csv/here/redis-it/records-0-*" > /dev/null &&
            compgen -G "$home/csv/here/redis-it/redis_command_cputime-get-*" > /dev/null && break
        sleep 0.1
    done
    sleep 3 # whatever else comes with the next readings
    kill $pid
    wait $pid
    ((i < 600)) || { cat "$home/said" "$home/log" >&2; return 1; }
    for series in "$home/csv/here/redis-it/"*; do
        series=${series##*/}
        echo "${series%-????-??-??}"
    done | sed -E 's/^(commands|redis_command_cputime)-.*/\1/' | sort -u
}

# compare TOOL: what it shows of a Redis is shown of us, or there is a reason in TOOL-missing.txt.
compare() {
    "$1_series" "$server_port" > "$scratch/ours" || fail "$1 and us"
    "$1_series" "$redis" > "$scratch/theirs" || fail "$1 and redis-server"
    sed -nE 's/^([^# |]+) \| .*/\1/p' "$here/prometheus/$1-missing.txt" | sort -u > "$scratch/known"
    comm -13 "$scratch/ours" "$scratch/theirs" | comm -13 "$scratch/known" - > "$scratch/new"
    [ ! -s "$scratch/new" ] || fail "$1 shows of a Redis and not of us, without a reason: $(tr '\n' ' ' < "$scratch/new")"
    echo "$1 shows $(comm -12 "$scratch/ours" "$scratch/theirs" | wc -l) of $(wc -l < "$scratch/theirs") series of a Redis; reasons for the others are known"
}

if command -v redis-server > /dev/null; then
    free_port
    redis=$port
    redis-server --port "$redis" --bind 127.0.0.1 --save '' --dir "$scratch" > /dev/null &
    redis_pid=$!
    for ((i = 0; i < 600; i++)); do
        [ "$(redis-cli -p "$redis" PING 2> /dev/null)" != PONG ] || break
        sleep 0.1
    done
    for each in "$server_port" "$redis"; do # a bit of everything
        printf 'SET a 1\nSET b 2 EX 10000\nGET a\nGET none\nNOPE\n' | redis-cli -p "$each" > /dev/null
    done
    ! command -v prometheus-redis-exporter > /dev/null || compare exporter
    ! command -v collectd > /dev/null || ldd /usr/lib/collectd/redis.so 2>&1 | grep -qE 'not found|No such' || compare collectd
    kill $redis_pid
    wait $redis_pid
fi
stop_server TERM || fail "ended with $server_status"
echo "PASS $scrapes scrapes under load, rules"
