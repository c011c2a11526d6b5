/**
 * Keys and certificates: reads them from files in PEM or PKCS#12, says what is wrong with them, and makes of them what TLS is
 * spoken with. Knows no connection.
 *
 * <p>In reading order: {@link kv.tls.TlsFile}, {@link kv.tls.Identity} (a key with its certificates), {@link
 * kv.tls.TlsContexts}.
 */
module kv.tls {
    exports kv.tls;
}
