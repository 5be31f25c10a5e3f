package org.postrider.commands;

/** Exit statuses of sysexits(3) that mail commands use. */
final class SystemExit {
    static final int OK = 0;
    static final int USAGE = 64;
    static final int DATA_ERROR = 65;
    static final int NO_USER = 67;
    static final int UNAVAILABLE = 69;
    static final int SOFTWARE = 70;
    static final int OS_ERROR = 71;
    static final int TEMPORARY = 75;
    static final int CONFIGURATION = 78;

    private SystemExit() {}
}
