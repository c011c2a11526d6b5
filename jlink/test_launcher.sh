#!/bin/bash
# test_launcher.sh [IMAGE]: the image's launcher as people, shells, supervisors and packages use it: signals, links,
# odd paths, exit statuses, JVM options, the start-up archive, and which thread makes which system call.
#
# Exit status 0: nothing failed. A test that needs what this machine has not is skipped by name.
set -u
here=$(cd -P -- "${BASH_SOURCE[0]%/*}" && pwd -P)
image=$(cd -- "${1:-$here/target/kv-server}" && pwd) || exit 1
launcher=$image/bin/kv-server
# shellcheck source=jlink/server_process.sh
. "$here/server_process.sh"
trap clean_up EXIT
ulimit -n 13000 2> /dev/null # for test_heap_full

# complain TEXT...: says why a test fails.
complain() {
    echo "  $*"
    return 1
}

# run ARGUMENT...: runs $launcher to its end (which one that serves would not find by itself); sets status, and out and err to what it wrote.
run() {
    timeout 120 "$launcher" "$@" > "$scratch/out" 2> "$scratch/err" < /dev/null
    status=$?
    out=$(< "$scratch/out") err=$(< "$scratch/err")
}

# one_line_and STATUS WORD: the last run ended with STATUS, and wrote one line, on stderr, with WORD in it.
one_line_and() {
    [[ $status == "$1" && -z $out && $err == *"$2"* && $err != *$'\n'* ]] ||
        complain "expected status $1 and one line on stderr with '$2', got status $status, stdout '$out', stderr '$err'"
}

# serves: the server that start_server started answers.
serves() { [ "$(say 'SET k v')" = OK ] || complain "no reply: $(cat "$server_log")"; }

# is_gone: nothing answers any more where it did, so no process of it is left.
is_gone() { ! say STATS 2> /dev/null || complain "a process is left that serves port $server_port"; }

# The launcher's pid must be the JVM's, in the whole life of the server.
test_term() {
    start_server "$launcher" --port 0 && serves || return
    [ ! -r "/proc/$server_pid/comm" ] || [ "$(< "/proc/$server_pid/comm")" = java ] ||
        complain "the launcher's process runs $(< "/proc/$server_pid/comm"), not the JVM" || return
    stop_server TERM || complain "TERM ended it with $server_status" || return
    is_gone
}

# Ctrl-C goes to the whole process group in the foreground.
test_interrupt() {
    start_server "$launcher" --port 0 && serves || return
    stop_server INT "-$server_pid" || complain "INT ended it with $server_status" || return
    is_gone
}

# The same with a client that is connected, idle, and stays.
test_term_connected() {
    start_server "$launcher" --port 0 && exec 4<> "/dev/tcp/127.0.0.1/$server_port" && serves || return
    stop_server TERM || complain "TERM ended it with $server_status" || return
    exec 4>&-
    is_gone
}

test_symlink() {
    local launcher=$scratch/links/second
    mkdir -p "$scratch/links/deep"
    ln -s "$image/bin/kv-server" "$scratch/links/deep/first"
    ln -s deep/first "$launcher"
    run --version
    [ $status = 0 ] || complain "through symbolic links: status $status, $err" || return
    (cd "$scratch/links" && PATH=$PATH:. second --version > /dev/null) || complain "through PATH"
}

test_blanks() {
    ln -s "$image" "$scratch/a path  with blanks"
    local launcher="$scratch/a path  with blanks/bin/kv-server"
    start_server "$launcher" --port 0 && serves && stop_server
}

# The image works where it was copied to, and takes its classes from the archive there.
test_copied() {
    local launcher="$scratch/a copy/kv/bin/kv-server" loaded
    mkdir "$scratch/a copy" && cp -R "$image" "$scratch/a copy/kv" || return
    start_server "$launcher" --port 0 && serves && stop_server || return
    loaded=$(KV_OPTS=-Xlog:class+load:stdout "$launcher" --version)
    rm -rf "$scratch/a copy"
    [[ $loaded == *" kv.server.Main source: shared objects file"* ]] ||
        complain "the start-up archive is not in use in a copy of the image"
}

# An archive that does not fit (other object layout) costs its time saved, and not a word.
test_archive_unfit() {
    KV_OPTS=-XX:-UseCompressedOops run --version
    [[ $status == 0 && -z $err && $out != *$'\n'* ]] || complain "status $status, stdout '$out', stderr '$err'" || return
    KV_OPTS=-Xshare:off run --version
    [[ $status == 0 && -z $err ]] || complain "-Xshare:off: status $status, stderr '$err'"
}

