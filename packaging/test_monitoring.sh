#!/bin/bash
# test_monitoring.sh [IMAGE]: the metrics of a server under load (default: jlink/target/kv-server), the alert rules and their tests, as
# promtool sees them; and, where it is installed, what prometheus-redis-exporter shows of this server and of a redis-server. 77: there is
# no promtool.
set -u
here=$(cd -P -- "${BASH_SOURCE[0]%/*}" && pwd -P)
image=${1:-$here/../jlink/target/kv-server}
# shellcheck source=jlink/server_process.sh
. "$here/../jlink/server_process.sh"
trap clean_up EXIT
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

# families PORT: the names of all series that the exporter shows of the server at PORT, with a bit of everything in it.
families() {
    local exporter pid
    free_port
    exporter=$port
    printf 'SET a 1\nSET b 2 EX 100\nGET a\nGET none\nNOPE\n' | redis-cli -p "$1" > /dev/null
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

if command -v prometheus-redis-exporter > /dev/null && command -v redis-server > /dev/null; then
    free_port
    redis=$port
    redis-server --port "$redis" --bind 127.0.0.1 --save '' --dir "$scratch" > /dev/null &
    redis_pid=$!
    families "$server_port" > "$scratch/ours" || fail "the exporter and us"
    families "$redis" > "$scratch/theirs" || fail "the exporter and redis-server"
    kill $redis_pid
    wait $redis_pid
    comm -13 "$scratch/ours" "$scratch/theirs" > "$scratch/missing"
    sed -nE 's/^(redis_[a-z_]+) \| .*/\1/p' "$here/prometheus/exporter-missing.txt" | sort -u > "$scratch/known"
    comm -13 "$scratch/known" "$scratch/missing" > "$scratch/new"
    [ ! -s "$scratch/new" ] || fail "series of a Redis that are not shown of us, without a reason: $(tr '\n' ' ' < "$scratch/new")"
    echo "the exporter shows $(wc -l < "$scratch/ours") of $(wc -l < "$scratch/theirs") families; reasons for the others are known"
fi
stop_server TERM || fail "ended with $server_status"
echo "PASS $scrapes scrapes under load, rules"
