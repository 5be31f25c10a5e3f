package org.postrider.common.lookup;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * What tables need from outside.
 *
 * @param directory a relative file name is taken from here
 * @param clock says when a file may be looked at again
 * @param random picks from randmap
 * @param environment what {@code environ:} answers from
 * @param accounts what {@code unix:} answers from
 * @param openErrorIsFatal daemon_table_open_error_is_fatal: a table that can't be opened throws {@link TableException}
 * @param foldKeys false for postmap -f: keys are taken as they are
 * @param complaints where problems are told
 * @param services what tables need beyond files
 */
public record TableSettings(Path directory, InstantSource clock, RandomGenerator random,
        Map<String, String> environment, AccountDatabase accounts, boolean openErrorIsFatal, boolean foldKeys,
        Complaints complaints, TableServices services) {

    /** Tables of files only. */
    public TableSettings(Path directory, InstantSource clock, RandomGenerator random,
            Map<String, String> environment, AccountDatabase accounts, boolean openErrorIsFatal, boolean foldKeys,
            Complaints complaints) {
        this(directory, clock, random, environment, accounts, openErrorIsFatal, foldKeys, complaints,
                TableServices.none());
    }

    /** What a daemon normally uses. */
    public static TableSettings of(Path directory, InstantSource clock) {
        return new TableSettings(directory, clock, RandomGenerator.getDefault(), System.getenv(),
                AccountDatabase.ofSystem(), false, true, Complaints.toLog());
    }

    public TableSettings withOpenErrorIsFatal(boolean fatal) {
        return new TableSettings(directory, clock, random, environment, accounts, fatal, foldKeys,
                complaints, services);
    }

    public TableSettings withFoldKeys(boolean fold) {
        return new TableSettings(directory, clock, random, environment, accounts, openErrorIsFatal, fold,
                complaints, services);
    }

    public TableSettings withComplaints(Complaints other) {
        return new TableSettings(directory, clock, random, environment, accounts, openErrorIsFatal, foldKeys,
                other, services);
    }

    public TableSettings withAccounts(AccountDatabase other) {
        return new TableSettings(directory, clock, random, environment, other, openErrorIsFatal, foldKeys,
                complaints, services);
    }

    public TableSettings withEnvironment(Map<String, String> other) {
        return new TableSettings(directory, clock, random, other, accounts, openErrorIsFatal, foldKeys,
                complaints, services);
    }

    public TableSettings withServices(TableServices other) {
        return new TableSettings(directory, clock, random, environment, accounts, openErrorIsFatal, foldKeys,
                complaints, other);
    }
}
