#!/bin/bash
# test_install.sh [FOLDER]: tries the packages in FOLDER (default: target/packages, beside this script) as administrators use them, on
# this machine: installs the deb, starts the service, talks to it, upgrades, removes, purges; unpacks the archive; looks
# into the rpm. Needs root and dpkg. Leaves the machine as it was, also after a failure.
#
# Where systemd runs, it starts and stops the service. Elsewhere this script does what the unit says: the same command, user,
# environment and folder, and the same wait for readiness.
# shellcheck disable=SC2015 # fail does not come back
set -u
here=$(cd -P -- "${BASH_SOURCE[0]%/*}" && pwd -P)
packages=$(cd -- "${1:-$here/target/packages}" && pwd) || exit 1
# shellcheck source=jlink/server_process.sh
. "$here/../jlink/server_process.sh"

deb=("$packages"/kv-server_*.deb) rpm=("$packages"/kv-server-*.rpm) archive=("$packages"/kv-server-*.tar.gz)
conf=/etc/kv-server/kv-server.conf
unit=/usr/lib/systemd/system/kv-server.service
state=/var/lib/kv-server
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

fail() { echo "FAIL $step: $*"; exit 1; }
pass() { echo "PASS $step"; passed=$((passed + 1)); }
passed=0 step=preconditions

