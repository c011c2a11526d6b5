#!/bin/bash
# profile.sh [OPTION]...: where the server's CPU time goes. Samples its threads with perf under the load of kv-bench, 50 connections, 9 GET : 1
# SET, and prints a table (Markdown): microseconds of CPU a command, by thread and by what it does.
#
#   --pipelines "N..."     one column each (1 16 64)
#   --seconds S            of sampling for each (8)
#   --keys N               keys, values of 32 bytes (1000000)
#   --proto NAME           text or resp (text)
#   --image FOLDER         our run-time image (jlink/target/kv-server, built if it is not there)
#   --port P               a free port (17390)
#   --keep FOLDER          keeps perf's samples there, for perf report or flame graphs
#
# Wants Linux, perf, and the right to use it (root, or kernel.perf_event_paranoid at 1 or below).
set -u
here=$(cd -P -- "${BASH_SOURCE[0]%/*}" && pwd -P)
root=$(cd -P -- "$here/../.." && pwd -P)

pipelines="1 16 64" seconds=8 keys=1000000 proto=text image=$root/jlink/target/kv-server port=17390 keep=''

usage() { sed -n '2,/^set -u/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; }

while (($#)); do
    case $1 in
    --help) usage && exit 0 ;;
    --pipelines | --seconds | --keys | --proto | --image | --port | --keep)
        (($# > 1)) || { echo "profile.sh: $1 wants a value" >&2; exit 2; }
        printf -v "${1#--}" %s "$2"
        shift
        ;;
    *) echo "profile.sh: unknown option '$1'; --help lists them" >&2 && exit 2 ;;
    esac
    shift
done

command -v perf > /dev/null || { echo "profile.sh: perf is not installed (Debian: linux-perf)" >&2; exit 2; }
[ -x "$image/bin/kv-server" ] || "$root/jlink/run.sh" --version > /dev/null || exit 2
"$here/kv-bench.sh" --help > /dev/null || exit 2 # builds it

scratch=$(mktemp -d) || exit 2
server=''
trap '[ -z "$server" ] || kill "$server" 2> /dev/null; wait; rm -rf "$scratch"' EXIT

load() { # SECONDS OPTION...
    "$here/kv-bench.sh" --proto "$proto" --port "$port" --keys "$keys" --wait 10 --silent --seconds "$@"
}

# One line for each sample: what it counts as. Frames come innermost first; the first sign that fits decides. Java's own stacks are cut
# short (no frame pointers), so there the innermost frame must do.
classify() {
    awk '
        function decide() {
            if (comm !~ /^kv-(loop|worker)/) return "other threads: compilers, timers"
            if (stack ~ / (ksys_write|vfs_write|ksys_writev|vfs_writev) /) return "event loop: write, and the reply\047s way to the client (kernel)"
            if (stack ~ / (ksys_read|vfs_read) /) return "event loop: read (kernel)"
            if (stack ~ / (do_epoll_wait|ep_poll|__x64_sys_epoll_wait) /) return "event loop: epoll_wait (kernel)"
            if (stack ~ / (do_futex|__x64_sys_futex) /) return "hand-over: futex, both sides (kernel)"
            if (dso ~ /kernel/) return "kernel: entry, exit, interrupts"
            if (dso ~ /vdso/ || leaf ~ /clock_gettime|NanoTime|nanoTime/) return "worker: reading the clock"
            if (comm ~ /^kv-loop/) return "event loop: Java and C library"
            return "worker: Java (parsing, store, reply)"
        }
        /^[^ \t]/ { comm = $1; stack = " "; leaf = "" }
        /^[ \t]/ {
            name = $2
            if (leaf == "") { leaf = $0; dso = $NF }
            sub(/\+0x[0-9a-f]+$/, "", name)
            stack = stack name " "
        }
        /^$/ { if (leaf != "") print decide(); leaf = "" }'
}

number() { sed -n 's/.*"'"$1"'":\([0-9.]*\).*/\1/p'; } # FIELD: of the JSON line on stdin

columns=()
for pipeline in $pipelines; do
    echo "profile.sh: pipeline $pipeline" >&2
    # The names of compiled methods are written when the server ends.
    JAVA_OPTS="-XX:+UnlockDiagnosticVMOptions -XX:+DumpPerfMapAtExit" "$image/bin/kv-server" --port "$port" 2> "$scratch/log" &
    server=$!
    load 10 --preload --pipeline "$pipeline" > /dev/null || exit 2 # warm: the compilers are through
    load $((seconds + 2)) --warmup 1 --pipeline "$pipeline" --server-pid "$server" > "$scratch/load" &
    generator=$!
    sleep 2
    perf record -q -e cpu-clock -F 4000 -g -p "$server" -o "$scratch/perf.data" -- sleep "$seconds" > "$scratch/perf.log" 2>&1 ||
        { cat "$scratch/perf.log" >&2; exit 2; }
    wait "$generator" || exit 2
    kill "$server" && wait "$server"
    perf script -i "$scratch/perf.data" -F comm,ip,sym,dso 2> /dev/null | classify | sort | uniq -c > "$scratch/column.$pipeline"
    [ -s "$scratch/column.$pipeline" ] || { echo "profile.sh: perf took no samples" >&2; exit 2; }
    rm -f "/tmp/perf-$server.map"
    server=''
    number server_cpu_us_per_op < "$scratch/load" > "$scratch/cpu.$pipeline"
    [ -z "$keep" ] || { mkdir -p "$keep" && mv "$scratch/perf.data" "$keep/pipeline-$pipeline.data"; }
    columns+=("$pipeline")
done

awk -v scratch="$scratch" -v columns="${columns[*]}" '
    BEGIN {
        count = split(columns, pipeline, " ")
        for (c = 1; c <= count; c++) {
            getline cpu[c] < (scratch "/cpu." pipeline[c])
            file = scratch "/column." pipeline[c]
            while ((getline line < file) > 0) {
                samples = line + 0
                sub(/^ *[0-9]+ /, "", line)
                found[line] = 1
                share[line, c] = samples
                all[c] += samples
            }
        }
        printf "| µs of CPU a command |"
        for (c = 1; c <= count; c++) printf " pipeline %s | |", pipeline[c]
        printf "\n| --- |"
        for (c = 1; c <= count; c++) printf " --: | --: |"
        print ""
        for (what in found) {
            printf "| %s |", what | "sort"
            for (c = 1; c <= count; c++) printf " %.3f | %.0f %% |", share[what, c] / all[c] * cpu[c], share[what, c] / all[c] * 100 | "sort"
            print "" | "sort"
        }
        close("sort")
        printf "| all |"
        for (c = 1; c <= count; c++) printf " %.3f | |", cpu[c]
        print ""
    }'
