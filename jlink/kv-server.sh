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

# JDK 24 and later: the start-up archive is an AOT cache, which has no default place that the JVM would look in. (On
# older ones it is a CDS archive in the default place.) The JVM refuses it beside the options below.
aot=$home/lib/server/kv-server.aot
[ -f "$aot" ] || aot=
case " ${JAVA_OPTS-} ${KV_OPTS-}" in *" -Xshare:"* | *" -XX:SharedArchiveFile="* | *" -XX:AOT"*) aot= ;; esac

# The store's memory comes from malloc in pieces of 16 MiB: huge pages for it, as far as the kernel allows, halve the
# TLB misses of a look-up (glibc 2.35 and later; others ignore it).
: "${GLIBC_TUNABLES=glibc.malloc.hugetlb=1}"
export GLIBC_TUNABLES

unset CLASSPATH # all there is to run is in the image; a foreign path could only spoil the archive

# shellcheck disable=SC2086 # the splitting is meant
exec "$home/bin/java" "@$home/lib/jvm.options" ${aot:+"-XX:AOTCache=$aot" "-Xlog:aot*=off:stderr"} \
    ${JAVA_OPTS-} ${KV_OPTS-} -m kv.server/kv.server.Main "$@"
