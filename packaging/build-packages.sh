#!/bin/bash
# build-packages.sh IMAGE VERSION FOLDER [DATE]: makes packages of the run-time image IMAGE, of the kinds that this platform has, in
# FOLDER: deb, rpm and tar.gz on Linux, dmg and pkg on macOS, msi on Windows. A kind whose tools are missing is left out by name.
# Packages of earlier builds in FOLDER are deleted. DATE is that of everything inside; without it, now.
#
# On Linux our image is laid out by ourselves, without jpackage: its native launcher knows no JAVA_OPTS, it brings jlink's
# launcher (which does not exec) along, and it has no conffiles. Elsewhere jpackage makes the package, from the same image.
set -euo pipefail

here=$(cd -P -- "${BASH_SOURCE[0]%/*}" && pwd -P)
fail() { echo "build-packages: $*" >&2; exit 1; }
[ $# = 3 ] || [ $# = 4 ] || fail "usage: build-packages.sh IMAGE VERSION FOLDER [DATE]"
[ -x "$1/bin/java" ] || fail "no run-time image in $1"
image=$(cd -- "$1" && pwd)
# 1.0-SNAPSHOT comes before 1.0; both deb and rpm write that with a tilde.
version=${2/-SNAPSHOT/~snapshot}
mkdir -p "$3"
out=$(cd -- "$3" && pwd)
rm -f "$out"/kv-server[-_]*

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

# has TOOL KIND: whether TOOL is here; if not, says that there will be no KIND.
has() { command -v "$1" > /dev/null || { echo "no $2: $1 is not installed"; return 1; }; }

# fill FILE [NAME=VALUE]...: prints FILE with each @NAME@ replaced.
fill() {
    local text pair
    text=$(< "$1")
    shift
    for pair in "$@"; do text=${text//"@${pair%%=*}@"/"${pair#*=}"}; done
    printf '%s\n' "$text"
}

manual() {
    local date page
    date=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)
    for page in "$here"/man/*; do
        mkdir -p "$1/man${page##*.}"
        fill "$page" "DATE=$date" "VERSION=$version" | gzip -9n > "$1/man${page##*.}/${page##*/}.gz"
    done
}

completion() {
    mkdir -p "$1"
    cp "$here"/completion/* "$1"
}

# same_dates FOLDER: nothing in it is younger than the source.
same_dates() { find "$1" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; }

# What is installed, whatever packs it.
stage() {
    local root=$1
    mkdir -p "$root"/usr/{bin,lib/systemd/system,libexec/kv-server,share/doc/kv-server} "$root/etc/kv-server"
    cp -a "$image" "$root/usr/lib/kv-server"
    ln -s ../lib/kv-server/bin/kv-server ../lib/kv-server/bin/kv-cli "$root/usr/bin/"
    install -m 755 "$here/await-listening" "$root/usr/libexec/kv-server/"
    install -m 644 "$here/kv-server.service" "$root/usr/lib/systemd/system/"
    # The installed service keeps its data; a bare kv-server has it in memory only.
    sed -e 's|^data-dir none$|data-dir /var/lib/kv-server/data|' -e 's|^eviction none$|eviction volatile|' \
        "$here/kv-server.conf" > "$root/etc/kv-server/kv-server.conf"
    grep -q '^eviction volatile$' "$root/etc/kv-server/kv-server.conf" || fail "kv-server.conf has no line 'eviction none'"
    ! cmp -s "$here/kv-server.conf" "$root/etc/kv-server/kv-server.conf" || fail "kv-server.conf has no line 'data-dir none'"
    install -m 644 "$here/kv-server.env" "$root/etc/kv-server/"
    install -m 644 "$here/deb/copyright" "$root/usr/share/doc/kv-server/copyright"
    manual "$root/usr/share/man"
    completion "$root/usr/share/bash-completion/completions"
    find "$root/usr/lib/kv-server" -type f ! -perm -u+x -exec chmod 644 {} +
    chmod -R u+w,go-w "$root"
}

# The libraries that the image's programs want of the system, as packages.
deb_depends() {
    local binaries
    mkdir -p "$work/shlibs/debian"
    : > "$work/shlibs/debian/control"
    mapfile -t binaries < <(find "$1/usr/lib/kv-server" -type f \( -name '*.so' -o -perm -u+x ! -path '*/bin/kv-*' \))
    (cd "$work/shlibs" && dpkg-shlibdeps -O -l"$1/usr/lib/kv-server/lib" -l"$1/usr/lib/kv-server/lib/server" \
        --ignore-missing-info "${binaries[@]/#/-e}" 2> "$work/shlibs/said") | sed 's/^shlibs:Depends=//'
}