# The client finds its classes, and all modules in their places, in the server's archive: in a copy, by a link, and in a
# directory that has been deleted. Another collector is its user's choice.
test_client() {
    local copy="$scratch/a client" loaded
    mkdir "$copy" "$scratch/gone" && cp -R "$image" "$copy/kv" && ln -s kv/bin/kv-cli "$copy/link" || return
    start_server "$copy/kv/bin/kv-server" --port 0 && serves || return
    loaded=$(cd "$scratch/gone" && rmdir "$scratch/gone" && KV_CLI_OPTS='-Xlog:class+load:stdout -Xlog:cds=info:stdout' \
        "$copy/link" -p "$server_port" GET k)
    grep -qx v <<< "$loaded" || complain "no reply" || return
    if [ -f "$image/lib/server/classes.jsa" ]; then
        [[ $loaded == *'full module graph: enabled'* ]] || complain "the client resolves its modules anew" || return
        ! grep -E ' kv\.cli\.[^ ]+ source: (jrt|kv)' <<< "$loaded" || complain "classes of the client that are not in the archive" || return
    fi
    [ "$(JAVA_OPTS='-XX:-UseSerialGC -XX:+UseParallelGC' "$copy/link" -p "$server_port" GET k)" = v ] ||
        complain "not with a collector that somebody wants" || return
    stop_server && rm -rf "$copy"
}

# ours < JAVA_OPTS < KV_OPTS, split at blanks, no file names made of them.
test_options() {
    # shellcheck disable=SC2030
    JAVA_OPTS='-Xmx300m  -Dstar=/*' KV_OPTS='-Xmx320m -XX:+PrintFlagsFinal' run --version
    [[ $status == 0 && $out =~ MaxHeapSize\ +=\ +335544320\  ]] || complain "KV_OPTS did not win: $status, $err" || return
    [[ $out =~ UseSerialGC\ +=\ +true && $out =~ MaxDirectMemorySize\ +=\ +1099511627776 ]] ||
        complain "lib/jvm.options is not in force" || return
    [[ ! $out =~ TrimNativeHeapInterval\ +=\ +0 ]] || complain "freed memory stays with the C library"
}

# An argument is the server's, also one that the java command would take for a file of options.
test_arguments() {
    run @no-such-file
    one_line_and 2 '@no-such-file'
}

test_port_in_use() {
    start_server "$launcher" --port 0 || return
    run --port "$server_port"
    stop_server && one_line_and 1 "$server_port"
}

test_bad_usage() {
    run --port 65536
    one_line_and 2 65536 || return
    run --port
    one_line_and 2 port || return
    run --no-such-option 1
    one_line_and 2 no-such-option || return
    KV_PORT=none run
    one_line_and 2 none || return

    run 1 2
    one_line_and 2 "'2'" || return
    printf 'port 0\n# gr\374n\n' > "$scratch/latin.conf"
    run --config "$scratch/latin.conf"
    one_line_and 2 'latin.conf:2: byte 5 (0xFC)'
}

# What Kubernetes sets beside a service called kv, and what a template makes of a value that nobody gave.
test_foreign_variables() {
    start_server env KV_PORT=tcp://10.96.0.12:9099 KV_BIND= "$launcher" --port 0 && serves && stop_server || return
    [ "$(grep -c -e 'KV_PORT=tcp://10.96.0.12:9099 is' -e 'KV_BIND is empty' "$server_log")" = 2 ] ||
        complain "the log does not say what is ignored: $(cat "$server_log")"
}

# One block tells who runs, within which limits, by which settings.
test_start_in_log() {
    printf 'max-connections 77\n' > "$scratch/kv.conf"
    start_server "$launcher" --config "$scratch/kv.conf" --port 0 && stop_server || return
    [ "$(grep -cE -e 'kv-server [0-9.]+, JDK [0-9.]+' -e "settings: $scratch/kv.conf" -e 'memory: max-memory [0-9]+' \
        -e 'connections: at most 77' "$server_log")" = 4 ] || complain "the log says: $(cat "$server_log")"
}

