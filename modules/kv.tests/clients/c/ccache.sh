#!/bin/bash
# ccache with Redis as its remote storage: run as `ccache.sh PORT DATABASE`, it prints the lines that run.sh reads.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
echo "library ccache $(ccache --version | sed -n '1s/[^0-9]*//p')"
export CCACHE_REMOTE_STORAGE="redis://127.0.0.1:$1/$2" CCACHE_DIR=$work/cache
for i in 1 2 3; do echo "int f$i(void) { return $i; } /* $RANDOM$RANDOM */"; done > "$work/a.c"

compile() { ccache gcc -c -o "$work/$1.o" "$work/a.c"; }
hits() { ccache --print-stats | awk '$1 == "remote_storage_hit" { print $2 }'; }

if compile one && rm -rf "$CCACHE_DIR" && compile two && cmp -s "$work/one.o" "$work/two.o" && (($(hits) > 0)); then
    echo "ok what one compiles, another finds"
else
    echo "no what one compiles, another finds: $(hits) hits"
fi
