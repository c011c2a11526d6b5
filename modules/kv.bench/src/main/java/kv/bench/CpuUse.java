package kv.bench;

import java.io.IOException;

/**
 * CPU seconds of server, load generator and whole machine: at a moment, or between two.
 *
 * @param server 0 where no process was named
 */
record CpuUse(double server, double client, double machine) {

    /** Now. Where there is no /proc (no Linux), all are 0. */
    static CpuUse now(long serverPid) {
        try {
            double client = ProcFiles.processCpuSeconds(ProcessHandle.current().pid());
            double server = serverPid == 0 ? 0 : ProcFiles.processCpuSeconds(serverPid);
            return new CpuUse(server, client, ProcFiles.machineCpuSeconds());
        } catch (IOException noProc) {
            if (serverPid != 0) {
                throw new IllegalArgumentException("--server-pid " + serverPid + ": " + noProc.getMessage());
            }
            return new CpuUse(0, 0, 0);
        }
    }

    CpuUse since(CpuUse before) {
        return new CpuUse(server - before.server, client - before.client, machine - before.machine);
    }

    /** What neither server nor load generator has used. */
    double others() {
        return Math.max(0, machine - server - client);
    }
}
