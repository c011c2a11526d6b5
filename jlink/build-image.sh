#!/bin/bash
# build-image.sh JDK MODULES IMAGE: links the modular jars in the folder MODULES and what they need of the JDK (17 or
# later) into the run-time image IMAGE, puts our launcher into it, and makes its start-up archive.
#
# An old IMAGE is deleted first and the new one is built aside, so that a failed build leaves none. Two builds from
# the same jars on one JDK give the same lib/modules; the archive differs in bytes, not in what it holds.
set -euo pipefail

here=$(cd -P -- "${BASH_SOURCE[0]%/*}" && pwd -P)
# shellcheck source=jlink/server_process.sh
. "$here/server_process.sh"
trap clean_up EXIT

jdk=$1 image=$3
modules=$(cd -- "$2" && pwd)
fail() { echo "build-image: $*" >&2; exit 1; }

[ -x "$jdk/bin/jlink" ] || fail "no jlink in $jdk: a whole JDK is needed, 17 or later, not only a run-time"
version=$("$jdk/bin/jlink" --version)
feature=${version%%[!0-9]*}
[ "$feature" -ge 17 ] || fail "JDK $version is too old: 17 or later is needed"

new=kv-server.new # relative to IMAGE's folder: KV_OPTS cannot carry a path with blanks
rm -rf "$image"
mkdir -p "$(dirname -- "$image")"
cd -- "$(dirname -- "$image")"
image=$PWD/${image##*/}
rm -rf $new
trap 'clean_up; rm -rf $new' EXIT

# What is in it: kv.server, the log's backend and the elliptic curves of TLS (found as services, so they must be named: without
# jdk.crypto.ec most clients' handshakes fail), the client, and whatever they require. The client lies in the server's image because its own would bring a second JVM: 35 MB instead of 1 MB.
# Compressed: 13 MB less, and as fast, since classes come from the archive. With line numbers: 3 MB that show in
# every stack trace where it was.
link() {
    local compress=zip-6
    [ "$feature" -ge 21 ] || compress=2
    "$jdk/bin/jlink" --module-path "$modules" --add-modules kv.server,org.slf4j.simple,kv.cli,jdk.crypto.ec \
        --no-header-files --no-man-pages --compress=$compress --output $new
    rm -f $new/bin/keytool
    # Newer JDKs are larger: without the names of the JVM's own inner functions (5 MB) the image stays below 60 MB. A crash
    # report then names the exported ones only; those of the JDK's makers, by its build id, give the rest.
    if [ "$feature" -ge 24 ] && [ "$(uname)" = Linux ] && command -v strip > /dev/null; then
        strip --strip-unneeded $new/lib/server/libjvm.so
    fi
    cp "$here/jvm.options" $new/lib/jvm.options
    if [[ $("$jdk/bin/java" -XX:TrimNativeHeapInterval=5000 --version 2>&1) == *[Tt]rim* ]]; then
        grep -v -e TrimNativeHeapInterval= "$here/jvm.options" > $new/lib/jvm.options
    fi
    cp "$here/kv-server.sh" $new/bin/kv-server
    cp "$here/kv-cli.sh" $new/bin/kv-cli
    chmod 755 $new/bin/kv-server $new/bin/kv-cli
}

# Runs the server with the JVM options $1 through each kind of command once, so that it loads what a server loads, and the
# client with the options $2 against it.
trial_run() {
    KV_OPTS=$1 start_server $new/bin/kv-server --port 0
    say 'SET key value' 'GET key' 'SET key value EX 9' 'GET absent' 'KEYS *' 'DEL key' 'DEL key' 'BLAH' 'GET' \
        'STATS' 'STATS LATENCY' > /dev/null || fail "the trial run got no replies: $(cat "$server_log")"
    KV_CLI_OPTS=${2-} $new/bin/kv-cli -p "$server_port" GET absent > /dev/null || fail "the client got no reply"
    # With the classes of scripts in it the first EVAL costs 75 ms of CPU time instead of 140, for 0.9 MB.
    $new/bin/kv-cli -p "$server_port" EVAL "local n = redis.call('incr', KEYS[1])
        return {n, redis.pcall('get', KEYS[1]), ('%d'):format(#ARGV), tonumber('5') + 0.5}" 1 key > /dev/null ||
        fail "the client got no reply from a script"
    stop_server TERM || fail "the trial run ended with $server_status: $(cat "$server_log")"
}

# The archive holds the classes that the trial run loaded, parsed and verified, ours among them. Its place is
# relative to the JVM, so it stays valid wherever the image goes.
# The heap below decides about compressed references, which the archive depends on: as small as the server's, not
# the quarter of a large machine's memory that is the default. G1 because it alone (on 17) stores objects.
archive() {
    local options=(-XX:+UseG1GC -Xmx256m)
    if [ "$feature" -ge 24 ]; then
        trial_run "-XX:AOTMode=record -XX:AOTConfiguration=$new/recorded"
        quietly $new/bin/java "${options[@]}" -XX:AOTMode=create -XX:AOTConfiguration=$new/recorded \
            -XX:AOTCache=$new/lib/server/kv-server.aot -m kv.server/kv.server.Main
        [ -s $new/lib/server/kv-server.aot ] || fail "the JVM made no AOT cache"
    else
        # One static archive in the default place, instead of the JDK's own with a dynamic one on top: 5 MB less on
        # disk, 4 MB less in memory, as quick or quicker, and no option to name it.
        # The client's classes in it cost 0.2 MB. They can only be there without a main module, which would be the server's, and so
        # are all modules in their places, for the client: see kv-cli.
        trial_run "-XX:DumpLoadedClassList=$new/recorded" "-XX:DumpLoadedClassList=$new/recorded.client"
        cat $new/recorded.client >> $new/recorded
        quietly $new/bin/java "${options[@]}" -Xshare:dump -XX:SharedClassListFile=$new/recorded -cp /proc/none
        [ -s $new/lib/server/classes.jsa ] || fail "the JVM made no CDS archive"
        chmod 644 $new/lib/server/classes.jsa
    fi
    rm -f $new/recorded $new/recorded.client
}

# Runs a command, and shows what it says only if it fails.
quietly() {
    local said
    said=$("$@" 2>&1) || fail "$1 failed: $said"
}

link
archive
mv $new "$image"
echo "image: $image ($(du -sm "$image" | cut -f1) MB, JDK $version)"
