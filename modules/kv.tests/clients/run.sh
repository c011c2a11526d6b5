#!/bin/bash
# run.sh [--page | --quick] [--install] [IMAGE | PORT]: runs programs against our server, that of IMAGE (default: jlink/target/kv-server) or one that
# listens on PORT, and against redis-server as control, in databases 0 and 1; each program uses one client library.
# With --page it also writes docs/COMPATIBILITY.md from what it has seen. With --quick programs run in database 1 only, and on
# redis-server only if they fail here.
#
# A program prints `library NAME VERSION` and, for each check, `ok WHAT` or `no WHAT: WHY`. What is known not to work here is named
# in expected.txt, with a reason; everything else that works on redis-server must work here.
# Where there is openssl, both servers have a TLS port too, and CLIENTS_CA names the file of who signs their certificate; a program asks
# with CONFIG GET tls-port where it is.
# Libraries are fetched into target/clients (npm, Maven) or must be installed (Debian's packages, see packages.txt; --install does
# that); what cannot be had is skipped by name. Exit status 0: as expected; 77: no redis-server, or nothing could be had.
set -u
here=$(cd -P -- "${BASH_SOURCE[0]%/*}" && pwd -P)
root=$(cd -P -- "$here/../../.." && pwd -P)
target=$here/../target/clients
page=$root/docs/COMPATIBILITY.md
program_seconds=400

# shellcheck source=jlink/server_process.sh
. "$root/jlink/server_process.sh"
control_pid=''
trap '[ -z "$control_pid" ] || kill "$control_pid" 2> /dev/null; clean_up' EXIT

write_page='' subject='' install='' quick=''
for argument; do
    case $argument in
        --page) write_page=1 ;;
        --install) install=1 ;;
        --quick) quick=1 ;;
        *) subject=$argument ;;
    esac
done
subject=${subject:-$root/jlink/target/kv-server}

command -v redis-server > /dev/null || { echo "SKIP clients: redis-server is not installed" && exit 77; }
mkdir -p "$target"
results=$target/results.tsv
: > "$results"

# make_tls: a certificate, and the options of both servers with it. Not for a server that is there already.
make_tls() {
    redis_tls=() kv_tls=()
    unset CLIENTS_CA
    if [[ $subject =~ ^[0-9]+$ ]] || ! ldd "$(command -v redis-server)" | grep -q libssl ||
        ! openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
            -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$target/tls.key" -out "$target/tls.pem" > "$target/openssl.log" 2>&1; then
        echo "SKIP TLS: no openssl, a redis-server without TLS, or a server that is there already"
        return
    fi
    export CLIENTS_CA=$target/tls.pem
    redis_tls=(--tls-cert-file "$target/tls.pem" --tls-key-file "$target/tls.key" --tls-auth-clients no)
    kv_tls=(--tls-port 0 --tls-cert "$target/tls.pem" --tls-key "$target/tls.key")
}

start_control() {
    local tries tls_port=()
    for tries in 1 2 3 4 5; do
        control_port=$((20000 + RANDOM % 20000 + tries))
        [ -z "${CLIENTS_CA-}" ] || tls_port=(--tls-port $((control_port + 1000)))
        redis-server --port $control_port --bind 127.0.0.1 --save '' --appendonly no "${tls_port[@]}" "${redis_tls[@]}" > /dev/null 2>&1 &
        control_pid=$!
        for _ in {1..600}; do
            kill -0 $control_pid 2> /dev/null || break
            if (exec 4<> "/dev/tcp/127.0.0.1/$control_port") 2> /dev/null; then return 0; fi
            sleep 0.05
        done
        kill $control_pid 2> /dev/null
    done
    echo "redis-server does not start" >&2
    return 1
}

# The server on port $1 holds nothing.
forget_all() {
    # shellcheck disable=SC2016
    exec 4<> "/dev/tcp/127.0.0.1/$1" && printf '*1\r\n$8\r\nFLUSHALL\r\n' >&4 && read -r -t 60 -u 4
    exec 4>&-
}

# run NAME COMMAND...: a program, on both servers at once, and in one database after the other; its lines go to the results behind
# server and database.
run() {
    local name=$1 redis_run kv_run
    shift
    if [ -n "$quick" ]; then
        run_on kv "$server_port" "$name" "$@"
        if fails_unexpectedly; then
            echo "$name: once more, after $(grep -c $'\tno\t' "$target/kv.tsv") failures"
            run_on kv "$server_port" "$name" "$@"
        fi
        if grep -q $'\tno\t' "$target/kv.tsv" || ! grep -q $'\tok\t' "$target/kv.tsv"; then run_on redis "$control_port" "$name" "$@"; fi
    else
        run_on redis "$control_port" "$name" "$@" &
        redis_run=$!
        run_on kv "$server_port" "$name" "$@" &
        kv_run=$!
        wait "$redis_run" "$kv_run"
    fi
    cat "$target"/{redis,kv}.tsv >> "$results" 2> /dev/null
    rm -f "$target"/{redis,kv}.tsv
    report "$name"
}

