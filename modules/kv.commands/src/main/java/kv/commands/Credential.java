package kv.commands;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is known of a password: a hash of it. Two kinds: SHA-256, as Redis writes it, and PBKDF2 of HMAC-SHA-256, as we do. Any
 * thread.
 *
 * <p>Who has a password right once, is known by an HMAC of it under a key of this process from then on: a program that
 * authenticates a thousand times a second costs two hashes each time, and nobody outside of this process can use what is kept.
 */
final class Credential {
    // A guess costs an attacker with the file as much as it costs us here: 34 ms of a core. So a first check never runs on a
    // worker (PasswordCheck). More rounds would let fewer clients in per second after a restart; the number is in each hash.

    static final int ROUNDS = 100_000;
    /** What a file may ask for: some 10 s of a core. */
    private static final int ROUNDS_MAX = 30_000_000;
    private static final int SALT_BYTES = 16;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern PBKDF2 = Pattern.compile("pbkdf2-sha256:([1-9][0-9]{0,8}):([0-9a-f]{2,128}):([0-9a-f]{64})");
    private static final SecureRandom RANDOM = new SecureRandom();

    /** As it is written: hexadecimal, or {@code pbkdf2-sha256:rounds:salt:hash}. */
    final String text;
    private final byte[] hash;
    /** Null: SHA-256. */
    private final byte[] salt;
    private final int rounds;
    /** The HMAC of the password, once somebody has had it. */
    private volatile byte[] known;

    private Credential(String text, byte[] hash, byte[] salt, int rounds) {
        this.text = text;
        this.hash = hash;
        this.salt = salt;
        this.rounds = rounds;
    }

    /** Of a hash that somebody has written; null if it is none. */
    static Credential parse(String text) {
        HexFormat hex = HexFormat.of();
        if (SHA256.matcher(text).matches()) {
            return new Credential(text, hex.parseHex(text), null, 0);
        }
        Matcher parts = PBKDF2.matcher(text);
        if (!parts.matches() || parts.group(2).length() % 2 != 0 || Integer.parseInt(parts.group(1)) > ROUNDS_MAX) {
            return null;
        }
        return new Credential(text, hex.parseHex(parts.group(3)), hex.parseHex(parts.group(2)), Integer.parseInt(parts.group(1)));
    }

    /** Of a password, with what it costs to make it hard to find out. */
    static Credential strong(byte[] password, Passwords passwords) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        byte[] hash = Passwords.pbkdf2(password, salt, ROUNDS);
        HexFormat hex = HexFormat.of();
        Credential made = new Credential("pbkdf2-sha256:" + ROUNDS + ":" + hex.formatHex(salt) + ":" + hex.formatHex(hash), hash,
                salt, ROUNDS);
        made.known = passwords.hmac(password);
        return made;
    }

    /** Of a password that stands in a file or the environment of this process anyway: a hash that costs nothing to check. */
    static Credential quick(byte[] password) {
        byte[] hash = Passwords.sha256(password);
        return new Credential(HexFormat.of().formatHex(hash), hash, null, 0);
    }

    /** That of no password anybody knows. */
    static Credential decoy() {
        byte[] random = new byte[SALT_BYTES + Passwords.HASH_BYTES];
        RANDOM.nextBytes(random);
        return new Credential("", Arrays.copyOf(random, Passwords.HASH_BYTES), Arrays.copyOfRange(random, Passwords.HASH_BYTES,
                random.length), ROUNDS);
    }

    /** Whether only {@link #isOf} can tell, unless it is {@link #isKnown}. */
    boolean isSlow() {
        return salt != null;
    }

    /** Whether the password is one that was right before. */
    boolean isKnown(byte[] hmac) {
        byte[] right = known;
        return right != null && MessageDigest.isEqual(right, hmac);
    }

    /** Whether it is the password. Slow ones are remembered. */
    boolean isOf(byte[] password, byte[] hmac) {
        if (salt == null) {
            return MessageDigest.isEqual(hash, Passwords.sha256(password));
        }
        boolean isRight = MessageDigest.isEqual(hash, Passwords.pbkdf2(password, salt, rounds));
        if (isRight) {
            known = hmac;
        }
        return isRight;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Credential credential && credential.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