test_deleted_directory() {
    mkdir "$scratch/gone"
    # shellcheck disable=SC2016 # the inner shell expands it
    start_server sh -c 'cd "$1" && rmdir "$1" && shift && exec "$@"' - "$scratch/gone" "$launcher" --port 0 && serves && stop_server
}

test_too_few_descriptors() {
    # shellcheck disable=SC2016 # the inner shell expands it
    start_server sh -c 'ulimit -n 200 && exec "$@"' - "$launcher" --port 0 && serves && stop_server || return
    grep -q 'max-connections is 168 instead of 10000: the process may open 200 files' "$server_log" ||
        complain "the log does not say so: $(cat "$server_log")"
}

# info NAME: a figure of INFO.
info() {
    local line
    exec 3<> "/dev/tcp/127.0.0.1/$server_port" && printf '*1\r\n%s4\r\nINFO\r\n' '$' >&3
    while IFS= read -r -t "$reply_seconds" -u 3 line; do
        case $line in "$1":*) line=${line#*:} && echo "${line%$'\r'}" && break ;; esac
    done
    exec 3>&-
}

# Asked of a thread that is bound to one CPU, the JVM would say that there is one.
test_workers_in_info() {
    local workers
    start_server "$launcher" --port 0 && serves || return
    sleep 0.5 # until its threads are bound to CPUs, which nothing tells
    workers=$(info workers)
    stop_server || return
    [ "$workers" = "$(nproc)" ] || complain "INFO says $workers workers on $(nproc) processors"
}

# The unit's wait for readiness: a server that listens and does not answer, as one without threads does, is not ready.
test_await_listening() {
    local await=$here/../packaging/await-listening
    start_server "$launcher" --port 0 --bind 127.0.0.1,::1 && "$await" "$server_pid" || return
    kill -STOP "$server_pid"
    timeout 4 "$await" "$server_pid"
    status=$?
    kill -CONT "$server_pid"
    stop_server || return
    [ $status = 124 ] || complain "await-listening said $status of a server that does not answer"
}
await_visible() { [ -r /proc/net/tcp ] && command -v timeout > /dev/null; }

# A program that is started with HUP ignored (nohup) never hears it: where env can, the server is started as usual.
usual_signals=(env --default-signal=HUP)
"${usual_signals[@]}" true 2> /dev/null || usual_signals=()

# HUP ends a JVM, and all data with it.
test_hangup() {
    start_server "${usual_signals[@]}" "$launcher" --port 0 && serves || return
    kill -HUP "$server_pid" && sleep 0.1 && kill -HUP "$server_pid"
    await_log 'HUP: ' || return
    [ "$(say 'GET k')" = 'VALUE v' ] || complain "no reply after HUP" || return
    stop_server TERM || complain "TERM ended it with $server_status"
}

# HUP has the settings file read again.
test_reload() {
    local file=$scratch/kv.conf
    printf 'port 0\nmax-connections 100\n' > "$file"
    start_server "${usual_signals[@]}" "$launcher" --config "$file" && serves || return
    printf 'port 0\nmax-connections 77\nidle-timeout soon\n' > "$file"
    kill -HUP "$server_pid"
    await_log 'max-connections is 77, as the file says' && await_log "idle-timeout stays 0: 'soon' is not allowed" || return
    [ "$(info maxclients)" = 77 ] || complain "INFO does not say 77" || return
    stop_server
}

# A crash is reported in the log, without what clients have said or what the server was told, and leaves no file.
test_crash() {
    local folder=$scratch/crash
    mkdir "$folder"
    # shellcheck disable=SC2016
    KV_PASSWORD=hush-hush-42 start_server sh -c 'ulimit -c unlimited; cd "$1" && shift && exec "$@"' - "$folder" "$launcher" --port 0 ||
        return
    [ "$(say 'AUTH hush-hush-42' 'SET k topsecret-77' | tr '\n' ' ')" = 'OK OK ' ] || complain "no reply" || return
    ! stop_server SEGV || complain "SEGV did not end it" || return
    grep -q 'SIGSEGV' "$server_log" || complain "no report: $(head -c 2000 "$server_log")" || return
    ! grep -q 'hush-hush-42\|topsecret-77' "$server_log" || complain "a secret is in the report" || return
    [ -z "$(ls -A "$folder")" ] || complain "it left $(ls -A "$folder")"
}

