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

# complain TEXT...: says why a test fails.
complain() {
    echo "  $*"
    return 1
}

# run ARGUMENT...: runs $launcher to its end; sets status, and out and err to what it wrote.
run() {
    "$launcher" "$@" > "$scratch/out" 2> "$scratch/err" < /dev/null
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

# ours < JAVA_OPTS < KV_OPTS, split at blanks, no file names made of them.
test_options() {
    # shellcheck disable=SC2030
    JAVA_OPTS='-Xmx300m  -Dstar=/*' KV_OPTS='-Xmx320m -XX:+PrintFlagsFinal' run --version
    [[ $status == 0 && $out =~ MaxHeapSize\ +=\ +335544320\  ]] || complain "KV_OPTS did not win: $status, $err" || return
    [[ $out =~ UseSerialGC\ +=\ +true && $out =~ MaxDirectMemorySize\ +=\ +1099511627776 ]] ||
        complain "lib/jvm.options is not in force"
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
    one_line_and 2 none
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

failed=0 skipped=0 passed=0
for test in test_term test_interrupt test_term_connected test_symlink test_blanks test_copied test_archive_unfit \
    test_options test_arguments test_port_in_use test_bad_usage test_version test_help test_syscalls; do
    if [ $test = test_syscalls ] && ! syscalls_visible; then
        echo "SKIP $test (needs Linux, and strace with the right to trace)"
        skipped=$((skipped + 1))
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
