#!/bin/bash
# compare.sh [OPTION]...: our server and whichever of redis-server, valkey-server and memcached are installed, side by side on this
# machine, under the load of kv-bench, which checks every reply. Writes all runs as JSON lines, their medians as tables (Markdown),
# and pictures (SVG). About 20 minutes by default; nothing else should run meanwhile.
#
#   --docs                 also put tables and pictures into docs/BENCHMARKS.md and docs/images
#   --servers "NAME..."    of: kv-server kv-server-resp redis valkey memcached (all that are there). kv-server-resp is our server
#                          over RESP, the same process
#   --sections "NAME..."   of: scenarios keys connections values listing hostile memory tools scripts tls durable cache (all)
#   --scenarios "NAME..."  of: get90 get50 p16 p64 ping c1000 open30k open50k (all)
#   --attacks "NAME..."    of those that kv.bench.Attacker --list names (all)
#   --rounds N             rounds of the scenarios, interleaved over the servers (3)
#   --seconds S            length of a measurement (2.5)
#   --warmup S             load before each, not measured (1.2)
#   --keys N               keys of the scenarios (1000000)
#   --value-size BYTES     and their values (32)
#   --memory-keys N        entries for bytes an entry (a fifth of them for overwriting) and for listing (5000000)
#   --cache-mib N          room of each server in the section cache (128), with
#   --cache-keys N         so many keys (5000000)
#   --image FOLDER         our run-time image (jlink/target/kv-server, built if it is not there)
#   --out FOLDER           where results go (modules/kv.bench/target/compare)
#   --port P               the first of some twenty free ports in a row (17300)
#   --report FILE          measure nothing; tables and pictures of these JSON lines again
#
# All servers run all the time of a section, those not under load idle. redis-benchmark and memtier_benchmark are run as well
# (section tools) where they are installed; with redis-benchmark also a script of three calls (section scripts). The section durable
# has data on the disk of --out, Redis's AOF and our log: forced before each reply, also with forces made 1 and 5 ms longer
# (slow_force.c), and every second; how long each takes to be there again; and what others see while a checkpoint is written. 7 minutes
# with --rounds 2. The section cache has room for a part of the keys only (--cache-mib): what evicting costs and how well it guesses,
# beside our server without a limit, which gets the same requests. The section tls wants openssl, for a certificate, and a Redis that
# was built with TLS.
set -u
here=$(cd -P -- "${BASH_SOURCE[0]%/*}" && pwd -P)
root=$(cd -P -- "$here/../.." && pwd -P)
command=modules/kv.bench/compare.sh # as it was called, for the report
for argument; do [[ $argument == *" "* ]] && command+=" '$argument'" || command+=" $argument"; done

servers='' attacks='' sections="scenarios keys connections values listing hostile memory tools scripts tls durable cache" docs=''
scenarios="get90 get50 p16 p64 ping c1000 open30k open50k"
rounds=3 seconds=2.5 warmup=1.2 keys=1000000 value_size=32 memory_keys=5000000
cache_mib=128 cache_keys=5000000
fsync='' # not empty: data on disk, forced so
tls=''   # not empty: over TLS only
longer_force='' # not empty: milliseconds that each force takes longer
room_mib='' # not empty: room for so much, and eviction
start_seconds=4 image=$root/jlink/target/kv-server out=$here/target/compare port=17300 report=''

usage() { sed -n '2,/^set -u/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; }

while (($#)); do
    case $1 in
    --docs) docs=$root/docs/BENCHMARKS.md ;;
    --help) usage && exit 0 ;;
    --servers | --sections | --scenarios | --attacks | --rounds | --seconds | --warmup | --keys | --value-size | --memory-keys | --cache-mib | --cache-keys | --image | --out | \
        --port | --report)
        (($# > 1)) || { echo "compare.sh: $1 wants a value" >&2; exit 2; }
        name=${1#--} && name=${name//-/_}
        printf -v "$name" %s "$2"
        shift
        ;;
    *) echo "compare.sh: unknown option '$1'; --help lists them" >&2 && exit 2 ;;
    esac
    shift
done

say() { echo "compare.sh: $*" >&2; }

# Servers: by name, each a process of its own but for kv-server-resp

scratch=$(mktemp -d) || exit 2
declare -A pid=() port_of=()

end_all() {
    local p
    for p in "${pid[@]}"; do kill "$p" 2> /dev/null; done
    for p in "${pid[@]}"; do
        wait "$p" 2> /dev/null
    done
    pid=()
}
trap 'end_all; rm -rf "$scratch"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Settings of the surroundings must not decide how the servers run.
for name in "${!KV_@}"; do [ "$name" = KV_BENCH_OPTS ] || unset "$name"; done
unset JAVA_OPTS JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS

is_there() {
    case $1 in
    kv-server | kv-server-resp) [ -x "$image/bin/kv-server" ] ;;
    redis | valkey) command -v "$1-server" > /dev/null ;;
    memcached) command -v memcached > /dev/null ;;
    *) say "unknown server '$1'" && exit 2 ;;
    esac
}

