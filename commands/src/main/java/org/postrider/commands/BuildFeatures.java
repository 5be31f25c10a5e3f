package org.postrider.commands;

import java.util.List;
import java.util.stream.Stream;
import org.postrider.common.lookup.TablePlugins;
import org.postrider.common.posix.PerlPattern;
import org.postrider.common.wire.TlsContext;

/** What postconf(1) lists of this build: {@code -a -A -l -m -T}. */
final class BuildFeatures {
    private static final List<String> SERVER_SASL = List.of("cyrus", "dovecot", "tables");
    private static final List<String> CLIENT_SASL = List.of("cyrus");
    private static final List<String> LOCKS = List.of("flock", "fcntl", "dotlock");
    private static final List<String> TABLES = List.of("btree", "cdb", "cidr", "debug", "environ", "fail", "hash",
            "inline",
            "internal", "lmdb", "pcre", "pipemap", "proxy", "randmap", "regexp", "socketmap", "static", "tcp",
            "texthash",
            "unionmap", "unix");
    private static final List<String> KEY_ALGORITHMS = List.of("dsa", "ecdsa", "rsa");

    private final Console console;
    private final boolean json;

    BuildFeatures(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    /** Prints the list of an option without a value. */
    void print(char option) {
        switch (option) {
            case 'A' -> print(CLIENT_SASL);
            case 'a' -> print(SERVER_SASL);
            case 'l' -> print(LOCKS);
            case 'm' -> print(tables());
            default -> print(List.of());
        }
    }

    /** {@code -T mode}; the exit status. */
    int printTls(String mode) {
        switch (mode) {
            // There is no difference: what is compiled is not bound to a version.
            case "compile-version", "run-version" -> print(List.of(TlsContext.library()));
            case "public-key-algorithms" -> print(KEY_ALGORITHMS);
            default -> {
                console.warn("unknown 'postconf -T' mode: " + mode);
                return 1;
            }
        }
        return 0;
    }

    /** The types of lookup tables. */
    static List<String> tables() {
        return Stream.concat(TABLES.stream(), TablePlugins.ofImage().types().stream())
                .filter(type -> !type.equals("pcre") || PerlPattern.isAvailable()).sorted().toList();
    }

    private void print(List<String> names) {
        names.forEach(name -> console.out().print((json ? Json.object("name", name) : name) + "\n"));
    }
}
