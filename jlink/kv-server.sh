#!/bin/sh
# kv-server: starts the server of the run-time image that this script lies in (as bin/kv-server).
#
# Arguments go to the server; kv-server --help lists them. Options for the JVM come from lib/jvm.options, then
# from JAVA_OPTS, then from KV_OPTS, each split at blanks; the last value of an option wins.
# The shell is replaced by the JVM: one process, whose exit status and signals are the server's own.
set -f # in JAVA_OPTS and KV_OPTS a * is a *, not the names of files

self=$0
case $self in */*) ;; *) self=./$self ;; esac # started as: sh kv-server
while [ -L "$self" ]; do
    link=$(readlink "$self")
    case $link in /*) self=$link ;; *) self=${self%/*}/$link ;; esac
done
home=$(CDPATH='' cd -P -- "${self%/*}/.." && pwd -P) || exit 1

# A JVM does not start in a directory that has been deleted.
case $(pwd -P 2> /dev/null) in /*) ;; *) cd / ;; esac

# JDK 24 and later: the start-up archive is an AOT cache, which has no default place that the JVM would look in. (On
# older ones it is a CDS archive in the default place.) The JVM refuses it beside the options below.
aot=$home/lib/server/kv-server.aot
[ -f "$aot" ] || aot=
case " ${JAVA_OPTS-} ${KV_OPTS-}" in *" -Xshare:"* | *" -XX:SharedArchiveFile="* | *" -XX:AOT"*) aot= ;; esac

# The store's memory comes from malloc in pieces of 16 MiB: huge pages for it, as far as the kernel allows, halve the
# TLB misses of a look-up (glibc 2.35 and later; others ignore it). Pieces of 128 KiB and more are mappings of their own, always:
# left to itself, malloc raises that bound when it sees a large one freed, and then keeps all it gets back.
: "${GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=131072}"
export GLIBC_TUNABLES

# The memory that there is, in KiB: the machine's, or the smallest limit of the control groups we are in, which a container
# or a service may have. A heap of 256 MiB is an eighth of 2 GiB; of less, the heap gets no more than that share either.
memory=2097152
least() { [ "$1" -ge "$memory" ] || memory=$1; }
while read -r name value _; do
    case $name in MemTotal:) least "$value" ;; esac
done 2> /dev/null < /proc/meminfo
group1='' group2='' # our group's name, of version 1 and 2
while IFS=: read -r _ controllers group; do
    case ,$controllers, in
        ,,) group2=$group ;;
        *,memory,*) group1=$group ;;
    esac
done 2> /dev/null < /proc/self/cgroup
# Which part of all groups is mounted, and where: in a container the name may begin with what is not.
while read -r _ _ _ mounted top rest; do
    case $rest in
        *" - cgroup2 "*) group=$group2 files="memory.max memory.high" ;;
        *" - cgroup "*[,\ ]memory | *" - cgroup "*[,\ ]memory,*) group=$group1 files=memory.limit_in_bytes ;;
        *) continue ;;
    esac
    mounted=${mounted%/}
    case $group in
        */..*) group='' ;;
        "$mounted"/*) group=${group#"$mounted"} ;;
        *) group='' ;;
    esac
    while :; do
        for file in $files; do
            value=max
            [ ! -r "$top$group/$file" ] || read -r value < "$top$group/$file"
            case $value in max | ???????????????????*) ;; *) least $((value / 1024)) ;; esac
        done
        [ -n "$group" ] || break
        group=${group%/*}
    done
done 2> /dev/null < /proc/self/mountinfo
heap=$((memory / 8192))
[ "$heap" -ge 32 ] || heap=32

unset CLASSPATH # all there is to run is in the image; a foreign path could only spoil the archive

# shellcheck disable=SC2086 # the splitting is meant
exec "$home/bin/java" "@$home/lib/jvm.options" -Xmx${heap}m ${aot:+"-XX:AOTCache=$aot" "-Xlog:aot*=off:stderr"} \
    ${JAVA_OPTS-} ${KV_OPTS-} -m kv.server/kv.server.Main "$@"
