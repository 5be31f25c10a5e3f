package org.postrider.commands;

import java.util.Optional;

/**
 * What the command line of postmap(1) or postalias(1) asks for besides the tables; filled while it is read. Field names say what the
 * option does, letters are those of the manual page.
 */
final class TableChoices {
    /** Not {@code -f}. */
    boolean fold = true;
    /** {@code -F}: values are names of files, or were made from files. */
    boolean files;
    /** {@code -r}. */
    boolean replace;
    /** {@code -w}. */
    boolean quiet;
    /** {@code -o}. */
    boolean keepPrivileges;
    /** {@code -p}. */
    boolean standardMode;
    /** {@code -N} and {@code -n}: store a NUL at the end of keys and values, or none; empty for what is usual for the type. */
    Optional<Boolean> withEnd = Optional.empty();
    /** Not {@code -u}. */
    boolean utf8 = true;
    /** {@code -U}: also for keys from headers and bodies. */
    boolean utf8Always;
    /** {@code -h}: keys are header fields. */
    boolean headers;
    /** {@code -b}: keys are lines of the body. */
    boolean body;
    /** {@code -m}: parts of the body have headers and bodies, too. */
    boolean mime;
    /** {@code -j}: output is JSON. */
    boolean json;
}
