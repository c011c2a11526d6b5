package kv.commands;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/** The hashes that passwords are checked by, and the key of this process that those once found right are remembered under. */
final class Passwords {
    static final int HASH_BYTES = 32;
    private static final String HMAC = "HmacSHA256";
    private static final int BLOCK_BYTES = 64;

    private final SecretKeySpec key;

    Passwords() {
        byte[] random = new byte[BLOCK_BYTES];
        new SecureRandom().nextBytes(random);
        key = new SecretKeySpec(random, HMAC);
    }

    /** The bytes of a text that holds a char a byte. */
    static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What a password is remembered by, in this process only. */
    byte[] hmac(byte[] password) {
        return mac(key).doFinal(password);
    }

    /**
     * What stands for a password as a key of HMAC, at most 64 bytes: longer ones are hashed, as HMAC does itself; the empty one,
     * which the JDK refuses, is as one byte of zero.
     */
    static byte[] shortened(byte[] password) {
        return password.length > BLOCK_BYTES ? sha256(password) : password.length == 0 ? new byte[1] : password;
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** PBKDF2 with HMAC-SHA-256 (RFC 8018), one block: 32 bytes. The JDK's own takes characters, and passwords are bytes here. */
    static byte[] pbkdf2(byte[] password, byte[] salt, int rounds) {
        Mac mac = mac(new SecretKeySpec(shortened(password), HMAC));
        mac.update(salt);
        byte[] last = mac.doFinal(new byte[] {0, 0, 0, 1});
        byte[] hash = last.clone();
        try {
            for (int round = 1; round < rounds; round++) {
                mac.update(last);
                mac.doFinal(last, 0);
                for (int i = 0; i < hash.length; i++) {
                    hash[i] ^= last[i];
                }
            }
        } catch (ShortBufferException impossible) {
            throw new IllegalStateException(impossible);
        }
        return hash;
    }

    private static Mac mac(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
