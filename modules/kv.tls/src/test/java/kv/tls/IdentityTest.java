package kv.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each kind of file that a key may come in, and what is said of a wrong one. */
class IdentityTest {
    @TempDir
    static Path folder;
    private static Path rsa;
    private static Path ec;
    private static Path ed;

    @BeforeAll
    static void makeKeys() throws IOException, InterruptedException {
        Keytool keytool = new Keytool(folder);
        rsa = keytool.store("rsa", "-keyalg", "RSA", "-keysize", "2048");
        ec = keytool.store("ec", "-keyalg", "EC", "-groupname", "secp256r1");
        ed = keytool.store("ed", "-keyalg", "Ed25519");
    }

    private static TlsFile file(String text) {
        return new TlsFile("some.pem", text.getBytes(StandardCharsets.US_ASCII));
    }

    private static TlsFile certificate(Path store) throws IOException, GeneralSecurityException {
        return file(Keytool.pem("CERTIFICATE", Keytool.certificate(store)));
    }

    private static void assertRead(Path store, String keyText) throws IOException, GeneralSecurityException {
        Identity identity = Identity.ofPem(certificate(store), file(keyText));
        String name = store.getFileName().toString().replace(".p12", "");
        assertEquals("CN=" + name, identity.subject());
        assertEquals(1, identity.chain().length);
        assertTrue(identity.validUntil().isAfter(java.time.Instant.now()));
    }

    private static String error(TlsFile certificates, String keyText) {
        return assertThrows(BadTlsFileException.class, () -> Identity.ofPem(certificates, file(keyText))).getMessage();
    }

    /** What PKCS#8 wraps, as a file of PKCS#1 or SEC1 has it. */
    private static byte[] unwrapped(byte[] pkcs8) throws BadTlsFileException {
        ByteBuffer fields = Der.content(ByteBuffer.wrap(pkcs8), Der.SEQUENCE);
        Der.content(fields, Der.INTEGER);
        Der.content(fields, Der.SEQUENCE);
        return bytes(Der.content(fields, Der.OCTETS));
    }

    private static byte[] bytes(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        return bytes;
    }

    /** Of prime256v1, with or without its name. */
    private static byte[] sec1(byte[] pkcs8, boolean named) throws BadTlsFileException {
        ByteBuffer fields = Der.content(ByteBuffer.wrap(unwrapped(pkcs8)), Der.SEQUENCE);
        Der.content(fields, Der.INTEGER);
        byte[] key = Der.element(Der.OCTETS, bytes(Der.content(fields, Der.OCTETS)));
        byte[] curve = Der.element(Der.EXPLICIT_0, Der.element(Der.OBJECT_ID,
                new byte[] {0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x03, 0x01, 0x07}));
        byte[] version = Der.element(Der.INTEGER, new byte[] {1});
        return named ? Der.element(Der.SEQUENCE, version, key, curve) : Der.element(Der.SEQUENCE, version, key);
    }

    @Test
    void pkcs8_eachAlgorithm_isRead() throws Exception {
        for (Path store : new Path[] {rsa, ec, ed}) {
            assertRead(store, Keytool.pem("PRIVATE KEY", Keytool.key(store)));
        }
    }

