package kv.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * An attacker who knows the source but not the secrets, and asks SCAN for the order of hashes, looks for keys that all collide.
 *
 * <p>The family: a key of many blocks of 16 bytes; flipping both words of a block as a sign change does leaves a product of
 * signed words as it was, with probability 1/4 whatever the secrets are. SCAN tells which blocks do so: such a key stands beside
 * the one it was made of. Thirteen such blocks make 8,192 keys with one hash, of which every one must be stored and found.
 *
 * <p>Seen to fail on the server that hashed with the signed multiplyHigh: the last 512 of 8,192 SETs were out of memory.
 */
class CollisionAttackTest extends UnderAttack {
    private static final int BLOCKS = 60;
    private static final int BLOCK_BYTES = 16;
    private static final int FLIPPED = 13;
    private static final int OTHERS = 4_000;
    private static final int BATCH = 256;

    @Test
    void signFlippedBlocks_asScanAdvises_areAllStored() throws Exception {
        start();
        WireClient attacker = client();
        List<Integer> blocks = collidingBlocks(attacker, new Random(1));
        attacker.ask("FLUSHALL");
        byte[] base = base(new Random(1));
        int refused = 0;
        for (int from = 0; from < 1 << FLIPPED; from += BATCH) {
            for (int choice = from; choice < from + BATCH; choice++) {
                attacker.send(WireClient.request("SET", flipped(base, blocks, choice), Integer.toString(choice)));
            }
            for (int choice = from; choice < from + BATCH; choice++) {
                if (attacker.reply().isError()) {
                    refused++;
                }
            }
        }
        assertEquals(0, refused, "SETs refused, though memory is left; " + attacker.ask("DBSIZE").text() + " keys are stored");
        for (int choice = 0; choice < 1 << FLIPPED; choice += 97) {
            assertEquals(Integer.toString(choice), attacker.ask("GET", flipped(base, blocks, choice)).text());
        }
        assertUnharmed();
    }

    /** The blocks whose flipping moves a key least in the order of SCAN, among random keys. */
    private static List<Integer> collidingBlocks(WireClient attacker, Random random) throws Exception {
        byte[] base = base(random);
        for (int i = 0; i < OTHERS; i++) {
            attacker.ask("SET", "other" + random.nextLong(), "");
        }
        Map<String, Integer> blockOf = new HashMap<>();
        List<Integer> all = new ArrayList<>();
        for (int block = 0; block < BLOCKS; block++) {
            String key = flipped(base, List.of(block), 1);
            attacker.ask("SET", key, "");
            blockOf.put(key, block);
            all.add(block);
        }
        String unflipped = flipped(base, List.of(), 0);
        attacker.ask("SET", unflipped, "");
        List<String> order = new ArrayList<>();
        String cursor = "0";
        do {
            Reply reply = attacker.ask("SCAN", cursor, "COUNT", "1000");
            cursor = reply.parts().get(0).text();
            reply.parts().get(1).parts().forEach(key -> order.add(key.text()));
        } while (!cursor.equals("0"));
        Map<Integer, Integer> distances = new HashMap<>();
        for (int i = 0; i < order.size(); i++) {
            Integer block = blockOf.get(order.get(i));
            if (block != null) {
                distances.put(block, Math.abs(i - order.indexOf(unflipped)));
            }
        }
        all.sort((one, other) -> Integer.compare(distances.get(one), distances.get(other)));
        return all.subList(0, FLIPPED);
    }

    private static byte[] base(Random random) {
        byte[] base = new byte[(BLOCKS + 1) * BLOCK_BYTES];
        random.nextBytes(base);
        return base;
    }

    /** Those of the blocks flipped whose bits are set in the choice. */
    private static String flipped(byte[] base, List<Integer> blocks, int choice) {
        byte[] key = base.clone();
        for (int i = 0; i < blocks.size(); i++) {
            if ((choice >> i & 1) != 0) {
                flip(key, blocks.get(i) * BLOCK_BYTES);
            }
        }
        return new String(key, WireClient.BYTES);
    }

    /** XOR of both words with 0xFFFFFFFFFFFFFFFE: of an odd number this is the sign change. */
    private static void flip(byte[] key, int at) {
        for (int i = at; i < at + BLOCK_BYTES; i++) {
            key[i] ^= (byte) (i % Long.BYTES == 0 ? 0xFE : 0xFF);
        }
    }
}
