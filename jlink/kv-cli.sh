#!/bin/sh
# kv-cli: starts the client of the run-time image that this script lies in (as bin/kv-cli).
#
# Arguments go to the client; kv-cli --help lists them. Options for the JVM: those below, then JAVA_OPTS, then KV_CLI_OPTS.
# KV_OPTS is the server's and says nothing here.
set -f # in the options a * is a *, not the names of files

self=$0
case $self in */*) ;; *) self=./$self ;; esac # started as: sh kv-cli
while [ -L "$self" ]; do
    link=$(readlink "$self")
    case $link in /*) self=$link ;; *) self=${self%/*}/$link ;; esac
done
home=${self%/*}/..

# A JVM does not start in a directory that has been deleted. Asked without a process of its own where that is possible: 2 ms.
# shellcheck disable=SC3013 # dash, ash and bash know it
[ . -ef "$PWD" ] || case $(pwd -P 2> /dev/null) in /*) ;; *) cd / ;; esac

# Which streams are terminals decides between shell and script, and how replies look. Java cannot tell them apart.
terminals=
[ ! -t 0 ] || terminals=in,
[ ! -t 1 ] || terminals=$terminals,out

# In the C locale the JVM would take arguments that are no ASCII for unreadable; keys and values are UTF-8 here.
case ${LC_ALL:-${LC_CTYPE:-${LANG-}}} in '' | C | POSIX) LC_ALL=C.UTF-8 && export LC_ALL ;; esac

unset CLASSPATH

# A short life: the quick compiler only. The heap has room for the longest value a few times. The start-up archive is the
# server's: on JDK 17 it serves the client too; an AOT cache (24 and later) serves one program only, and a second one of 12 MB
# for 50 ms is not worth it. What the archive has of objects, all modules in their places among them, it gives on 17 only to G1,
# and to programs that are started without a main module (-m): 20 ms of CPU time less than with the smallest collector. So the
# class path names what cannot be there, and the class is found in its module.
gc='-XX:+UseG1GC -XX:ParallelGCThreads=1 -XX:ConcGCThreads=1'
case "${JAVA_OPTS-} ${KV_CLI_OPTS-}" in *GC*) gc= ;; esac
# shellcheck disable=SC2086 # the splitting is meant
exec "$home/bin/java" $gc -XX:TieredStopAtLevel=1 -Xms16m -Xmx1g -XX:-UsePerfData \
    -Xlog:disable -Xlog:all=warning,cds*=off:stderr \
    ${JAVA_OPTS-} ${KV_CLI_OPTS-} "-Dkv.cli.terminals=$terminals" -cp /proc/none kv.cli.Main "$@"
