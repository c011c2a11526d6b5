package kv.store;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * The quiescent point behind which memory is freed ({@link Readers}), asked of the hardware and the compilers: who reads without
 * a lock either does not come upon what was taken out of use, or is waited for.
 *
 * <pre>mvn -q -Pjcstress -DskipTests -pl modules/kv.tests -am test</pre>
 */
@SuppressWarnings("this-escape") // jcstress subclasses the tests, and starts nothing before they are whole
public class ReadersVisibility {
    /** How long a reader looks at what it has come upon: longer than the other takes to look at all slots. */
    private static final int LOOKS = 500;

    private ReadersVisibility() {
    }

    /**
     * A segment leaves the pool's table and is freed when nobody reads any more who began before. Seen to fail when {@link
     * Readers#areDoneWith} says yes at once; not with a plain store in {@link Readers#begin}, which is done long before the other
     * comes to its slot.
     */
    @JCStressTest
    @State
    @Outcome(id = {"false, false", "true, false"}, expect = ACCEPTABLE, desc = "not come upon, or not freed meanwhile")
    @Outcome(expect = FORBIDDEN, desc = "freed in the reader's hands: the end of the JVM")
    public static class Freeing {
        private final Readers readers = new Readers();
        private volatile boolean isInTable = true;
        private volatile boolean isFreed;

        @Actor
        public void reader(ZZ_Result result) {
            int slot = readers.begin(0);
            boolean found = isInTable;
            boolean freed = false;
            for (int i = 0; found && i < LOOKS; i++) {
                freed |= isFreed;
            }
            readers.end(slot);
            result.r1 = found;
            result.r2 = freed;
        }

        @Actor
        public void trimmer() {
            isInTable = false;
            if (readers.areDoneWith(readers.retire())) {
                isFreed = true;
            }
        }
    }

    /** Two that begin with the same hint get a slot each. */
    @JCStressTest
    @State
    @Outcome(id = "false", expect = ACCEPTABLE, desc = "one each, and both are seen")
    @Outcome(expect = FORBIDDEN, desc = "one has ended the other")
    public static class TwoReaders {
        private final Readers readers = new Readers();

        @Actor
        public void first(Z_Result result) {
            int slot = readers.begin(5);
            result.r1 = readers.areDoneWith(readers.retire());
            readers.end(slot);
        }

        @Actor
        public void second() {
            int slot = readers.begin(5);
            readers.end(slot);
        }
    }
}
