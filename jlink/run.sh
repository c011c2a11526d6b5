#!/bin/sh
# run.sh [ARGUMENT]...: runs the server from its run-time image with these arguments (kv-server --help lists them),
# and builds the image before that if there is none or a source is newer. Needs Maven and a JDK, 17 or later; runs no
# tests. One line on stderr says that it builds; all else of that only if it fails.
here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd -P) || exit 1
image=$here/target/kv-server
built=$image/lib/modules

# A folder is newer too when a file was added to it or taken away.
is_current() {
    [ -x "$image/bin/kv-server" ] && [ -z "$(cd "$here/.." && find pom.xml modules/*/pom.xml modules/*/src/main \
        jlink/pom.xml jlink/*.sh jlink/jvm.options -newer "$built" 2>&1 | head -n 1)" ]
}

if ! is_current; then
    echo "run.sh: building the run-time image (the first time Maven fetches what it needs: a minute or two)" >&2
    said=$(cd "$here/.." && mvn -B -q -Dmaven.test.skip=true -pl jlink -am package 2>&1 < /dev/null) || {
        printf '%s\nrun.sh: the build failed\n' "$said" >&2
        exit 1
    }
fi
exec "$image/bin/kv-server" "$@"