deb() {
    local root=$work/deb depends
    has dpkg-deb deb && has dpkg-shlibdeps deb || return 0
    cp -a "$work/stage" "$root"
    depends=$(deb_depends "$root")
    [ -n "$depends" ] || fail "no dependencies were found: $(cat "$work/shlibs/said")"
    fill "$here/deb/changelog.in" "VERSION=$version" "DATE_RFC=$(date -u -R -d "@$SOURCE_DATE_EPOCH")" |
        gzip -9n > "$root/usr/share/doc/kv-server/changelog.gz"
    install -D -m 644 "$here/deb/lintian-overrides" "$root/usr/share/lintian/overrides/kv-server"
    mkdir "$root/DEBIAN"
    (cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) > "$root/DEBIAN/md5sums"
    printf '/etc/kv-server/%s\n' kv-server.conf kv-server.env > "$root/DEBIAN/conffiles"
    install -m 755 "$here"/deb/{postinst,prerm,postrm} "$root/DEBIAN/"
    fill "$here/deb/control.in" "VERSION=$version" "ARCHITECTURE=$(dpkg --print-architecture)" "DEPENDS=$depends" \
        "INSTALLED_KB=$(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f1)" > "$root/DEBIAN/control"
    same_dates "$root"
    dpkg-deb --root-owner-group -Zxz --build "$root" "$out" > /dev/null
}

rpm() {
    local root=$work/rpm
    has rpmbuild rpm || return 0
    cp -a "$work/stage" "$root"
    mkdir -p "$root/var/lib/kv-server"
    same_dates "$root"
    rpmbuild -bb --quiet --define "stage $root" --define "kv_version $version" --define "_topdir $work/rpmbuild" \
        --define "_rpmdir $out" --define "_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm" \
        --define "_buildhost localhost" --define "clamp_mtime_to_source_date_epoch 1" \
        --define "use_source_date_epoch_as_buildtime 1" \
        "$here/rpm/kv-server.spec" > "$work/said" 2>&1 || fail "rpmbuild failed: $(cat "$work/said")"
}

# The image to unpack anywhere: bin/kv-server in it starts the server.
archive() {
    local name root
    name=kv-server-$version-linux-$(uname -m)
    root=$work/archive/$name
    mkdir -p "$root"
    cp -a "$image/." "$root"
    mkdir -p "$root/etc" "$root/share/doc"
    cp "$here/kv-server.conf" "$root/etc/"
    cp "$here/deb/copyright" "$root/share/doc/"
    manual "$root/share/man"
    completion "$root/share/bash-completion/completions"
    same_dates "$root"
    tar -C "$work/archive" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - "$name" |
        gzip -n > "$out/$name.tar.gz"
}

# with_jpackage TYPE...: the platform's own installers. Its launcher takes the JVM options at build time.
with_jpackage() {
    local type options=() line
    has jpackage "$*" || return 0
    while IFS= read -r line; do
        line=${line%$'\r'}
        [[ -z $line || $line == \#* ]] || options+=(--java-options "$line")
    done < "$image/lib/jvm.options"
    for type in "$@"; do
        [ "$type" != msi ] || options+=(--win-console)
        jpackage --type "$type" --name kv-server --app-version "${version%%~*}" --dest "$out" --runtime-image "$image" \
            --module kv.server/kv.server.Main "${options[@]}"
    done
}

case $(uname -s) in
    Linux)
        SOURCE_DATE_EPOCH=$(date -d "${4:-now}" +%s) # of dpkg-deb and rpmbuild too
        export SOURCE_DATE_EPOCH
        stage "$work/stage"
        deb
        rpm
        archive
        ;;
    Darwin) with_jpackage dmg pkg ;;
    MINGW* | MSYS* | CYGWIN*) with_jpackage msi ;;
    *) fail "no packages are known for $(uname -s)" ;;
esac
ls -l "$out"
