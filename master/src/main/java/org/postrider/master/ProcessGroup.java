package org.postrider.master;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postrider.common.config.ServiceEntry;
import org.postrider.common.config.ServiceType;

/**
 * Which services share a process: those of one family of programs that run with the same rights in the same root directory.
 * Network-facing, file-writing and root programs are never mixed with each other.
 *
 * @param family the program, or the name of the family that it belongs to
 * @param unprivileged runs as mail_owner
 * @param chroot runs with the queue directory as its root
 * @param name what {@code -o process_group=} of the service says, to keep it apart from others of its program; normally empty
 * @param moreHeap mebibytes of heap that the process may need beyond what is enough for a thousand conversations; a service whose
 *     limit is raised so far gets a new process
 */
record ProcessGroup(String family, boolean unprivileged, boolean chroot, String name, int moreHeap) {
    /** For the launchers: {@link #moreHeap}. */
    static final String MORE_HEAP = "POSTRIDER_MORE_HEAP";

    private static final String NAME = "process_group";
    private static final String SMALL = "services";
    private static final Map<String, String> FAMILIES = Map.ofEntries(Map.entry("lmtp", "smtp"),
            Map.entry("oqmgr", "qmgr"), Map.entry("error", SMALL), Map.entry("discard", SMALL),
            Map.entry("showq", SMALL), Map.entry("flush", SMALL), Map.entry("verify", SMALL),
            Map.entry("anvil", SMALL), Map.entry("scache", SMALL), Map.entry("tlsmgr", SMALL));
    /** Programs of which one process serves any number of clients, so that the process limit is none of conversations. */
    private static final Set<String> MANY_CLIENTS = Set.of("pickup", "qmgr", "oqmgr", "trivial-rewrite", "verify",
            "anvil", "scache", "tlsmgr", "proxymap", "postscreen", "dnsblog", "tlsproxy", "postlogd", "flush");
    /**
     * What a program needs as soon as it has a client: started with it, so that the first client waits for one start only. Not
     * for qmgr, which runs all the time and mostly without mail.
     */
    private static final Map<String, List<String>> NEEDED = Map.of("smtpd", List.of("cleanup", "trivial-rewrite"),
            "cleanup", List.of("trivial-rewrite"));
    /** Programs that live on tables, and of which two may run at the same time. */
    private static final Set<String> OPEN_TABLES = Set.of("smtpd", "cleanup", "trivial-rewrite", "smtp");
    /** Programs that bring mail in or move it; they stop before the ones that they ask. */
    private static final Set<String> FIRST_TO_STOP = Set.of("smtpd", "postscreen", "qmqpd", "pickup", "qmgr");

    /** So many conversations fit into the heap that every daemon has. */
    private static final int FEW = 1000;
    /** What clients from outside may come to where master.cf sets no limit. */
    private static final int MANY = 10_000;
    /** One conversation of smtpd takes about 14 KiB. */
    private static final int KIB_EACH = 16;
    /** Heaps come in few sizes, so that services with like limits share a process. */
    private static final int STEP = 64;

    static ProcessGroup of(ServiceEntry entry) {
        String family = FAMILIES.getOrDefault(entry.program(), entry.program());
        return new ProcessGroup(family, entry.unprivileged(), entry.chroot(),
                entry.overrides().getOrDefault(NAME, ""), moreHeap(entry));
    }

    private static int moreHeap(ServiceEntry entry) {
        boolean unlimited = entry.type() == ServiceType.INET && entry.maxProcesses() == 0;
        int most = unlimited ? MANY : conversations(entry);
        int steps = Math.ceilDiv(Math.max(0, most - FEW) * KIB_EACH, STEP * 1024);
        return steps * STEP;
    }

    /** Most conversations at once of a service; 0 for no limit. */
    static int conversations(ServiceEntry entry) {
        return MANY_CLIENTS.contains(entry.program()) ? 0 : entry.maxProcesses();
    }

    /** Programs that are started together with this one. */
    static List<String> needed(String program) {
        return NEEDED.getOrDefault(program, List.of());
    }

    /** True for groups that stop before the others. */
    boolean stopsFirst() {
        return FIRST_TO_STOP.contains(family);
    }

    /** True where a new configuration needs a new process: inside another root directory new tables can't be opened (docs/adr/0018). */
    boolean freshAtReload() {
        return chroot && OPEN_TABLES.contains(family);
    }

    /** True for the log service, which stops last. */
    boolean stopsLast() {
        return family.equals("postlogd");
    }
}
