package kv.net;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.IZ_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * The flags between an event loop, its workers and other threads, asked of the hardware and the compilers: nobody sleeps on what
 * has been published, nothing is heard twice, nothing is lost. Two actors each: on two processors, jcstress leaves tests of three
 * out.
 *
 * <pre>mvn -q -Pjcstress -DskipTests -pl modules/kv.tests -am test</pre>
 */
@SuppressWarnings("this-escape") // jcstress subclasses the tests, and starts nothing before they are whole
public class LoopVisibility {
    private LoopVisibility() {
    }

    /** {@link Alarm}: the loop is about to select while another thread publishes and rings. */
    @JCStressTest
    @State
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "seen before it slept")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "woken")
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "seen, and woken for nothing")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "asleep on what was published")
    public static class AlarmVisibility {
        private final WokenSelector selector = new WokenSelector();
        private final Alarm alarm = new Alarm(selector, null);
        private volatile boolean published;

        @Actor
        public void loop(ZZ_Result result) {
            alarm.beforeSelect();
            result.r1 = published;
        }

        @Actor
        public void other() {
            published = true;
            alarm.ring();
        }

        @Arbiter
        public void afterwards(ZZ_Result result) {
            result.r2 = selector.woken;
        }
    }

    /** {@link Inbox}: the worker is about to sleep while the loop hands a batch over. */
    @JCStressTest
    @State
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "asleep, and woken")
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "seen before it slept")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "seen, and woken for nothing")
    @Outcome(id = "true, false", expect = FORBIDDEN, desc = "asleep with a batch in its inbox")
    public static class InboxVisibility {
        private final Inbox inbox = new Inbox();

        @Actor
        public void worker(ZZ_Result result) {
            result.r1 = inbox.poll() == null && inbox.maySleep();
        }

        @Actor
        public void loop(ZZ_Result result) {
            result.r2 = inbox.put(BATCH);
        }
    }

    private static final Batch BATCH = new Batch(ByteBuffer.allocateDirect(Batch.BYTES));

    /** {@link Hold}: released while the handler returns. Exactly one of the two threads lets the connection go on. */
    @JCStressTest
    @State
    @Outcome(id = {"true, false", "false, true"}, expect = ACCEPTABLE, desc = "once")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "held for ever")
    @Outcome(id = "true, true", expect = FORBIDDEN, desc = "goes on twice")
    public static class HoldVisibility {
        private final SignalQueue queue = new SignalQueue(LoopVisibility::nobodySleeps);
        private final Hold hold = new Hold(new Signal(queue, this)).take();

        @Actor
        public void loop(ZZ_Result result) {
            result.r1 = hold.isOpen();
        }

        @Actor
        public void other() {
            hold.release();
        }

        @Arbiter
        public void afterwards(ZZ_Result result) {
            result.r2 = !queue.isEmpty();
        }
    }

    /** {@link Hold}: two holds of a handler that has returned are released at once. */
    @JCStressTest
    @State
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "signalled")
    @Outcome(expect = FORBIDDEN, desc = "held for ever")
    public static class TwoHoldsVisibility {
        private final SignalQueue queue = new SignalQueue(LoopVisibility::nobodySleeps);
        private final Signal signal = new Signal(queue, this);
        private final Hold hold = new Hold(signal).take().take();

        public TwoHoldsVisibility() {
            hold.isOpen();
        }

        @Actor
        public void journal() {
            hold.release();
        }

        @Actor
        public void slowLane() {
            hold.release();
        }

        @Arbiter
        public void afterwards(I_Result result) {
            result.r1 = queue.isEmpty() ? 0 : signal.take();
        }
    }

    /** {@link Signal}: a flag that is raised while the loop takes another is heard, once. */
    @JCStressTest
    @State
    @Outcome(id = "3, 0", expect = ACCEPTABLE, desc = "each flag once")
    @Outcome(expect = FORBIDDEN, desc = "a flag was lost or heard twice")
    public static class SignalVisibility {
        private final SignalQueue queue = new SignalQueue(LoopVisibility::nobodySleeps);
        private final Signal signal = new Signal(queue, this);
        private int heard;
        private int twice;

        public SignalVisibility() {
            signal.raise(Signal.RELEASED);
        }

        @Actor
        public void other() {
            signal.raise(Signal.POSTED);
        }

        @Actor
        public void loop() {
            hearAll();
        }

        @Arbiter
        public void afterwards(II_Result result) {
            hearAll();
            result.r1 = heard;
            result.r2 = twice;
        }

        private void hearAll() {
            Signal following;
            for (Signal raised = queue.takeAll(); raised != null; raised = following) {
                following = raised.next;
                int flags = raised.take();
                twice |= heard & flags;
                heard |= flags;
            }
        }
    }

    /** {@link SignalQueue}: two connections' signals are pushed at once: both are in it, and the loop, asleep, is woken. */
    @JCStressTest
    @State
    @Outcome(id = "3, true", expect = ACCEPTABLE, desc = "both, and woken")
    @Outcome(expect = FORBIDDEN, desc = "one was lost, or nobody rang")
    public static class TwoSignalsVisibility {
        private final WokenSelector selector = new WokenSelector();
        private final Alarm alarm = new Alarm(selector, null);
        private final SignalQueue queue = new SignalQueue(alarm);
        private final Signal first = new Signal(queue, this);
        private final Signal second = new Signal(queue, this);

        public TwoSignalsVisibility() {
            alarm.beforeSelect();
        }

        @Actor
        public void one() {
            first.raise(Signal.RELEASED);
        }

        @Actor
        public void two() {
            second.raise(Signal.POSTED);
        }

        @Arbiter
        public void afterwards(IZ_Result result) {
            for (Signal raised = queue.takeAll(); raised != null; raised = raised.next) {
                result.r1 += raised.take();
            }
            result.r2 = selector.woken;
        }
    }

    /** {@link SignalQueue}: the loop takes all and is about to sleep while another signal is pushed. */
    @JCStressTest
    @State
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "taken, seen, or woken for")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "asleep with a signal in the queue")
    public static class TakenSignalsVisibility {
        private final WokenSelector selector = new WokenSelector();
        private final Alarm alarm = new Alarm(selector, null);
        private final SignalQueue queue = new SignalQueue(alarm);
        private final Signal second = new Signal(queue, this);
        private boolean sleeps;

        public TakenSignalsVisibility() {
            new Signal(queue, this).raise(Signal.POSTED);
        }

        @Actor
        public void other() {
            second.raise(Signal.POSTED);
        }

        @Actor
        public void loop() {
            queue.takeAll();
            alarm.beforeSelect();
            sleeps = queue.isEmpty();
        }

        @Arbiter
        public void afterwards(Z_Result result) {
            result.r1 = queue.isEmpty() || !sleeps || selector.woken;
        }
    }

    private static void nobodySleeps() {
    }

    /** Knows whether it was woken; nothing else of it is used. */
    private static final class WokenSelector extends Selector {
        private volatile boolean woken;

        @Override
        public Selector wakeup() {
            woken = true;
            return this;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public SelectorProvider provider() {
            return null;
        }

        @Override
        public Set<SelectionKey> keys() {
            return Set.of();
        }

        @Override
        public Set<SelectionKey> selectedKeys() {
            return Set.of();
        }

        @Override
        public int selectNow() {
            return 0;
        }

        @Override
        public int select(long timeout) {
            return 0;
        }

        @Override
        public int select() {
            return 0;
        }

        @Override
        public void close() throws IOException {
        }
    }
}