    @Test
    void pkcs1AndSec1_areRead() throws Exception {
        assertRead(rsa, Keytool.pem("RSA PRIVATE KEY", unwrapped(Keytool.key(rsa))));
        assertRead(ec, "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                + Keytool.pem("EC PRIVATE KEY", sec1(Keytool.key(ec), true)));
    }

    @Test
    void chain_withCommentsAndCarriageReturns_isReadInOrder() throws Exception {
        String chain = "subject: ec\r\n" + Keytool.pem("CERTIFICATE", Keytool.certificate(ec)).replace("\n", "\r\n") + "issuer\n"
                + Keytool.pem("CERTIFICATE", Keytool.certificate(rsa));
        Identity identity = Identity.ofPem(file(chain), file(Keytool.pem("PRIVATE KEY", Keytool.key(ec))));
        assertEquals(2, identity.chain().length);
        assertEquals("CN=rsa", identity.chain()[1].getSubjectX500Principal().getName());
    }

    @Test
    void encryptedKeys_areRefusedWithAWord() throws Exception {
        String pkcs8 = error(certificate(rsa), Keytool.pem("ENCRYPTED PRIVATE KEY", new byte[20]));
        String pkcs1 = error(certificate(rsa), "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
                + "DEK-Info: AES-256-CBC,0011\n\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        assertTrue(pkcs8.startsWith("'some.pem': the private key is encrypted; decrypt it"), pkcs8);
        assertEquals(pkcs8, pkcs1);
    }

    @Test
    void wrongKeys_areNamed() throws Exception {
        TlsFile certificate = certificate(ec);
        String key = Keytool.pem("PRIVATE KEY", Keytool.key(ec));
        assertEquals("'some.pem': key and certificate do not belong together",
                error(certificate, Keytool.pem("PRIVATE KEY", Keytool.key(rsa))));
        assertEquals("'some.pem': it holds more than one private key", error(certificate, key + key));
        assertEquals("'some.pem': it holds no private key in PEM (BEGIN ... PRIVATE KEY)", error(certificate, ""));
        assertEquals("'some.pem': the PRIVATE KEY that begins in line 1 has no end",
                error(certificate, key.replace("END", "AND")));
        assertEquals("'some.pem': the PRIVATE KEY that begins in line 1 is no base64", error(certificate, key.replace("M", "!")));
        assertEquals("'some.pem': it holds no certificate in PEM (BEGIN CERTIFICATE)", error(file("nothing"), key));
        assertTrue(error(certificate, Keytool.pem("EC PRIVATE KEY", sec1(Keytool.key(ec), false))).contains("name its curve"));
        assertEquals("'some.pem': a key of this kind is not known: DSA PRIVATE KEY",
                error(certificate, Keytool.pem("DSA PRIVATE KEY", new byte[3])));
    }

    @Test
    void damagedKeys_atEachByte_areRefusedOrRead_neverMore() throws Exception {
        TlsFile certificate = certificate(ec);
        byte[] sec1 = sec1(Keytool.key(ec), true);
        int refused = 0;
        for (int i = 0; i < sec1.length; i++) {
            byte[] damaged = sec1.clone();
            damaged[i] ^= 0x55;
            try {
                Identity.ofPem(certificate, file(Keytool.pem("EC PRIVATE KEY", damaged)));
            } catch (BadTlsFileException named) {
                refused++;
            }
        }
        assertTrue(refused >= sec1.length - 2, refused + " of " + sec1.length);
    }

    @Test
    void pkcs12_isRead_wrongPasswordAndNoStore_areNamed() throws Exception {
        TlsFile store = TlsFile.read(rsa.toString());
        assertEquals("CN=rsa", Identity.ofPkcs12(store, file(Keytool.PASSWORD + "\n")).subject());
        String name = "'" + rsa + "': ";
        assertEquals(name + "the password is wrong", assertThrows(BadTlsFileException.class,
                () -> Identity.ofPkcs12(store, file("wrong"))).getMessage());
        assertEquals("'some.pem': it is no key store in PKCS#12, or damaged", assertThrows(BadTlsFileException.class,
                () -> Identity.ofPkcs12(file("nothing"), file("wrong"))).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"0, 2", "127, 129", "128, 131", "255, 258", "256, 260", "65536, 65541"})
    void der_eachLength_comesBack(int bytes, int total) throws BadTlsFileException {
        byte[] element = Der.element(Der.OCTETS, new byte[bytes]);
        assertEquals(total, element.length);
        ByteBuffer in = ByteBuffer.wrap(element);
        assertEquals(bytes, Der.content(in, Der.OCTETS).remaining());
        assertFalse(in.hasRemaining());
    }

    @Test
    void file_missingOrTooLarge_isNamed() throws IOException {
        Path large = Files.write(folder.resolve("large"), new byte[(1 << 20) + 1]);
        assertEquals("'" + large + "': it has more than 1048576 bytes",
                assertThrows(BadTlsFileException.class, () -> TlsFile.read(large.toString())).getMessage());
        assertEquals("'/nowhere': no such file",
                assertThrows(BadTlsFileException.class, () -> TlsFile.read("/nowhere")).getMessage());
        Files.delete(large);
        for (String endless : new String[] {"/dev/zero", folder.toString()}) {
            assertEquals("'" + endless + "': it is no file",
                    assertThrows(BadTlsFileException.class, () -> TlsFile.read(endless)).getMessage());
        }
    }
}