# Whether the program that has just run here has failed, or done nothing, other than expected.txt says. Locks and limiters are about
# time, and this machine may be busy: what fails twice is not.
fails_unexpectedly() {
    awk -F'\t' '
        FILENAME ~ /expected.txt$/ { if ($0 !~ /^#/ && NF) { split($0, line, " *[|] *"); known[line[1] SUBSEP line[2]] = 1 } next }
        $4 == "ok" { good = 1 }
        $4 == "no" { split($5, part, ": "); if (!(($1, part[1]) in known)) bad = 1 }
        END { exit good && !bad }' "$here/expected.txt" "$target/kv.tsv"
}

run_on() { # SERVER PORT NAME COMMAND...
    local server=$1 port=$2 name=$3 database
    shift 3
    : > "$target/$server.tsv"
    for database in ${quick:-0 1}; do # quick is 1
        forget_all "$port"
        timeout $program_seconds "$@" "$port" "$database" 2> "$target/${name//\//_}.$server.$database.log" < /dev/null |
            sed -n "s#^\(library\|ok\|no\) #$name\t$server\t$database\t\1\t#p" >> "$target/$server.tsv"
        ((PIPESTATUS[0] != 124)) ||
            printf '%s\t%s\t%s\tno\tends: not after %s s\n' "$name" "$server" "$database" $program_seconds >> "$target/$server.tsv"
    done
}

skipped=()
skip() {
    echo "SKIP $1: $2"
    skipped+=("$1")
}

# One line for what NAME has done here.
report() {
    awk -F'\t' -v name="$1" '
        $1 == name && $4 == "library" { library = $5 }
        $1 == name && $2 == "kv" && $4 == "ok" { good++ }
        $1 == name && $2 == "kv" && $4 == "no" { bad++; if (!(($3, $5) in seen)) text = text "\n        database " $3 ": " $5 }
        END { printf "%-34s ok %2d  no %2d%s\n", library, good, bad, text }' "$results"
}

run_node() {
    command -v npm > /dev/null || { skip "npm's libraries" "no npm"; return; }
    mkdir -p "$target/node" && cp "$here"/node/* "$target/node/"
    (cd "$target/node" && timeout 240 npm install --no-audit --no-fund --ignore-scripts) > "$target/npm.log" 2>&1 ||
        { skip "npm's libraries" "npm install could not"; return; }
    local program
    for program in "$here"/node/*.mjs; do
        program=${program##*/}
        [ "$program" = check.mjs ] || run "node/${program%.mjs}" node "$target/node/$program"
    done
}

run_python() {
    local program module
    while read -r program module; do
        if /usr/bin/python3 -c "import $module" 2> /dev/null; then
            run "python/$program" /usr/bin/python3 -B "$here/python/$program.py"
        else
            skip "python/$program" "no module $module"
        fi
    done << 'END'
redis_py redis
django_cache django_redis
django_sessions redis_sessions
limiter limits
flask_limiter_py flask_limiter
dogpile_cache dogpile.cache
flask_cache flask_caching
flask_session_py flask_session
cachelib_py cachelib
beaker_py beaker.ext.redisnm
tooz_py tooz
celery_py celery
END
}

run_php() {
    local program class
    while read -r program class; do
        if (cd "$here/php" && php -r "@include '$class'; exit((int) !('$class' === 'redis' ? extension_loaded('redis') : @include '$class'));") \
            2> /dev/null; then
            run "php/$program" php -d "include_path=.:/usr/share/php" "$here/php/$program.php"
        else
            skip "php/$program" "no $class"
        fi
    done << 'END'
phpredis redis
predis Predis/autoload.php
illuminate Illuminate/Cache/autoload.php
symfony_cache Symfony/Component/Cache/autoload.php
symfony_lock Symfony/Component/Lock/autoload.php
symfony_limiter Symfony/Component/RateLimiter/autoload.php
malkusch_lock Malkusch/Lock/autoload.php
END
}

run_ruby() {
    local program module
    while read -r program module; do
        if ruby -e "require '$module'" 2> /dev/null; then run "ruby/$program" ruby "$here/ruby/$program.rb"
        else skip "ruby/$program" "no $module"; fi
    done << 'END'
redis_rb redis
redis_namespace redis-namespace
redis_store redis-store
rails_cache active_support
rack_attack rack/attack
moneta_rb moneta
sidekiq_rb sidekiq
END
}

run_perl() {
    local class
    for class in Redis Redis::Fast; do
        if perl "-M$class" -e 1 2> /dev/null; then run "perl/$class" perl "$here/perl/redis_pm.pl" "$class"
        else skip "perl/$class" "no $class"; fi
    done
    if perl -MCHI::Driver::Redis -e 1 2> /dev/null; then run perl/chi perl "$here/perl/chi.pl"
    else skip perl/chi "no CHI::Driver::Redis"; fi
}

run_go() {
    local program package
    command -v go > /dev/null || { skip "Go's libraries" "no go"; return; }
    while read -r program package; do
        if GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS='' GOCACHE=$target/go-cache go build -o "$target/$program" \
            "$here/go/$program.go" > "$target/$program.log" 2>&1; then
            run "go/$program" env "VERSION=$(dpkg-query -W -f='${Version}' "$package" | sed 's/^[0-9]*://; s/-.*//')" "$target/$program"
        else
            skip "go/$program" "no $package"
        fi
    done << 'END'
redigo golang-github-gomodule-redigo-dev
goredis golang-gopkg-redis.v5-dev
END
}

run_lua() {
    if lua5.1 -e 'require "redis"' 2> /dev/null; then run lua/redis_lua lua5.1 "$here/lua/redis_lua.lua"
    else skip lua/redis_lua "no redis-lua"; fi
}

run_c() {
    if gcc -O1 -o "$target/hiredis" "$here/c/hiredis.c" -lhiredis 2> "$target/gcc.log"; then run c/hiredis "$target/hiredis"
    else skip c/hiredis "no compiler, or no hiredis"; fi
    if ccache --version 2> /dev/null | grep -q redis-storage; then run c/ccache "$here/c/ccache.sh"
    else skip c/ccache "no ccache"; fi
}

run_java() {
    local classes=$target/java path
    (cd "$here/java" && timeout 240 mvn -B -ntp -q dependency:build-classpath "-Dmdep.outputFile=$target/path.txt") \
        > "$target/mvn.log" 2>&1 || { skip "Maven's libraries" "mvn could not fetch them"; return; }
    path=$(< "$target/path.txt")
    mkdir -p "$classes"
    javac -nowarn -d "$classes" -cp "$path" "$here"/java/src/main/java/clients/*.java 2> "$target/javac.log" ||
        { cat "$target/javac.log"; failed=1; return; }
    local program
    for program in JedisClient LettuceClient RedissonClient SpringData SpringBoot SpringLocks SpringSessions GatewayLimiter \
        VertxClient Buckets JedisBuckets ShedLocks JetCache Lock4j MicronautCache CamelRedis; do
        run "java/$program" java -cp "$classes:$path" "clients.$program"
    done
}

# What differs from what is expected: a check that is ok on redis-server and not here, unless it is named in expected.txt.
compare() {
    awk -F'\t' '
        FILENAME ~ /expected.txt$/ { if ($0 !~ /^#/ && NF) { split($0, line, " *[|] *"); known[line[1] SUBSEP line[2]] = 1 } next }
        { split($5, part, ": "); what = part[1] }
        $2 == "redis" && $4 == "ok" { there[$1, $3, what] = 1 }
        $2 == "kv" && $4 == "ok" { here[$1, $3, what] = 1; if (($1, what) in known) works[$1 SUBSEP what] = 1 }
        $2 == "kv" && $4 == "no" { if (($1, what) in known) fails[$1 SUBSEP what] = 1 }
        END {
            for (key in there) {
                split(key, k, SUBSEP)
                if (!(key in here) && !((k[1], k[3]) in known)) { print "NOT AS EXPECTED " k[1] ", database " k[2] ": " k[3]; bad = 1 }
            }
            for (key in works) {
                split(key, k, SUBSEP)
                if (!(key in fails)) { print "expected.txt has " k[1] ", " k[2] ", which works now: take it out" }
            }
            exit bad
        }' "$here/expected.txt" "$results"
}

if [ -n "$install" ] && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    # shellcheck disable=SC2046
    { timeout 120 apt-get -q update && timeout 300 apt-get -q -y --no-install-recommends install $(grep -v '^#' "$here/packages.txt"); } \
        > "$target/apt.log" 2>&1 || echo "apt-get could not install all of packages.txt: $(tail -n 1 "$target/apt.log")"
fi
make_tls
if [[ $subject =~ ^[0-9]+$ ]]; then
    server_port=$subject
else
    start_server "$subject/bin/kv-server" --port 0 --bind 127.0.0.1 "${kv_tls[@]}" || exit 1
fi
start_control || exit 1
failed=0
run_node
run_python
run_php
run_ruby
run_perl
run_go
run_lua
run_c
run_java
[ -s "$results" ] || { echo "SKIP clients: no library could be had" && exit 77; }
compare || failed=1
[ -z "$write_page" ] || "$here/page.sh" "$results" "$here/expected.txt" > "$page"
if [ -n "$server_pid" ]; then stop_server TERM || { echo "the server ended with $server_status" && failed=1; }; fi
echo "clients: $(cut -f1 "$results" | sort -u | wc -l) libraries, ${#skipped[@]} skipped"
((failed == 0))
