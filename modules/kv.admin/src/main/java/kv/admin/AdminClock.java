package kv.admin;

import java.util.concurrent.locks.LockSupport;

/** Tells the admin loop the time, and lets some of it pass. Units: nanoseconds. */
interface AdminClock {
    AdminClock SYSTEM = new AdminClock() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void pause(long nanos) {
            LockSupport.parkNanos(nanos);
        }
    };

    /** Since some moment. */
    long nanoTime();

    /** Comes back after so long. */
    void pause(long nanos);
}