[ "$(id -u)" = 0 ] || fail "needs root"
command -v dpkg > /dev/null || fail "needs dpkg"
[ -f "${deb[0]}" ] && [ ${#deb[@]} = 1 ] || fail "needs one deb in $packages"
! dpkg-query -W kv-server > /dev/null 2>&1 || fail "kv-server is installed here, or was and has left settings"
! getent passwd kv > /dev/null || fail "this machine has a user kv"
for path in "${conf%/*}" $state /usr/lib/kv-server; do [ ! -e "$path" ] || fail "$path exists"; done

leave() {
    clean_up
    dpkg -s kv-server > /dev/null 2>&1 && dpkg --purge kv-server > /dev/null 2>&1
}
trap leave EXIT

# All that an installation could leave: every path where packages put things, users, groups, selections.
# Left out: what dpkg, man and others keep as backup or cache of their own.
machine() {
    find /etc /usr /opt /srv /lib /var/lib /var/spool -xdev \
        ! -path '/var/lib/dpkg/*-old' ! -path '/var/lib/dpkg/lock*' ! -path '/var/lib/dpkg/triggers/*' ! -path '/var/lib/apt/*' \
        ! -path '/etc/*-' ! -path '/etc/.pwd.lock' 2> /dev/null | sort
    getent passwd
    getent group
    dpkg --get-selections
}

talk() { timeout 30 kv-cli -p "$port" "$@"; }

setting_of_unit() { sed -n "s/^$1=//p" $unit; }

# Runs a command as the unit has it, in place of this shell.
as_service() {
    local user
    user=$(setting_of_unit User)
    cd "$(setting_of_unit WorkingDirectory)" &&
        exec setpriv --reuid="$user" --regid="$(setting_of_unit Group)" --clear-groups --no-new-privs --bounding-set=-all \
            env -i PATH=/usr/bin:/bin MAINPID="${MAINPID-}" "$@"
}

start_service() {
    if [ -d /run/systemd/system ]; then
        systemctl restart kv-server || fail "systemctl could not start it" # the installation has started it already
        return
    fi
    # shellcheck disable=SC2046 # the splitting is meant
    start_server as_service $(setting_of_unit ExecStart) || fail "the command of the unit does not start"
    [ "$server_port" = "$port" ] || fail "it listens on $server_port and not on $port, as its settings say"
    (MAINPID=$server_pid as_service "$(setting_of_unit ExecStartPost)") || fail "the wait for readiness failed"
}

stop_service() {
    if [ -d /run/systemd/system ]; then
        systemctl stop kv-server && [ "$(systemctl show -P ExecMainStatus kv-server)" = 0 ] || fail "TERM did not end it with 0"
    else
        stop_server TERM || fail "TERM ended it with $server_status"
    fi
}

# Upgrades to a deb that is the one under test but for its version and, with an argument, a line more in its conffile.
upgrade_to() {
    local version=$1 line=${2-} root=$scratch/newer
    shift
    rm -rf "$root"
    dpkg-deb -R "${deb[0]}" "$root"
    sed -i "s/^Version: .*/Version: $version/" "$root/DEBIAN/control"
    [ -z "$line" ] || echo "# $line" >> "$root$conf"
    dpkg-deb --root-owner-group -Zgzip -z1 --build "$root" "$scratch/newer.deb" > /dev/null
    rm -rf "$root"
    dpkg ${line:+--force-confdef --force-confold} -i "$scratch/newer.deb" > "$scratch/said" 2>&1 < /dev/null
}

a_free_port() {
    local candidate
    for candidate in {21099..21199}; do
        (exec 3<> "/dev/tcp/127.0.0.1/$candidate") 2> /dev/null || { echo "$candidate"; return; }
    done
}
port=$(a_free_port)
before=$(machine)

step=lintian
if command -v lintian > /dev/null; then
    lintian --allow-root --fail-on error "${deb[0]}" || fail "see above"
    pass
else
    echo "SKIP lintian: not installed"
fi

step=install
dpkg -i "${deb[0]}" > "$scratch/said" 2>&1 < /dev/null || fail "$(cat "$scratch/said")"
[[ $(kv-server --version) =~ ^kv-server\ [0-9.]+.*\(JDK\ [0-9.]+ ]] || fail "kv-server --version says '$(kv-server --version)'"
[[ $(kv-cli --version) =~ ^kv-cli\ [0-9.]+ ]] || fail "kv-cli --version says '$(kv-cli --version)'"
launchers=$(cd /usr/lib/kv-server/bin && echo *)
[ "$launchers" = "java kv-cli kv-server" ] || fail "launchers: $launchers"
[ "$(stat -c '%U %G %a' $state)" = "kv kv 750" ] || fail "$state is $(stat -c '%U %G %a' $state)"
[ "$(getent passwd kv | cut -d: -f6,7)" = "$state:/usr/sbin/nologin" ] || fail "the user is $(getent passwd kv)"
[ "$(dpkg-query -W -f '${Conffiles}' kv-server | grep -c /etc/kv-server/)" = 2 ] || fail "not two conffiles"
dpkg -V kv-server > "$scratch/said" || fail "changed after installation: $(cat "$scratch/said")"
pass

step=help
for page in kv-server.1 kv-cli.1 kv-server.conf.5; do
    file=/usr/share/man/man${page##*.}/$page.gz
    [ -f "$file" ] || fail "no $file"
    ! command -v groff > /dev/null || said=$(gzip -dc "$file" | groff -man -ww -Tutf8 2>&1 > /dev/null)
    [ -z "${said-}" ] || fail "$page: $said"
done
# complete PROGRAM WORD...: what bash offers for the last word.
complete_with() {
    bash -c '. "/usr/share/bash-completion/completions/$1"; "_${1/-/_}" "$1" "${@: -1}" "${@: -2:1}"; echo "${COMPREPLY[*]}"' - "$@"
}
[ "$(complete_with kv-server kv-server --max-m 2>&1)" = --max-memory ] || fail "$(complete_with kv-server kv-server --max-m 2>&1)"
[ "$(complete_with kv-server --log-level d 2>&1)" = debug ] || fail "$(complete_with kv-server --log-level d 2>&1)"
[ "$(complete_with kv-cli kv-cli dbs 2>&1)" = DBSIZE ] || fail "$(complete_with kv-cli kv-cli dbs 2>&1)"
pass

step=unit
[ -L /etc/systemd/system/multi-user.target.wants/kv-server.service ] || fail "it is not enabled"
if command -v systemd-analyze > /dev/null; then
    said=$(systemd-analyze verify $unit 2>&1 | grep -F kv-server)
    [ -z "$said" ] || fail "$said"
    # 10 is a service that may do everything, 0 one that may do nothing.
    said=$(systemd-analyze security --offline=true --threshold=25 $unit 2>&1) || fail "exposed: ${said##*$'\n'}"
    echo "     ${said##*$'\n'}"
fi
pass

step=options
said=$(JAVA_OPTS=-Xmx300m KV_OPTS='-Xmx320m -XX:+PrintFlagsFinal' kv-server --version)
[[ $said =~ MaxHeapSize\ +=\ +335544320\  ]] || fail "KV_OPTS is not in force"
kv-server --config $conf --check-config > /dev/null || fail "the settings as installed are not valid"
echo 'max-memry 1g' > "$scratch/wrong.conf"
said=$(kv-server --config "$scratch/wrong.conf" --check-config 2>&1)
[[ $? == 2 && $said == *"wrong.conf:1:"*max-memry* ]] || fail "a wrong name: '$said'"
pass

step=service
sed -i "s/^port .*/port $port # edited/; s/ # edited//" $conf
echo '# edited by hand' >> $conf
start_service
[ "$(talk SET greeting 'hello world')" = OK ] && [ "$(talk GET greeting)" = 'hello world' ] || fail "no reply"
[ "$(printf 'GET greeting\nDBSIZE\n' | talk)" = $'hello world\n1' ] || fail "no reply to a script"
[ "$(talk --text GET nothing)" = NOT_FOUND ] || fail "no reply in text"
for _ in {1..50}; do # a program that it asks the system something with may still be there
    processes=$(pgrep -c -u kv)
    [ "$processes" != 1 ] || break
    sleep 0.1
done
[ "$processes" = 1 ] || fail "$processes processes"
kv-server --config $conf > "$scratch/said" 2>&1
[[ $? == 1 && $(< "$scratch/said") == *'in use by a running server'* ]] || fail "a second one: $(cat "$scratch/said")"
stop_service
sleep 0.1 &
gone=$!
wait $gone
! (MAINPID=$gone as_service "$(setting_of_unit ExecStartPost)") 2> /dev/null || fail "a server that is gone is taken for ready"
pass

step=upgrade
echo kept > $state/some-data
upgrade_to 999.1 || fail "$(cat "$scratch/said")"
grep -q '^# edited by hand' $conf || fail "the upgrade took the edits away"
upgrade_to 999.2 'a line of the new version' || fail "$(cat "$scratch/said")"
grep -q '^# edited by hand' $conf || fail "the upgrade with a new conffile took the edits away"
grep -q '^# a line of the new version' $conf.dpkg-dist || fail "the new conffile is not beside the edited one"
[ "$(dpkg-query -W -f '${Version}' kv-server)" = 999.2 ] || fail "it is not upgraded"
start_service
[ "$(talk GET greeting)" = 'hello world' ] || fail "the data did not outlive stop, upgrade and start"
[ "$(talk SET greeting again)" = OK ] || fail "no reply after the upgrade"
stop_service
pass

step=remove
dpkg --remove kv-server > "$scratch/said" 2>&1 || fail "$(cat "$scratch/said")"
hash -r
! command -v kv-server kv-cli || fail "commands are left"
[ ! -e /usr/lib/kv-server ] || fail "/usr/lib/kv-server is left"
grep -q '^# edited by hand' $conf || fail "the settings are gone"
[ "$(cat $state/some-data)" = kept ] || fail "the data is gone"
pass

step=reinstall
dpkg --force-confold -i "${deb[0]}" > "$scratch/said" 2>&1 < /dev/null || fail "$(cat "$scratch/said")"
grep -q '^# edited by hand' $conf || fail "the settings are gone"
[ -L /etc/systemd/system/multi-user.target.wants/kv-server.service ] || fail "it is not enabled"
pass

step=purge
dpkg --purge kv-server > "$scratch/said" 2>&1 || fail "$(cat "$scratch/said")"
left=$(diff <(echo "$before") <(machine))
[ -z "$left" ] || fail "the machine is not as it was: $left"
pass

step=archive
mkdir "$scratch/a place" && tar -C "$scratch/a place" -xzf "${archive[0]}" || fail "it does not unpack"
root=$(echo "$scratch/a place/"*)
start_server "$root/bin/kv-server" --config "$root/etc/kv-server.conf" --port 0 || fail "it does not start"
[ "$(timeout 30 "$root/bin/kv-cli" -p "$server_port" SET k v)" = OK ] || fail "no reply"
stop_server TERM || fail "TERM ended it with $server_status"
[ -f "$root/share/man/man1/kv-server.1.gz" ] || fail "no man page"
pass

step=rpm
if command -v rpm > /dev/null && [ -f "${rpm[0]}" ]; then
    mkdir "$scratch/rpm"
    command rpm --root "$scratch/rpm" --nodeps --noscripts -i "${rpm[0]}" > "$scratch/said" 2>&1 || fail "$(cat "$scratch/said")"
    "$scratch/rpm/usr/bin/kv-server" --version > /dev/null || fail "the server in it does not run"
    [ "$(command rpm -qpc "${rpm[0]}" 2> /dev/null | grep -c /etc/kv-server/)" = 2 ] || fail "not two settings files"
    # Besides rpm's own: the C library's and zlib's parts, a shell, and who makes users.
    said=$(command rpm -qpR "${rpm[0]}" 2> /dev/null | grep -vE '^(rpmlib|config)\(|^/bin/(ba)?sh|^(shadow-utils|rtld\(GNU_HASH\))|^(ld-linux|lib(c|m|z|dl|pthread|stdc\+\+|gcc_s))[-.]')
    [ -z "$said" ] || fail "it requires $said"
    pass
else
    echo "SKIP rpm: no rpm package, or not installed"
fi

echo "packages: $passed steps passed"
