package kv.cli;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** One reply of a server, in either protocol. */
sealed interface Reply {
    String INTEGER = "integer";
    String BOOLEAN = "boolean";

    /** What it is made of; null where it is one thing. */
    default List<Reply> parts() {
        return null;
    }

    /** Text as it is to be shown: a status such as OK, a report. */
    record Line(String text) implements Reply {
    }

    /** A line of the text protocol: its bytes are shown as they are, whatever they are. */
    record Raw(byte[] bytes) implements Reply {
    }

    /** What went wrong, in the server's words. */
    record Failure(String text) implements Reply {
    }

    /** A number, or one of RESP3's other scalars, with the word that is shown before it. */
    record Scalar(String kind, String text) implements Reply {
    }

    /** Bytes: a value or a key. */
    record Bytes(byte[] bytes) implements Reply {
        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** There is none. */
    record Nil() implements Reply {
    }

    /** Several in their order. */
    record Items(List<Reply> items) implements Reply {
        @Override
        public List<Reply> parts() {
            return items;
        }
    }

    /** RESP3's map: key, value, key, value. */
    record Pairs(List<Reply> keysAndValues) implements Reply {
        @Override
        public List<Reply> parts() {
            return keysAndValues;
        }
    }

    /** What RESP3's server says without being asked. */
    record Push(List<Reply> items) implements Reply {
        @Override
        public List<Reply> parts() {
            return items;
        }
    }
}
