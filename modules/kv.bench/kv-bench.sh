#!/bin/sh
# kv-bench.sh [OPTION]...: loads a key-value server and checks every reply; --help lists the options. Builds itself if needed.
# KV_BENCH_OPTS: more options for its JVM.
here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd -P) || exit 2

is_current() {
    [ -d "$here/target/lib" ] && [ -f "$here/target/classes/kv/bench/LoadGenerator.class" ] &&
        [ -z "$(find "$here/src/main" "$here/pom.xml" -newer "$here/target/classes/kv/bench/LoadGenerator.class" 2>&1 | head -n 1)" ]
}

if ! is_current; then
    echo "kv-bench.sh: building" >&2
    said=$(cd "$here/../.." && mvn -B -q -Dmaven.test.skip=true -pl modules/kv.bench -am package 2>&1 < /dev/null) || {
        printf '%s\nkv-bench.sh: the build failed\n' "$said" >&2
        exit 2
    }
    touch "$here/target/classes/kv/bench/LoadGenerator.class"
fi
# The load generator allocates next to nothing; the simplest collector has no threads that could disturb a measurement.
# shellcheck disable=SC2086 # the splitting is meant
exec java -XX:+UseSerialGC -Xms64m -Xmx2g -Xshare:auto ${KV_BENCH_OPTS-} -cp "$here/target/classes:$here/target/lib/*" \
    kv.bench.LoadGenerator "$@"
