package kv.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** The vectors that the algorithm's authors publish: prefixes of one sequence of bytes, of all lengths that go another way. */
class Xxh3Test {
    private static final Object[][] VECTORS = {{0, "2d06800538d394c2"}, {1, "c44bdff4074eecdb"}, {6, "27b56a84cd2d7325"},
        {12, "a713daf0dfbb77e7"}, {24, "a3fe70bf9d3510eb"}, {48, "397da259ecba1f11"}, {80, "bcdefbbb2c47c90a"},
        {195, "cd94217ee362ec3a"}, {403, "cdeb804d65c6dea4"}, {512, "617e49599013cb6b"}, {2048, "dd59e2c3a5f038e0"},
        {2240, "6e73a90539cf2948"}, {2367, "cb37aeb9e5d361ed"}};
    /** Lengths at the edges of the ways, as the reference program of release 0.8.1 hashes them. */
    private static final Object[][] EDGES = {
        {3, "54247382a8d6b94d"}, {4, "e5dc74bc51848a51"}, {8, "24ccc9acaa9f65e4"}, {9, "14d5001c15dd3f2b"},
        {16, "981b17d36c7498c9"}, {17, "796f5acd3a60f862"}, {32, "9feaddbdbf57eed3"}, {33, "abfb2d081b400a10"},
        {64, "9cb48487720ec49d"}, {65, "fd81aac4bebc3883"}, {96, "935a769a7f94776f"}, {97, "ca4ca268fd3c3a6c"},
        {128, "fcff24126754d861"}, {129, "98f1b0a679a2ca29"}, {240, "81c3c2b67f568ccf"},
        {241, "c5a639ecd2030e5e"}, {256, "55de574ad89d0ac5"}, {1023, "87a8f7b2f2e22496"},
        {1024, "dd85c9b5c1109c5c"}, {1025, "d870c0fa13211c6a"}, {1088, "cc1450ea6b52a8f4"},
        {1089, "ef727b2effc4cc8c"}, {2049, "d3afa4329779b921"}, {65536, "918f7f0f912ca480"},
        {99999, "5e6f27f3b624bc64"}};

    private static byte[] sequence() {
        byte[] bytes = new byte[100_000];
        long generator = 2654435761L;
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (generator >>> 56);
            generator *= 0x9E3779B185EBCA8DL;
        }
        return bytes;
    }

    @Test
    void hash_publishedVectors_matches() {
        assertVectors(VECTORS);
    }

    @Test
    void hash_edges_asTheReference() {
        assertVectors(EDGES);
    }

    private static void assertVectors(Object[][] vectors) {
        byte[] bytes = sequence();
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 1).order(ByteOrder.BIG_ENDIAN).put(1, bytes);
        for (Object[] vector : vectors) {
            int length = (Integer) vector[0];
            assertEquals(vector[1], String.format("%016x", Xxh3.hash(ByteBuffer.wrap(bytes), 0, length)), length + " bytes");
            assertEquals(vector[1], String.format("%016x", Xxh3.hash(direct, 1, length)), length + " bytes, direct");
        }
    }
}
