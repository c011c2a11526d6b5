#!/bin/bash
# test_tls.sh [IMAGE]: TLS as clients of other makes speak it, with the image's server: a JDK's own tests pass without the module
# that has the elliptic curves, and then most clients fail. Needs openssl; redis-cli is asked where it is installed.
#
# Exit status 0: all passed, or there is no openssl.
set -u
here=$(cd -P -- "${BASH_SOURCE[0]%/*}" && pwd -P)
launcher=${1:-$here/target/kv-server}/bin/kv-server
# shellcheck source=jlink/server_process.sh
. "$here/server_process.sh"
trap clean_up EXIT

command -v openssl > /dev/null || { echo "SKIP TLS of the image: no openssl"; exit 0; }

certs=$scratch/certs passed=0 failed=0
mkdir "$certs"

# certificate NAME COMMON_NAME KEY_COMMAND...: a key, and a certificate that our own authority signs.
certificate() {
    local name=$1 subject=$2
    shift 2
    openssl "$1" -out "$certs/$name.key" "${@:2}" &&
        openssl req -new -key "$certs/$name.key" -subj "/CN=$subject" -out "$certs/$name.csr" &&
        openssl x509 -req -in "$certs/$name.csr" -CA "$certs/ca.pem" -CAkey "$certs/ca.key" -CAcreateserial -days 30 \
            -extfile <(echo 'subjectAltName=IP:127.0.0.1,DNS:localhost') -out "$certs/$name.pem"
}

make_certificates() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=authority \
        -keyout "$certs/ca.key" -out "$certs/ca.pem" &&
        certificate ecdsa localhost ecparam -genkey -name prime256v1 &&
        certificate rsa localhost genrsa -traditional 2048 &&
        certificate client alice ecparam -genkey -name prime256v1 &&
        openssl pkcs12 -export -in "$certs/rsa.pem" -inkey "$certs/rsa.key" -passout pass:secret-of-it -out "$certs/rsa.p12" &&
        echo secret-of-it > "$certs/password"
}

# ask OPTION...: PING and QUIT over openssl's client; prints what comes back.
ask() {
    # shellcheck disable=SC2016
    printf '*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nQUIT\r\n' |
        timeout $((reply_seconds * 2)) openssl s_client -quiet -verify_return_error \
        -CAfile "$certs/ca.pem" -connect "127.0.0.1:$server_port" "$@" 2> /dev/null | tr -d '\r'
}

# check NAME COMMAND...: it must succeed.
check() {
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL $name"
        tail -n 3 "$server_log" | sed 's/^/  log: /'
    fi
}

pongs() { [[ $(ask "$@") == *PONG* ]]; }
redis_cli_sets() { [ "$(redis-cli -p "$server_port" --tls --cacert "$certs/ca.pem" SET k v)" = OK ]; }
encrypted_key_is_named() { [[ $said == *'the private key is encrypted'* ]]; }
refuses() { [[ $(ask "$@") != *PONG* ]]; }

# serves NAME OPTION...: a server with these options, and no plain port.
serves() {
    start_server "$launcher" --port off --tls-port 0 "$@" || exit 1
}

ends() {
    check "the server's end" stop_server TERM
}

make_certificates > "$scratch/openssl" 2>&1 || { cat "$scratch/openssl"; exit 1; }

for kind in ecdsa rsa; do
    serves --tls-cert "$certs/$kind.pem" --tls-key "$certs/$kind.key"
    for protocol in -tls1_3 -tls1_2; do
        for group in X25519 P-256 P-384; do
            # in TLS 1.2 the groups also limit the curves of certificates
            [ "$kind$protocol" != ecdsa-tls1_2 ] || [ $group = P-256 ] || group+=:P-256
            check "$kind $protocol $group" pongs $protocol -groups $group
        done
    done
    check "$kind without AES" pongs -tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256
    check "$kind TLS 1.1 is refused" refuses -tls1_1 -cipher 'ALL:@SECLEVEL=0'
    if redis-cli --help 2>&1 | grep -q -e --tls; then
        check "$kind redis-cli" redis_cli_sets
    fi
    ends
done

serves --tls-keystore "$certs/rsa.p12" --tls-keystore-password-file "$certs/password" --tls-ca "$certs/ca.pem"
check "a key store" pongs -cert "$certs/client.pem" -key "$certs/client.key"
check "no certificate where one is required" refuses
ends

serves --tls-cert "$certs/ecdsa.pem" --tls-key "$certs/ecdsa.key" --tls-ca "$certs/ca.pem" --tls-client-auth optional
check "no certificate where one is optional" pongs
ends

printf 'user default off\nuser alice on ~a:* +ping\n' > "$certs/users.acl"
serves --tls-cert "$certs/ecdsa.pem" --tls-key "$certs/ecdsa.key" --tls-ca "$certs/ca.pem" --tls-client-user cn \
    --users-file "$certs/users.acl"
check "a certificate that names its user" pongs -cert "$certs/client.pem" -key "$certs/client.key"
check "a certificate that names nobody" refuses -cert "$certs/rsa.pem" -key "$certs/rsa.key"
ends

openssl pkey -in "$certs/rsa.key" -aes256 -passout pass:hidden -out "$certs/hidden.key"
said=$("$launcher" --port 0 --tls-port 0 --tls-cert "$certs/rsa.pem" --tls-key "$certs/hidden.key" 2>&1)
check "an encrypted key" encrypted_key_is_named

echo "TLS of the image: $passed passed, $failed failed"
((failed == 0))