# Into a JVM one can look from outside: here no agent of JMX or of a debugger is in the image, no figures are in /tmp, and the only socket
# that listens is ours.
test_no_doors() {
    local doors inodes
    start_server "$launcher" --port 0 --bind 127.0.0.1 || return
    doors=$("${launcher%/*}/java" --list-modules | grep -E 'jdk\.management|\.rmi|\.attach|\.jdwp|\.jcmd|\.jfr')
    [ -z "$doors" ] || complain "the image has $doors" || return
    doors=$(find "${TMPDIR:-/tmp}" /tmp -maxdepth 2 -path "*/hsperfdata_*/$server_pid" 2> /dev/null)
    [ -z "$doors" ] || complain "there is $doors" || return
    inodes=$(awk '$4 == "0A" { print $10 }' "/proc/$server_pid/net/tcp" "/proc/$server_pid/net/tcp6" | sort)
    doors=$(find "/proc/$server_pid/fd" -printf '%l\n' | sed -n 's/socket:\[\([0-9]*\)\]/\1/p' | sort | comm -12 - <(echo "$inodes") | wc -l)
    [ "$doors" = 1 ] || complain "$doors sockets listen" || return
    stop_server
}
doors_visible() { [ "$(uname)" = Linux ]; }

# What the server starts, taskset, gets none of its environment but PATH.
test_child_environment() {
    mkdir "$scratch/path" && printf '#!/bin/sh\nenv > "%s.new" && mv "%s.new" "%s"\n' "$scratch/seen" "$scratch/seen" "$scratch/seen" \
        > "$scratch/path/taskset" && chmod +x "$scratch/path/taskset" || return
    PATH=$scratch/path:$PATH KV_PASSWORD=hush-hush-42 start_server "$launcher" --port 0 || return
    local deadline=$((SECONDS + reply_seconds))
    until [ -s "$scratch/seen" ] || ((SECONDS > deadline)); do sleep 0.05; done
    grep -q '^PATH=' "$scratch/seen" || complain "taskset was not run" || return
    ! grep -q 'hush-hush-42\|^KV_' "$scratch/seen" || complain "it was given $(cat "$scratch/seen")" || return
    stop_server
}
child_visible() { [ "$(uname)" = Linux ] && [ "$(nproc)" -gt 1 ]; }

# await_log TEXT [SECONDS]: returns when the server's log has it.
await_log() {
    local deadline=$((SECONDS + ${2:-$reply_seconds}))
    until grep -qF -e "$1" "$server_log"; do
        ((SECONDS < deadline)) || complain "the log does not say '$1': $(cat "$server_log")" || return
        sleep 0.02
    done
}

# Requests of a browser: each is one line in the log, and the end of the connection.
flood_log() {
    local i
    for ((i = 0; i < $1; i++)); do
        exec 4<> "/dev/tcp/127.0.0.1/$server_port" && printf 'POST / HTTP/1.1\r\n\r\n' >&4 && read -r -t "$reply_seconds" -u 4
        exec 4>&-
    done
}

# What clients cause is logged once a second, with a count of the rest.
test_log_flood() {
    local begun=$SECONDS lines
    start_server "$launcher" --port 0 && flood_log 300 && await_log 'more like this were left out' || return
    lines=$(grep -c cross-protocol "$server_log")
    stop_server || return
    ((lines <= SECONDS - begun + 2)) || complain "$lines lines in $((SECONDS - begun)) s"
}

# stderr is a pipe that is full and that nobody reads: nothing of the server may wait for it.
test_log_unread() {
    local begun
    rm -f "$scratch/pipe" && mkfifo "$scratch/pipe" && exec 5<> "$scratch/pipe" || return
    dd if=/dev/zero of="$scratch/pipe" bs=4096 count=1000 oflag=nonblock 2> /dev/null
    dd if=/dev/zero of="$scratch/pipe" bs=1 count=5000 oflag=nonblock 2> /dev/null
    server_port=$(a_free_port)
    set -m
    "$launcher" --port "$server_port" > /dev/null 2> "$scratch/pipe" < /dev/null &
    server_pid=$!
    set +m
    "$here/../packaging/await-listening" "$server_pid" && flood_log 20 && serves || complain "it does not serve" || return
    begun=${EPOCHREALTIME/[.,]/}
    stop_server TERM || complain "TERM ended it with $server_status" || return
    (( ${EPOCHREALTIME/[.,]/} - begun < 30000000 )) || complain "it took $(( ${EPOCHREALTIME/[.,]/} - begun )) us to stop" || return
    exec 5>&-
}

