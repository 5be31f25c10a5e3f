package org.postrider.common.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * hosts(5), read once per object: the reverse look-up that the JDK can't do without asking DNS. A missing file is an empty
 * one.
 */
public final class HostsFile {
    private final Map<InetAddress, String> names = new HashMap<>();
    private final Map<String, List<InetAddress>> addresses = new HashMap<>();

    private HostsFile() {}

    /** The system's file. */
    public static HostsFile system() {
        try {
            return parse(Files.readAllLines(Path.of("/etc/hosts"), StandardCharsets.ISO_8859_1));
        } catch (IOException _) {
            return parse(List.of());
        }
    }

    /** The file's lines; those that are no entry are passed over, as the system does. */
    public static HostsFile parse(List<String> lines) {
        HostsFile file = new HostsFile();
        for (String line : lines) {
            int comment = line.indexOf('#');
            String[] words = (comment < 0 ? line : line.substring(0, comment)).strip().split("\\s+", -1);
            if (words.length > 1) {
                file.add(words);
            }
        }
        return file;
    }

    private void add(String[] words) {
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(words[0]);
        } catch (IllegalArgumentException _) {
            return;
        }
        names.putIfAbsent(address, words[1]);
        for (int i = 1; i < words.length; i++) {
            addresses.computeIfAbsent(words[i].toLowerCase(Locale.ROOT), _ -> new ArrayList<>()).add(address);
        }
    }

    /** The first name of the first line with that address. */
    Optional<String> name(InetAddress address) {
        return Optional.ofNullable(names.get(address));
    }

    /** Every address listed with that name; empty if none. */
    List<InetAddress> addresses(String name) {
        return List.copyOf(addresses.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
    }
}
