package org.postrider.master;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.postrider.common.posix.Processes;

/**
 * An orderly stop, in phases: first the programs that bring mail in and move it finish what they have begun, while those that
 * they ask still answer; then all the others; last the log service. Each phase has its time; who has not left by then is killed.
 */
final class Shutdown {
    private record Phase(Predicate<ProcessGroup> groups, Duration limit) {}

    private static final List<Phase> PHASES = List.of(
            new Phase(ProcessGroup::stopsFirst, Duration.ofSeconds(10)),
            new Phase(group -> !group.stopsFirst() && !group.stopsLast(), Duration.ofSeconds(5)),
            new Phase(_ -> true, Duration.ofSeconds(2)));
    /** What a process gets beyond its time to write its last lines. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final ProcessTable processes;
    private int phase = -1;
    private long phaseEnd;

    Shutdown(ProcessTable processes) {
        this.processes = processes;
    }

    /**
     * Goes on as far as possible.
     *
     * @return true when every process has gone
     */
    boolean advance(long now) {
        while (phase < PHASES.size()) {
            if (phase >= 0) {
                if (anyLeft(PHASES.get(phase))) {
                    if (now - phaseEnd < 0) {
                        tell(PHASES.get(phase));
                        return false;
                    }
                    kill(PHASES.get(phase));
                }
            }
            phase++;
            if (phase < PHASES.size()) {
                Phase next = PHASES.get(phase);
                phaseEnd = now + next.limit.plus(GRACE).toNanos();
                tell(next);
            }
        }
        return processes.all().isEmpty();
    }

    /** Also those that were started meanwhile because an earlier phase needed them. */
    private void tell(Phase one) {
        for (DaemonProcess process : List.copyOf(processes.all())) {
            if (one.groups.test(process.group) && !process.told()) {
                process.tell();
                processes.stop(process, one.limit);
            }
        }
    }

    private boolean anyLeft(Phase one) {
        return processes.all().stream().anyMatch(process -> one.groups.test(process.group));
    }

    private void kill(Phase one) {
        for (DaemonProcess process : processes.all()) {
            if (one.groups.test(process.group)) {
                ProcessTable.signal(process, Processes.KILL);
            }
        }
    }

    /** Ends everything at once. */
    void abort() {
        for (DaemonProcess process : processes.all()) {
            ProcessTable.signal(process, Processes.TERMINATE);
        }
    }

    /** True while a service may still be started for others that are finishing. */
    boolean mayStart(ProcessGroup group) {
        return phase <= 0 && !group.stopsFirst();
    }

    /** When to look again. */
    long nextTime() {
        return phaseEnd;
    }
}
