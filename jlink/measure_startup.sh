#!/bin/bash
# measure_startup.sh [IMAGE]...: prints for each run-time image (default: target/kv-server, beside this script) its size, the
# median time from the launch to the first reply (a GET, on a connection of its own) and the memory of the idle, empty server,
# of ROUNDS (10) starts each; also kv-cli's time for one PING. The images take turns, so that a busy moment hits all.
#
# Another JDK's image: JAVA_HOME=/path/to/jdk mvn -DskipTests -pl jlink -am package, in a copy of the checkout.
set -u
here=$(cd -P -- "${BASH_SOURCE[0]%/*}" && pwd -P)
# shellcheck source=jlink/server_process.sh
. "$here/server_process.sh"
trap clean_up EXIT
rounds=${ROUNDS:-10}
[ $# -gt 0 ] || set -- "$here/target/kv-server"
host=127.0.0.1 port=
exec {never}<> <(:) # nothing ever comes from it: a pause without a process

now_micros() { echo "${EPOCHREALTIME/[.,]/}"; }

# A port that nothing listens on, below those that the system hands out to clients.
free_port() {
    for port in {20000..20200}; do
        (exec 3<> "/dev/tcp/$host/$port") 2> /dev/null || return
    done
}

# The first reply: tries to connect every two milliseconds.
first_reply() {
    local reply deadline=$((SECONDS + ready_seconds))
    until exec 4<> "/dev/tcp/$host/$port"; do
        ((SECONDS < deadline)) || return
        read -r -t 0.002 -u "$never"
    done 2> /dev/null
    echo 'GET key' >&4
    read -r -t "$reply_seconds" -u 4 reply
    exec 4>&-
    [ "$reply" = NOT_FOUND ]
}

# median FILE: of the numbers in it.
median() { sort -n "$1" | awk '{ value[NR] = $1 } END { print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 }'; }

# one_start NAME IMAGE: adds a line to each of NAME's files.
one_start() {
    local name=$1 image=$2 start
    free_port
    start=$(now_micros)
    "$image/bin/kv-server" --port "$port" --bind "$host" > /dev/null 2> "$scratch/log" < /dev/null &
    server_pid=$!
    first_reply || { echo "no reply: $(cat "$scratch/log")" >&2; exit 1; }
    echo $(($(now_micros) - start)) >> "$scratch/$name.reply"
    sleep 1 # idle: what starts with it has ended
    awk '/^VmRSS/ { print $2 }' "/proc/$server_pid/status" >> "$scratch/$name.rss"
    start=$(now_micros)
    "$image/bin/kv-cli" -p "$port" PING > /dev/null || exit
    echo $(($(now_micros) - start)) >> "$scratch/$name.cli"
    kill "$server_pid"
    wait "$server_pid"
    server_pid=''
}

for ((round = 0; round <= rounds; round++)); do
    name=0
    for image; do
        name=$((name + 1))
        one_start $name "$image"
        ((round > 0)) || rm "$scratch/$name".* # the files were not in memory yet
    done
done

echo "medians of $rounds on $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg)"
printf '%-8s %12s %12s %12s %12s\n' JDK 'image MB' 'reply ms' 'idle RSS MB' 'kv-cli ms'
name=0
for image; do
    name=$((name + 1))
    printf '%-8s %12.1f %12.0f %12.1f %12.0f\n' \
        "$("$image/bin/java" --version | awk 'NR == 1 { print $2 }')" \
        "$(du -sb "$image" | awk '{ print $1 / 1000000 }')" \
        "$(median "$scratch/$name.reply" | awk '{ print $1 / 1000 }')" \
        "$(median "$scratch/$name.rss" | awk '{ print $1 * 1.024 / 1000 }')" \
        "$(median "$scratch/$name.cli" | awk '{ print $1 / 1000 }')"
done