# Only in the section cache: the same without a limit.
unlimited=kv-server-unlimited

process_of() { echo "${1%-resp}"; }

# What is not each server's default serves the comparison: no disk for Redis and Valkey, room for all entries, connections and values.
command_of() {
    local disk="--appendonly no"
    case $1 in
    kv-server)
        [ -n "$fsync" ] && disk="--data-dir '$out/data/$1' --fsync $fsync" || disk=''
        echo "kv-server $(port_options "$2") --max-connections 20000 $disk${room_mib:+ --max-memory ${room_mib}m --eviction all}"
        ;;
    "$unlimited") echo "kv-server --port $2 --max-connections 20000" ;;
    redis | valkey)
        [ -z "$fsync" ] || disk="--appendonly yes --appendfsync $fsync --dir '$out/data/$1'"
        echo "$1-server $(port_options "$2" -file) --bind 127.0.0.1 --save '' $disk --maxclients 20000${room_mib:+ --maxmemory ${room_mib}mb --maxmemory-policy allkeys-lru}"
        ;;
    memcached)
        local user=''
        [ "$(id -u)" != 0 ] || user=' -u root'
        echo "memcached$user -l 127.0.0.1 -p $2 -m ${room_mib:-16384} -c 20000 -I 2m"
        ;;
    esac
}

# port_options PORT [-file]: -file is how Redis's names of certificate and key end.
port_options() {
    if [ -z "$tls" ]; then
        echo "--port $1"
    else
        echo "--port $([ -z "${2-}" ] && echo off || echo 0) --tls-port $1 --tls-cert${2-} $scratch/tls.pem --tls-key${2-} $scratch/tls.key${2:+ --tls-auth-clients no}"
    fi
}

version_of() {
    case $1 in
    kv-server) "$image/bin/kv-server" --version ;;
    redis | valkey) "$1-server" --version | sed 's/ sha=.*//' ;;
    memcached) memcached -V ;;
    esac
}

proto_of() {
    case $1 in
    kv-server | "$unlimited") echo text ;;
    memcached) echo memcache ;;
    *) echo resp ;;
    esac
}

# start NAME: until it listens.
start() {
    local name=$1 deadline=$((SECONDS + 120)) line
    [ -z "${pid[$name]-}" ] || return 0
    port_of[$name]=$((port++)) # never one that a server of this run has had
    line=$(command_of "$name" "${port_of[$name]}")
    (
        cd "$scratch" || exit 2
        [ "${name#kv-server}" = "$name" ] || line=$image/bin/$line
        eval "exec ${longer_force:+env LD_PRELOAD=$scratch/slow_force.so FORCE_MILLIS=$longer_force }$line"
    ) > "$scratch/$name.log" 2>&1 < /dev/null &
    pid[$name]=$!
    until (: < "/dev/tcp/127.0.0.1/${port_of[$name]}") 2> /dev/null; do
        if ! kill -0 "${pid[$name]}" 2> /dev/null || ((SECONDS > deadline)); then
            say "$name did not start: $(tail -n 3 "$scratch/$name.log")"
            exit 2
        fi
        sleep 0.05
    done
}

# All of them, each with some seconds of load, so that none is measured while a compiler of its own is still at work.
start_all() {
    local name
    for name in "$@"; do
        start "$name"
        load "$name" --preload --keys 10000 --value-size "$value_size" --pipeline 8 --get-ratio 0.5 --seconds "$start_seconds" > /dev/null
    done
}

rss_kib() { awk '/^VmRSS/ { print $2 }' "/proc/${pid[$1]}/status"; }

