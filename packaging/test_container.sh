#!/bin/bash
# test_container.sh [DEB]: runs the steps of container/Dockerfile in a Debian root of its own, made by debootstrap, instead of by Docker:
# builds, starts as the image would, asks as the health check does, stops with TERM. Needs root; 77: there is no debootstrap.
set -u
here=$(cd -P -- "${BASH_SOURCE[0]%/*}" && pwd -P)
debs=("$here"/target/packages/kv-server_*.deb)
deb=${1:-${debs[0]}}
fail() { echo "FAIL $*"; exit 1; }
# What the network does not give is no failure of ours.
cannot() { echo "cannot be fetched: $*"; exit 77; }
if [ "$(id -u)" != 0 ] || ! command -v debootstrap > /dev/null; then
    echo "needs root and debootstrap"
    exit 77
fi
[ -f "$deb" ] || fail "no package: $deb"

work=$(mktemp -d)
root=$work/root
server=''
leave() {
    [ -z "$server" ] || kill -KILL "$server" 2> /dev/null
    mountpoint -q "$root/proc" && umount "$root/proc"
    rm -rf --one-file-system "$work"
}
trap leave EXIT

# One instruction a line, without comments.
instructions() { sed -e '/^#/d' -e ':a' -e '/\\$/{N;s/\\\n *//;ba' -e '}' "$here/container/Dockerfile" | grep -v '^$'; }

# words_of JSON: ["a", "b"] as an array named words.
words_of() { mapfile -t words < <(grep -oE '"[^"]*"' <<< "$1" | sed 's/^"//; s/"$//'); }

within() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }

user='' environment=() directory=/ healthcheck=() entrypoint=() command=()
while read -r instruction rest; do
    echo "---- $instruction $rest"
    case $instruction in
        FROM)
            [[ $rest == debian:bookworm-slim ]] || fail "another base: $rest"
            debootstrap --variant=minbase bookworm "$root" > "$work/debootstrap.log" 2>&1 || cannot "$(tail -5 "$work/debootstrap.log")"
            cp /etc/resolv.conf "$root/etc/" && cp -a /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
            mount -t proc proc "$root/proc" || fail "no /proc"
            ;;
        COPY)
            [[ $rest == "kv-server.deb /tmp/kv-server.deb" ]] || fail "what is copied?"
            cp "$deb" "$root/tmp/kv-server.deb"
            ;;
        RUN)
            if ! within sh -c "$rest" > "$work/run.log" 2>&1; then
                ! grep -qE 'Failed to fetch|Could not (resolve|connect)' "$work/run.log" || cannot "$(tail -5 "$work/run.log")"
                fail "$(tail -5 "$work/run.log")"
            fi
            ;;
        USER) user=$rest ;;
        WORKDIR)
            directory=$rest
            [ -d "$root$directory" ] || fail "no $directory"
            ;;
        VOLUME) [ -d "$root$rest" ] || fail "no $rest" ;;
        ENV) read -ra environment <<< "$rest" ;;
        HEALTHCHECK) words_of "${rest#*CMD }" && healthcheck=("${words[@]}") ;;
        ENTRYPOINT) words_of "$rest" && entrypoint=("${words[@]}") ;;
        CMD) words_of "$rest" && command=("${words[@]}") ;;
        EXPOSE | STOPSIGNAL) ;;
        *) fail "unknown instruction $instruction" ;;
    esac
done < <(instructions)

# in_image COMMAND...: as the image runs it, in place of this shell. The chroot comes first, since it wants the rights that are given up.
in_image() {
    exec chroot "$root" setpriv --reuid="${user%:*}" --regid="${user#*:}" --clear-groups --no-new-privs --bounding-set=-all \
        env -i -C "$directory" PATH=/usr/bin:/bin "${environment[@]}" "$@"
}

(in_image "${entrypoint[@]}" "${command[@]}" --max-memory 64m > "$work/server.log" 2>&1)
status=$?
((status == 1)) || fail "without a password: status $status"
grep -q 'set --password-file or KV_PASSWORD' "$work/server.log" || fail "it does not say how: $(cat "$work/server.log")"

environment+=(KV_PASSWORD=container-secret)
(in_image "${entrypoint[@]}" "${command[@]}" --bind 127.0.0.1 --max-memory 64m > "$work/server.log" 2>&1) &
server=$!
healthy=1
for ((i = 0; i < 900; i++)); do
    (in_image "${healthcheck[@]}") > "$work/health" 2>&1 && healthy=0 && break
    kill -0 "$server" 2> /dev/null || break
    sleep 0.2
done
((healthy == 0)) || fail "not healthy: $(cat "$work/health" "$work/server.log")"
[ "$(ps -o uid= -p "$server" | tr -d ' ')" = "${user%:*}" ] || fail "it runs as $(ps -o user= -p "$server")"
kill -TERM "$server"
wait "$server"
status=$?
server=''
((status == 0)) || fail "TERM: status $status, $(cat "$work/server.log")"
! (in_image "${healthcheck[@]}") > /dev/null 2>&1 || fail "healthy without a server"
echo "PASS $(du -sm --one-file-system "$root" | cut -f1) MB, healthy after $((i * 200)) ms, TERM ended it with 0"
