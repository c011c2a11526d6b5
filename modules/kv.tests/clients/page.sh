#!/bin/bash
# page.sh RESULTS EXPECTED: writes docs/COMPATIBILITY.md from what run.sh has seen.
set -u
cat << 'END'
# Compatibility

Which client libraries and frameworks work with this server, as seen by running them. Each program of `modules/kv.tests/clients` uses one library as its users do: locks and rate limiters with
several clients contending (a lock is never held twice, a limit never exceeded), all in database 0 and in database 1, all against redis-server 7.0.15 as well, as control.
This page is written by `modules/kv.tests/clients/run.sh --page`.

What a library keeps in strings works. **Lists, hashes, sets, sorted sets, streams and publish/subscribe are not served**: their commands are answered
with `ERR unknown command`, so what is built on them says so at once.

END
awk -F'\t' '
    FNR == NR { if ($0 !~ /^#/ && NF) { split($0, line, " *[|] *"); why[line[1] SUBSEP line[2]] = line[3] } next }
    !($1 in seen) { seen[$1] = 1; order[++programs] = $1 }
    $4 == "library" { library[$1] = $5; next }
    {
        split($5, part, ": "); what = part[1]
        if (!(($1, what) in listed)) { listed[$1, what] = 1; checks[$1] = checks[$1] (checks[$1] ? "; " : "") what; names[$1, ++count[$1]] = what }
    }
    $2 == "kv" && $4 == "no" { text = $5; sub(/^[^:]*: /, "", text); bad[$1, what] = bad[$1, what] (bad[$1, what] ? "," : "") $3; said[$1, what] = text }
    $2 == "kv" && $4 == "ok" { good[$1]++ }
    END {
        for (p = 1; p <= programs; p++) {
            name = order[p]
            split(library[name], words, " ")
            verdict = reasons = ""
            for (i = 1; i <= count[name]; i++) {
                what = names[name, i]
                if ((name, what) in bad) {
                    reason = ((name, what) in why) ? why[name, what] : "`" said[name, what] "`"
                    where = bad[name, what] == "0,1" ? "" : " in database " bad[name, what]
                    verdict = verdict (verdict ? "; " : "") what where ": " reason
                    if (!index(reasons, reason)) { reasons = reasons (reasons ? "; " : "") reason }
                }
            }
            gsub(/[|]/, "\\|", verdict)
            if (verdict == "") { works++ } else if (good[name]) { partly++ }
            mark = verdict == "" ? "works" : good[name] ? "partly; not " verdict : "no: " reasons
            split(name, folder, "/")
            rows = rows "| " words[1] " (" folder[1] ") | " words[2] " | " checks[name] " | " mark " |\n"
        }
        print "Of " programs " libraries and frameworks " works " work whole, " partly " but for some of what they do, " \
            programs - works - partly " not at all.\n"
        printf "| Library | Version | Run | Here |\n|---|---|---|---|\n%s", rows
    }' "$2" "$1"