# Measuring

# load SERVER OPTION...: one run of the load generator; its JSON line.
load() {
    local name process status=0
    name=$1 process=$(process_of "$1")
    shift
    timeout 300 "$here/kv-bench.sh" --proto "$(proto_of "$name")" --port "${port_of[$process]}" --server-pid "${pid[$process]}" \
        --silent ${tls:+--tls} "$@" || status=$?
    ((status == 0)) || say "$name: load generator's status $status (1 = wrong replies, 124 = took too long)"
}

in_java=(timeout 300 java -XX:+UseSerialGC -Xmx512m -cp "$here/target/classes:$here/target/lib/*") # a program of kv.bench

# record SECTION SERVER FIELDS JSON: adds a run to the results; FIELDS as they stand in JSON, or nothing.
record() { [ -z "$4" ] || echo "{\"section\":\"$1\",\"server\":\"$2\"${3:+,$3},${4#\{}" >> "$results"; }

# JSON's text of the arguments.
text() {
    local s="$*"
    s=${s//\\/\\\\}
    printf '"%s"' "${s//\"/\\\"}"
}

# measure SECTION SERVER FIELDS OPTION...
measure() {
    local section=$1 name=$2 fields=$3
    shift 3
    record "$section" "$name" "$fields" "$(load "$name" --seconds "$seconds" --warmup "$warmup" --expect-hits "$@")"
}

fill() { # SERVER OPTION...: sets all keys
    load "$@" --preload --seconds 0 > /dev/null
}

options_of() { # SCENARIO
    case $1 in
    get90) echo "--get-ratio 0.9" ;;
    get50) echo "--get-ratio 0.5" ;;
    p16) echo "--pipeline 16" ;;
    p64) echo "--pipeline 64" ;;
    get95) echo "--get-ratio 0.95" ;;
    aside) echo "--get-ratio 1 --skew 0.99 --look-aside --pipeline 16" ;;
    write) echo "--get-ratio 0.5 --pipeline 16" ;;
    w16 | w64) echo "--get-ratio 0.5 --pipeline ${1#w}" ;;
    w1000) echo "--get-ratio 0.5 --connections 1000" ;;
    ping) echo "--connections 1" ;;
    c1000) echo "--connections 1000" ;;
    open*k) echo "--rate ${1//[a-z]/}000" ;;
    *) say "unknown scenario '$1'" && exit 2 ;;
    esac
}