# A port that nothing listens on, below those that the system hands out to clients.
a_free_port() {
    local candidate
    for _ in {1..200}; do
        candidate=$((20200 + RANDOM % 12000)) # another one each time: others may look for one just now
        (exec 3<> "/dev/tcp/127.0.0.1/$candidate") 2> /dev/null || { echo "$candidate"; return; }
    done
}

# Under each limit of threads the server either says why it does not run, or serves and hears TERM. (A user of its own has
# no other threads to be counted.)
test_thread_limit() {
    local limit pid began=0 refused=0
    for limit in {5..44}; do
        port=$(a_free_port)
        # shellcheck disable=SC2016 # the inner shell expands it
        setpriv --reuid=54321 --clear-groups bash -c 'ulimit -u "$1" && shift && exec "$@"' - "$limit" \
            "$launcher" --port "$port" --cpu-affinity off > /dev/null 2> "$scratch/err" < /dev/null &
        pid=$!
        if "$here/../packaging/await-listening" "$pid" 2> /dev/null; then
            began=$((began + 1))
            kill -TERM "$pid"
            ends "$pid" || complain "limit $limit: it serves, and is deaf to TERM: $(cat "$scratch/err")" || return
            [ "$status" = 0 ] || complain "limit $limit: status $status, $(cat "$scratch/err")" || return
        else
            refused=$((refused + 1))
            ends "$pid" || complain "limit $limit: it neither serves nor ends: $(cat "$scratch/err")" || return
            [ "$status" = 1 ] && [ -s "$scratch/err" ] || complain "limit $limit: status $status, $(cat "$scratch/err")" || return
        fi
    done
    ((began > 0 && refused > 5)) || complain "$began began, $refused refused: the limits tried are not those of interest"
}
thread_limit_visible() { [ "$(uname)" = Linux ] && [ "$(id -u)" = 0 ] && setpriv --reuid=54321 --clear-groups test -x "$launcher"; }

# A heap that is too small for its connections: the loop dies of it, and the process at once with it.
test_heap_full() {
    local i fd fds=()
    start_server env KV_OPTS='-Xms8m -Xmx8m' "$launcher" --port 0 --max-connections 20000 || return
    for ((i = 0; i < 12000; i++)); do
        { exec {fd}<> "/dev/tcp/127.0.0.1/$server_port" && printf 'PING\n' >&"$fd"; } 2> /dev/null || break
        fds+=("$fd")
    done
    for fd in "${fds[@]}"; do exec {fd}>&-; done
    ends "$server_pid" || complain "after $i connections it neither serves nor ends: $(tail -n 3 "$server_log")" || return
    server_pid=''
    [[ $status == 1 && $(tail -n 1 "$server_log") == "kv-server: ending, because thread kv-"*" died: java.lang.OutOfMemoryError"* ]] ||
        complain "status $status: $(tail -n 3 "$server_log")"
}
heap_full_visible() { [ "$(ulimit -n)" = unlimited ] || [ "$(ulimit -n)" -ge 13000 ]; }

# ends PID: waits for it, sets status; fails, and kills it, if that takes too long.
ends() {
    local deadline=$((SECONDS + exit_seconds)) late=0
    while kill -0 "$1" 2> /dev/null && ((SECONDS <= deadline)); do sleep 0.02; done
    ! kill -KILL "$1" 2> /dev/null || late=1
    wait "$1" 2> /dev/null && status=0 || status=$?
    return $late
}

test_version() {
    run --version
    [[ $status == 0 && $out =~ [0-9]+\.[0-9]+ && -z $err ]] || complain "status $status, '$out', '$err'"
}

test_help() {
    run --help
    [[ $status == 0 && $out == *9099* && $out == *--max-connections* && -z $err ]] ||
        complain "status $status, '$out', '$err'"
}

