package org.postrider.commands;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.postrider.common.config.ConfigurationException;

/**
 * {@code postfix check --strict [--json]}: everything in main.cf, master.cf and the tables that can be found out without running
 * the mail system. Reads only; needs no privileges beyond that. The kinds of findings are explained in docs/checks.md.
 */
final class StrictCheck {
    private static final int ERRORS = 1;
    private static final int WARNINGS = 2;

    private StrictCheck() {}

    /**
     * How the files are looked at.
     *
     * @param owner who should own them, besides root
     * @param asksServers tables behind a server are asked, too
     */
    record Manner(int owner, boolean asksServers) {}

    /** What is found, in the order of files and lines. */
    static List<Finding> findings(Path directory, Manner manner) {
        CheckedFiles files = new CheckedFiles(directory);
        List<Runnable> checks = List.of(new NameCheck(files)::run, new ValueCheck(files)::run,
                new RestrictionCheck(files)::run, new TableCheck(files, manner.asksServers())::run,
                new ServiceCheck(files)::run,
                new OwnerCheck(files, manner.owner())::run);
        for (Runnable check : checks) {
            try {
                check.run();
            } catch (ConfigurationException | InvalidPathException e) {
                files.add(Finding.Kind.BAD_VALUE, files.mainFile(), 0, String.valueOf(e.getMessage()), "");
            }
        }
        return files.findings().stream()
                .distinct()
                .sorted(Comparator.comparing(Finding::file).thenComparingInt(Finding::line))
                .toList();
    }

    /** Prints the findings on standard output; 0 when there are none, 1 when one is an error, 2 when all are warnings. */
    static int run(Path directory, Manner manner, boolean json, Console console) {
        List<Finding> findings = findings(directory, manner);
        for (Finding finding : findings) {
            console.out().print((json ? finding.json() : finding.text()) + "\n");
        }
        boolean errors = findings.stream().anyMatch(each -> each.kind().severity() == Finding.Severity.ERROR);
        return findings.isEmpty() ? 0 : errors ? ERRORS : WARNINGS;
    }
}