run_scenarios() {
    local round scenario name options process i count=${#servers[@]}
    local data=(--keys "$keys" --value-size "$value_size")
    # shellcheck disable=SC2046 # names hold no blanks
    start_all $(processes)
    for process in "${!pid[@]}"; do fill "$process" "${data[@]}"; done
    for ((round = 1; round <= rounds; round++)); do
        for scenario in $scenarios; do
            say "round $round of $rounds: $scenario"
            options=$(options_of "$scenario") || exit 2
            for ((i = 0; i < count; i++)); do
                name=${servers[(i + round - 1) % count]} # another one is first in each round
                # shellcheck disable=SC2086 # the splitting is meant
                measure scenario "$name" "\"scenario\":\"$scenario\",\"round\":$round" "${data[@]}" $options
            done
        done
    done
}

# Data on disk: throughput in all modes, then how long a start takes, and what checkpoints cost others.
run_durable() {
    local name names=()
    for name in $(processes); do [ "$name" = memcached ] || names+=("$name"); done # keeps nothing
    fsync=always run_durable_mode always "get50 w16 w64 w1000 get95" "${names[@]}"
    fsync=everysec run_durable_mode everysec "get50 w16 w64" "${names[@]}"
    run_durable_mode "never, in memory" "get50 w16 w64" kv-server
    if cc -O2 -shared -fPIC -o "$scratch/slow_force.so" "$here/slow_force.c" -ldl; then
        fsync=always longer_force=1 run_durable_mode "always, 1 ms longer" "get50 w16" "${names[@]}"
        fsync=always longer_force=5 run_durable_mode "always, 5 ms longer" "get50 w16" "${names[@]}"
    else
        say "no C compiler: longer forces are left out"
    fi
    fsync=everysec
    run_recovery "${names[@]}"
    run_checkpointing "${names[@]}"
    fsync=''
    rm -rf "$out/data"
}

run_durable_mode() { # MODE SCENARIOS SERVER...
    local mode=$1 scenarios=$2 round scenario name
    local data=(--keys "$keys" --value-size "$value_size")
    shift 2
    empty_disks "$@"
    start_all "$@"
    for name in "$@"; do fill "$name" "${data[@]}" --pipeline 64; done
    for ((round = 1; round <= rounds; round++)); do
        for scenario in $scenarios; do
            say "round $round of $rounds: $scenario, forced $mode"
            for name in "$@"; do
                # shellcheck disable=SC2046 # the splitting is meant
                measure durable "$name" "\"mode\":\"$mode\",\"scenario\":\"$scenario\",\"round\":$round" "${data[@]}" \
                    $(options_of "$scenario")
            done
        done
    done
    end_all
}

empty_disks() { # SERVER...
    rm -rf "$out/data"
    for name in "$@"; do mkdir -p "$out/data/$name"; done
}

# From the start to the first PONG, with all keys: from the log that setting them has left, and from a checkpoint (Redis: an AOF that
# begins with an RDB).
run_recovery() { # SERVER...
    local name from
    empty_disks "$@"
    for name in "$@"; do
        for from in log checkpoint; do
            say "recovery of $name from its $from"
            start "$name"
            if [ "$from" = log ]; then
                fill "$name" --keys "$memory_keys" --value-size "$value_size" --pipeline 64
                sleep 2                  # for what is forced every second
                kill -KILL "${pid[$name]}" # a stop would write a checkpoint
            else
                save "$name"
            fi
            end_all
            record_recovery "$name" "$from"
            end_all
        done
    done
}

# What an open loop sees while one checkpoint after the other is written (Redis: its AOF anew), of the entries that recovery has left.
run_checkpointing() { # SERVER...
    local round state name rate=10000
    for name in "$@"; do start "$name"; done
    for name in "$@"; do until [ "$(ask "$name" PING)" = +PONG ]; do sleep 0.1; done; done
    for name in "$@"; do load "$name" --keys "$memory_keys" --value-size "$value_size" --seconds "$start_seconds" > /dev/null; done
    for ((round = 1; round <= rounds; round++)); do
        for state in quiet checkpointing; do
            for name in "$@"; do
                say "round $round of $rounds: $rate requests a second, $state"
                [ "$state" = quiet ] || begin_checkpoints "$name"
                measure checkpointing "$name" "\"step\":$rate,\"state\":\"$state\",\"round\":$round" --keys "$memory_keys" \
                    --value-size "$value_size" --rate "$rate" --get-ratio 0.5
                [ "$state" = quiet ] || end_checkpoints
            done
        done
    done
    end_all
}

begin_checkpoints() { # SERVER
    touch "$scratch/checkpoints"
    while [ -e "$scratch/checkpoints" ]; do save "$1"; done &
    checkpoints=$!
    sleep 0.2
}

end_checkpoints() {
    rm "$scratch/checkpoints"
    wait "$checkpoints" # for the one under way
}

# Writes a checkpoint; returns when it is there.
save() { # SERVER
    ask "$1" "$([ "$1" = kv-server ] && echo SAVE || echo BGREWRITEAOF)" > /dev/null
    await_saved "$1"
}

# ask SERVER COMMAND: the first line of the reply, over RESP.
ask() {
    local line=''
    {
        printf '*1\r\n$%d\r\n%s\r\n' "${#2}" "$2" >&3
        IFS= read -r -t 600 line <&3
    } 3<> "/dev/tcp/127.0.0.1/${port_of[$1]}"
    echo "${line%$'\r'}"
}

# Redis writes its file anew in the background.
await_saved() {
    [ "$1" = kv-server ] || until redis-cli -p "${port_of[$1]}" INFO persistence | grep -q 'aof_rewrite_in_progress:0'; do
        sleep 0.2
    done
}

record_recovery() { # SERVER FROM
    local began seconds
    began=$(date +%s.%N)
    start "$1"
    until [ "$(ask "$1" PING)" = +PONG ]; do sleep 0.02; done
    seconds=$(awk -v a="$began" -v b="$(date +%s.%N)" 'BEGIN { printf "%.2f", b - a }')
    record recovery "$1" "\"from\":\"$2\"" "{\"keys\":$memory_keys,\"seconds\":$seconds}"
}

# The sections on growth leave our RESP row out: what grows is not the protocol's.
processes() { printf '%s\n' "${servers[@]}" | sed 's/-resp$//' | awk '!seen[$0]++'; }

run_keys() {
    local steps="10000 100000 1000000 10000000" n name
    ((available_kib > 8 * 1024 * 1024)) || { steps="10000 100000 1000000" && say "10 million keys want 8 GiB of free memory: left out"; }
    for n in $steps; do
        say "$n keys"
        for name in $(processes); do
            fill "$name" --keys "$n" --value-size "$value_size"
            measure keys "$name" "\"step\":$n" --keys "$n" --value-size "$value_size" --pipeline 16
        done
    done
}

run_connections() {
    local n name
    for name in $(processes); do fill "$name" --keys 100000 --value-size "$value_size"; done
    for n in 1 10 100 1000 10000; do
        ((n + 100 < $(ulimit -n))) || { say "$n connections want a higher limit of open files: left out" && continue; }
        say "$n connections"
        for name in $(processes); do
            measure connections "$name" "\"step\":$n" --keys 100000 --value-size "$value_size" --connections "$n"
        done
    done
}

run_values() {
    local n name count
    for n in 16 256 4096 65536 1048576; do
        say "values of $n bytes"
        count=$((268435456 / n))
        ((count < 100000)) || count=100000
        for name in $(processes); do
            fill "$name" --keys "$count" --value-size "$n"
            measure values "$name" "\"step\":$n" --keys "$count" --value-size "$n" --get-ratio 0.5
        done
    done
}

# What becomes of everybody while one client asks for KEYS * again and again.
run_listing() {
    local round rate state name names=()
    for name in $(processes); do
        [ "$name" = memcached ] && continue # has no such command
        names+=("$name")
        fill "$name" --keys "$memory_keys" --value-size "$value_size"
    done
    for ((round = 1; round <= rounds; round++)); do
        for rate in 10000 30000; do
            for state in quiet listing; do
                say "round $round of $rounds: $rate requests a second over $memory_keys keys, $state"
                for name in "${names[@]}"; do
                    [ "$state" = quiet ] || begin_listing "$name"
                    measure listing "$name" "\"step\":$rate,\"state\":\"$state\",\"round\":$round" --keys "$memory_keys" \
                        --value-size "$value_size" --rate "$rate"
                    [ "$state" = quiet ] || end_listing
                done
            done
        done
    done
}

begin_listing() { # SERVER
    local lines=1 # of a reply; RESP's has two for each key
    [ "$1" = kv-server ] || lines=$((2 * memory_keys + 1))
    touch "$scratch/listing"
    while [ -e "$scratch/listing" ] && printf 'KEYS *\n' >&3; do
        head -n "$lines" <&3 > /dev/null
    done 3<> "/dev/tcp/127.0.0.1/${port_of[$1]}" &
    pid[listing]=$!
}

end_listing() {
    rm "$scratch/listing"
    wait "${pid[listing]}" # for the reply under way
    unset "pid[listing]"
}

# What becomes of twenty others, 2,000 requests a second, while one connection does its worst, of every kind. Each attack stands
# beside the same load on the same server undisturbed, and beside the same attack on the others, in one round.
run_hostile() {
    local round attack state name names=()
    local data=(--keys 10000 --value-size "$value_size" --connections 20 --rate 2000)
    : "${attacks:=$("${in_java[@]}" kv.bench.Attacker --list)}"
    for name in $(processes); do [ "$name" = memcached ] || names+=("$name"); done # knows few of the commands
    for ((round = 1; round <= rounds; round++)); do
        for attack in quiet $attacks; do
            say "round $round of $rounds: $attack"
            for name in "${names[@]}"; do
                fill "$name" --keys "$keys" --value-size "$value_size"
                [ "$attack" = quiet ] || begin_attack "$name" "$attack" || continue
                record hostile "$name" "\"attack\":\"$attack\",\"round\":$round" \
                    "$(load "$name" --seconds "$seconds" --warmup 0.5 --timeout 60 "${data[@]}")"
                [ "$attack" = quiet ] || end_attack
            done
        done
    done
}

begin_attack() { # SERVER ATTACK
    "${in_java[@]}" kv.bench.Attacker "$1" "${port_of[$1]}" "$2" > "$scratch/attack" 2> "$scratch/attack.log" &
    pid[attack]=$!
    until grep -qs attacking "$scratch/attack"; do
        kill -0 "${pid[attack]}" 2> /dev/null || { say "$2 on $1: $(cat "$scratch/attack.log")" && return 1; }
        sleep 0.05
    done
}

end_attack() {
    kill "${pid[attack]}"
    wait "${pid[attack]}" 2> /dev/null
    unset "pid[attack]"
}

run_memory() {
    local size name empty live overwritten_keys
    for size in 32 200; do
        for name in $(processes); do
            say "memory of $name, $memory_keys values of $size bytes"
            start "$name"
            empty=$(rss_kib "$name")
            fill "$name" --keys "$memory_keys" --value-size "$size"
            record_memory "$name" "16 B keys, $size B values" "$memory_keys" $((memory_keys * (16 + size)))
            end_all
        done
    done
    overwritten_keys=$((memory_keys / 5))
    for name in $(processes); do
        say "memory of $name, $overwritten_keys values of 1 to 1000 bytes, overwritten 20 times"
        start "$name"
        empty=$(rss_kib "$name")
        live=$(overwrite "$name" | sed -n 's/.*"live_bytes":\([0-9]*\).*/\1/p')
        [ -z "$live" ] || record_memory "$name" "16 B keys, overwritten 20 × by 1 to 1000 B" "$overwritten_keys" "$live"
        end_all
    done
}

# record_memory SERVER WHAT KEYS LIVE: what it takes over its empty self, $empty KiB.
record_memory() {
    local full each
    sleep 1 # a resize of the table may still go on
    full=$(rss_kib "$1")
    each=$(((full - empty) * 1024 / $3))
    record memory "$1" "\"scenario\":\"$(thousands "$3") entries, $2\"" \
        "{\"keys\":$3,\"live_bytes\":$4,\"empty_kib\":$empty,\"full_kib\":$full,\"bytes_per_entry\":$each}"
}

# Sets keys to values of random length again and again; how many bytes of keys and values there are then.
overwrite() { # SERVER
    "${in_java[@]}" kv.bench.Overwriter "$(proto_of "$1")" "${port_of[$1]}" "$overwritten_keys" 20 || say "$1: overwriting failed with status $?"
}

# Full of more keys than there is room for: what that costs beside a server that has room for all, and how many reads find their key.
run_cache() {
    local round scenario name names said misses=0 same
    names="$(processes) $unlimited"
    room_mib=$cache_mib
    # shellcheck disable=SC2086 # names hold no blanks
    start_all $names
    for name in $names; do
        fill "$name" --keys "$cache_keys" --value-size "$value_size" --pipeline 64
        # Until it has learned what is in demand.
        load "$name" --keys "$cache_keys" --value-size "$value_size" --pipeline 64 --seconds "$start_seconds" --get-ratio 1 \
            --skew 0.99 --look-aside --seed 1000 > /dev/null
    done
    for ((round = 1; round <= rounds; round++)); do
        for scenario in aside write; do
            say "round $round of $rounds: $scenario, $cache_keys keys, room for $cache_mib MiB"
            for name in $names; do
                # Without a limit there are no misses: it gets as many SETs after a GET as the full one, and as many waits for them.
                same=''
                [ "$scenario $name" != "aside $unlimited" ] || same="--reload $misses"
                # shellcheck disable=SC2046,SC2086 # the splitting is meant
                said=$(load "$name" --keys "$cache_keys" --value-size "$value_size" --seconds "$seconds" --warmup "$warmup" \
                    --seed "$round" $(options_of "$scenario") $same)
                record cache "$name" "\"scenario\":\"$scenario\",\"round\":$round" "$said"
                [ "$name" != kv-server ] || misses=$(miss_share "$said")
            done
        done
    done
    end_all
    room_mib=''
}

# Of GETs, in what a load says.
miss_share() {
    local gets=${1#*'"gets":'} misses=${1#*'"misses":'}
    awk -v gets="${gets%%,*}" -v misses="${misses%%,*}" 'BEGIN { print (gets ? misses / gets : 0) }'
}

# Other people's tools: their figures, whatever they check.
run_tools() {
    local name tool
    # Both speak RESP to ours; a server that knows none of it is left out.
    for name in $(processes); do
        [ "$name" = memcached ] && continue
        # These tools do not warm a server up.
        [ "$name" != kv-server ] || load kv-server-resp --keys "$keys" --value-size "$value_size" --get-ratio 0.5 --seconds "$start_seconds" > /dev/null
        for tool in redis-benchmark valkey-benchmark; do
            command -v "$tool" > /dev/null && run_redis_benchmark "$tool" "$name" && break
        done
        command -v memtier_benchmark > /dev/null && run_memtier "$name"
    done
}

run_redis_benchmark() { # TOOL SERVER
    local pipeline load ops p50 p99 requests
    for pipeline in 1 16; do
        say "$1 against $2, pipeline $pipeline"
        requests=$((pipeline == 1 ? 300000 : 3000000))
        timeout 60 "$1" -p "${port_of[$2]}" -t set,get -n "$requests" -r "$keys" -d "$value_size" -c 50 -P "$pipeline" --csv 2> /dev/null |
            tr -d '"' | while IFS=, read -r load ops _ _ p50 _ p99 _; do
            [[ $load == [SG]ET ]] || continue
            record tool "$(label_of "$2")" "\"tool\":\"$1\"" "{\"scenario\":\"$load, pipeline $pipeline\",\"ops_per_s\":$ops,$(microseconds "$p50" "$p99")}"
        done
    done
}

run_memtier() { # SERVER
    local pipeline ops p50 p99
    for pipeline in 1 16; do
        say "memtier_benchmark against $1, pipeline $pipeline"
        timeout 60 memtier_benchmark --host 127.0.0.1 --port "${port_of[$1]}" --protocol redis --threads 1 --clients 50 --pipeline "$pipeline" \
            --ratio 1:9 --data-size "$value_size" --key-maximum "$keys" --test-time "${seconds%.*}" --hide-histogram 2> /dev/null |
            awk '$1 == "Totals" { print $2, $6, $7 }' | while read -r ops p50 p99; do
            record tool "$(label_of "$1")" '"tool":"memtier_benchmark"' \
                "{\"scenario\":\"9 GET : 1 SET, pipeline $pipeline\",\"ops_per_s\":$ops,$(microseconds "$p50" "$p99")}"
        done
    done
}

# A script of three calls on one string, by its digest, and what it costs a server in CPU time: a figure of the tools' table.
run_scripts() {
    local round pipeline requests name
    local script="redis.call('set', KEYS[1], ARGV[1]) redis.call('pexpire', KEYS[1], 60000) return redis.call('incr', KEYS[1])"
    command -v redis-benchmark > /dev/null || { say "redis-benchmark is not installed: no scripts" && return; }
    for ((round = 0; round <= rounds; round++)); do # 0 warms up
        for pipeline in 1 16; do
            requests=$((pipeline == 1 ? 200000 : 1000000))
            for name in $(processes); do
                [ "$name" = memcached ] || run_script "$name" "$script" $pipeline $requests $round
            done
        done
    done
}

run_script() { # SERVER SCRIPT PIPELINE REQUESTS ROUND
    local name=$1 sha ops p50 p99 before spent
    sha=$(redis-cli -p "${port_of[$name]}" SCRIPT LOAD "$2")
    before=$(cpu_ticks "$name")
    IFS=, read -r _ ops _ _ p50 _ p99 _ < <(timeout 120 redis-benchmark -p "${port_of[$name]}" -n "$4" -r "$keys" -c 50 -P "$3" --csv \
        EVALSHA "$sha" 1 key:__rand_int__ 5 2> /dev/null | tail -n 1 | tr -d '"')
    spent=$(($(cpu_ticks "$name") - before))
    (($5 > 0)) || return 0
    spent=$(awk -v ticks=$spent -v hertz="$(getconf CLK_TCK)" -v requests="$4" 'BEGIN { printf "%.2f", ticks / hertz * 1e6 / requests }')
    say "round $5 of $rounds, $name, script, pipeline $3: $ops a second, $spent us of CPU each"
    record tool "$(label_of "$name")" '"tool":"redis-benchmark, script of 3 calls"' \
        "{\"scenario\":\"EVALSHA, pipeline $3\",\"ops_per_s\":$ops,\"cpu_us\":$spent,$(microseconds "$p50" "$p99")}"
}

# User and system time, as the kernel counts it.
cpu_ticks() { awk '{ print $14 + $15 }' "/proc/${pid[$1]}/stat"; }

# What TLS costs each, over RESP, long after the handshakes.
run_tls() {
    local name names=() round scenario start_seconds=10 # a cipher in Java takes its time to be compiled
    command -v openssl > /dev/null || { say "openssl is not installed: no TLS" && return; }
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost -keyout "$scratch/tls.key" \
        -out "$scratch/tls.pem" 2> "$scratch/openssl" || { say "$(< "$scratch/openssl")" && exit 2; }
    for name in $(processes); do [ "$name" = memcached ] || names+=("$name"); done # Debian's has no TLS
    tls=1
    start_all "${names[@]}"
    for name in "${names[@]}"; do fill "$(label_of "$name")" --keys "$keys" --value-size "$value_size"; done
    for ((round = 1; round <= rounds; round++)); do
        for scenario in get90 p16; do
            say "round $round of $rounds: $scenario over TLS"
            for name in "${names[@]}"; do
                # shellcheck disable=SC2046 # the splitting is meant
                measure tls "$(label_of "$name")" "\"scenario\":\"$scenario\",\"round\":$round" --keys "$keys" --value-size "$value_size" \
                    $(options_of "$scenario")
            done
        done
    done
    end_all
    tls=''
}

thousands() { sed ':a;s/\B[0-9]\{3\}\>/,&/;ta' <<< "$1"; }

label_of() { [ "$1" = kv-server ] && echo kv-server-resp || echo "$1"; }

microseconds() { awk -v a="$1" -v b="$2" 'BEGIN { printf "\"p50_us\":%.0f,\"p99_us\":%.0f", a * 1000, b * 1000 }'; }

describe_machine() {
    local cpu memory summary name
    cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
    memory=$(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)
    summary="$(nproc) cores of ${cpu:-$(uname -m)}, $memory, Linux $(uname -r | sed 's/[^0-9.].*//'), server and load on the same cores"
    printf '{"section":"machine","summary":%s,"date":"%s","command":%s}\n' "$(text "$summary")" "$(date -u +%Y-%m-%d)" \
        "$(text "$command")" >> "$results"
    for name in $(processes); do
        printf '{"section":"server","server":"%s","version":%s,"command":%s}\n' "$name" "$(text "$(version_of "$name")")" \
            "$(text "$(command_of "$name" PORT)")" >> "$results"
    done
}

make_report() { # RESULTS
    java -cp "$here/target/classes:$here/target/lib/*" kv.bench.Report "$1" "$out" ${docs:+"$docs"} || exit 2
    say "tables: $out/summary.md, pictures: $out/*.svg${docs:+; and in ${docs#"$root/"}}"
}

# The run

mkdir -p "$out" && out=$(cd -- "$out" && pwd) || exit 2
"$here/kv-bench.sh" --help > /dev/null || exit 2 # builds it
if [ -n "$report" ]; then
    make_report "$report"
    exit
fi
if [ ! -x "$image/bin/kv-server" ]; then
    say "building the run-time image"
    "$root/jlink/run.sh" --version > /dev/null || exit 2
fi
wanted=${servers:-kv-server kv-server-resp redis valkey memcached}
servers=()
for name in $wanted; do
    if is_there "$name"; then servers+=("$name"); else say "$name is not installed: left out"; fi
done
((${#servers[@]})) || exit 2
ulimit -n "$(ulimit -Hn)" 2> /dev/null
available_kib=$(awk '/^MemAvailable/ { print $2 }' /proc/meminfo)
results=$out/results.jsonl
: > "$results"
describe_machine
for section in $sections; do
    say "$section"
    case $section in
    scenarios) run_scenarios ;;
    keys | connections | values | listing | hostile | tools | scripts)
        # shellcheck disable=SC2046 # names hold no blanks
        start_all $(processes)
        "run_$section"
        ;;
    memory) run_memory ;;
    tls) run_tls ;;
    durable) run_durable ;;
    cache) run_cache ;;
    *) say "unknown section '$section'" && exit 2 ;;
    esac
    end_all
done
make_report "$results"
say "done in $((SECONDS / 60)) min $((SECONDS % 60)) s; all runs: $results"