# The kernel's own account: event loops wait in epoll_wait, and no other thread reads or writes a client's socket.
test_syscalls() {
    local trace=$scratch/trace jvm names task
    start_server strace -f -yy -e trace=epoll_wait,read,write,readv,writev,sendto,recvfrom,sendmsg,recvmsg \
        -o "$trace" "$launcher" --port 0 || return
    read -r jvm _ < "$trace"
    serves && say 'GET k' 'SET a b' 'KEYS *' STATS > /dev/null || return
    names=$scratch/names
    for task in "/proc/$jvm/task"/*; do echo "${task##*/} $(< "$task/comm")"; done > "$names"
    stop_server TERM "$jvm" || complain "ended with $server_status" || return
    # Lines look like: 4711 read(12<TCPv6:[[::ffff:127.0.0.1]:9099->[::ffff:127.0.0.1]:40000]>, "SET k v\n", 65536) = 8
    awk -v from=":$server_port->" '
        NR == FNR { name[$1] = $2; next }
        index($2, "epoll_wait(") == 1 && name[$1] ~ /^kv-loop-/ { waits++ }
        index($2, "epoll_wait(") != 1 && index($2, "<TCP") && index($2, from) {
            io++
            if (name[$1] !~ /^kv-loop-/) { print "  thread " $1 " (" name[$1] "): " $0; wrong++ }
        }
        END {
            if (!waits) print "  no event loop was seen in epoll_wait"
            if (!io) print "  no input or output on a client socket was seen"
            exit !waits || !io || wrong
        }' "$names" "$trace"
}
syscalls_visible() { [ "$(uname)" = Linux ] && strace -f -yy -o /dev/null true 2> /dev/null; }

# The control group we are in, of the version that limits memory here; sets group, group_file.
find_group() {
    local line
    line=$(grep ':memory:' /proc/self/cgroup) && group=/sys/fs/cgroup/memory${line#*:memory:} group_file=memory.limit_in_bytes && return
    line=$(grep '^0::' /proc/self/cgroup) && group=/sys/fs/cgroup${line#0::} group_file=memory.max
}

# May we make a group with a limit within our own?
group_visible() {
    find_group 2> /dev/null && mkdir "$group/kv-test" 2> /dev/null || return
    local status=0
    (echo 314572800 > "$group/kv-test/$group_file") 2> /dev/null || status=1
    rmdir "$group/kv-test"
    return $status
}

# In a group of 300 MiB the heap and the limits follow from that, and all of it fits.
test_little_memory() {
    mkdir "$group/kv-test" && echo 314572800 > "$group/kv-test/$group_file" || return
    # shellcheck disable=SC2016
    start_server sh -c 'echo $$ > "$1/cgroup.procs"; exec "$2" --port 0' sh "$group/kv-test" "$launcher" && serves
    local status=$? said
    said=$(grep -m 1 'memory:' "$server_log")
    stop_server TERM || status=1
    rmdir "$group/kv-test"
    [[ $said =~ INFO.*max-memory\ 12[0-9].*heap\ 3[0-9]\ .*of\ 300\ MiB\ \($group ]] || complain "the log says: $said" || return
    return $status
}

# skip TEST REASON
skip() {
    echo "SKIP $1 ($2)"
    skipped=$((skipped + 1))
}

failed=0 skipped=0 passed=0
for test in test_term test_interrupt test_term_connected test_symlink test_blanks test_copied test_client test_archive_unfit \
    test_options test_arguments test_port_in_use test_bad_usage test_foreign_variables test_deleted_directory test_start_in_log \
    test_too_few_descriptors test_little_memory test_workers_in_info test_await_listening test_hangup test_log_flood \
    test_log_unread test_reload test_crash test_no_doors test_child_environment test_thread_limit test_heap_full test_version test_help test_syscalls; do
    if [ $test = test_syscalls ] && ! syscalls_visible; then
        skip $test "needs Linux, and strace with the right to trace"
    elif [ $test = test_little_memory ] && ! group_visible; then
        skip $test "needs a control group within which it may make one"
    elif [ $test = test_thread_limit ] && ! thread_limit_visible; then
        skip $test "needs Linux, root, setpriv, and an image that others may read"
    elif [ $test = test_no_doors ] && ! doors_visible; then
        skip $test "needs Linux"
    elif [ $test = test_child_environment ] && ! child_visible; then
        skip $test "needs Linux, and two processors"
    elif [ $test = test_heap_full ] && ! heap_full_visible; then
        skip $test "needs 13000 descriptors"
    elif [ $test = test_await_listening ] && ! await_visible; then
        skip $test "needs Linux, and timeout"
    elif $test; then
        echo "PASS $test"
        passed=$((passed + 1))
    else
        echo "FAIL $test"
        failed=$((failed + 1))
    fi
    [ -z "$server_pid" ] || stop_server KILL 2> /dev/null # what a failed test left
done
echo "launcher: $passed passed, $failed failed, $skipped skipped"
((failed == 0))
