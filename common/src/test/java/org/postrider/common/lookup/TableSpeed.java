package org.postrider.common.lookup;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * What a table costs inside a daemon; run by bench/tables. Arguments: a table, a file with a key on each line, seconds to measure, and a
 * small table of the same type, which is asked for some of the keys first: the code for it is not the table's memory. Prints one figure
 * a line: lookups per second of processor time on one thread after as long a warm-up, the part of them that found something, and what
 * opening, then asking calmly, then asking as fast as it can, then a rest added to the memory of the process, in KiB.
 */
final class TableSpeed {
    private record Memory(long anonymous, long file) {
        static Memory now() throws IOException {
            return new Memory(line("RssAnon:"), line("RssFile:"));
        }

        private static long line(String name) throws IOException {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith(name)) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            throw new IOException("no " + name);
        }

        void print(String what, Memory before) {
            System.out.println(what + "_anonymous_kib " + (anonymous - before.anonymous));
            System.out.println(what + "_file_kib " + (file - before.file));
        }
    }

    /** Nanoseconds. */
    private static final long REST = 3_000_000_000L;
    /** Lookups at a calm pace. */
    private static final int CALM = 2000;

    private final LookupTable table;
    private final List<String> keys;
    private long found;

    private TableSpeed(LookupTable table, List<String> keys) {
        this.table = table;
        this.keys = keys;
    }

    public static void main(String[] arguments) throws IOException {
        List<String> keys = Files.readAllLines(Path.of(arguments[1]), StandardCharsets.ISO_8859_1);
        Collections.shuffle(keys, new Random(1));
        // A new object each, one after the other: finding the key in memory is not what is measured.
        keys.replaceAll(key -> new String(key.toCharArray()));
        long nanos = Long.parseLong(arguments[2]) * 1_000_000_000L;
        Tables tables = new Tables(Path.of("/"), InstantSource.system());
        new TableSpeed(tables.openOrFail(arguments[3], TableSource.Form.MAP), keys).askCalmly(CALM);
        System.gc();
        Memory before = Memory.now();
        TableSpeed speed = new TableSpeed(tables.openOrFail(arguments[0], TableSource.Form.MAP), keys);
        Memory.now().print("opened", before);
        speed.askCalmly(CALM);
        Memory.now().print("calm", before);
        double _ = speed.rate(nanos);
        speed.found = 0;
        System.out.println("lookups_per_second " + Math.round(speed.rate(nanos)));
        Memory.now().print("asked", before);
        LockSupport.parkNanos(REST);
        System.gc();
        Memory.now().print("rested", before);
    }

    /** Lookups per second of processor time: others may be at work on this machine. */
    private double rate(long nanos) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        long asked = 0;
        while (threads.getCurrentThreadCpuTime() - start < nanos) {
            ask(100_000);
            asked += 100_000;
        }
        double rate = asked * 1e9 / (threads.getCurrentThreadCpuTime() - start);
        System.out.println("found_percent " + found * 100 / asked);
        return rate;
    }

    /** A thousand a second, as a busy mail server asks. */
    private void askCalmly(int times) {
        for (int i = 0; i < times; i++) {
            ask(1);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void ask(int times) {
        int at = (int) (found % keys.size());
        for (int i = 0; i < times; i++) {
            if (table.find(keys.get(at)) instanceof LookupResult.Found) {
                found++;
            }
            at = at + 1 == keys.size() ? 0 : at + 1;
        }
    }
}
