package org.postrider.common.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One service of master.cf, see master(5), with the defaults for {@code -} filled in.
 *
 * @param name the first column as written: a socket's name, a port, or {@code host:port}
 * @param type how it is reached
 * @param privateSocket the socket stands in {@code private}, not in {@code public}
 * @param unprivileged runs as mail_owner
 * @param chroot runs with queue_directory as its root directory
 * @param wakeupSeconds between two wake-up triggers; 0 for none
 * @param wakeupOnlyIfUsed no trigger before the service was used for the first time ({@code ?})
 * @param maxProcesses most conversations at once; 0 for no limit
 * @param program name of the daemon
 * @param arguments after the program, without the {@code -o} ones
 * @param overrides the {@code -o name=value} settings, raw, in order
 */
public record ServiceEntry(
        String name,
        ServiceType type,
        boolean privateSocket,
        boolean unprivileged,
        boolean chroot,
        int wakeupSeconds,
        boolean wakeupOnlyIfUsed,
        int maxProcesses,
        String program,
        List<String> arguments,
        Map<String, String> overrides) {

    public ServiceEntry {
        arguments = List.copyOf(arguments);
        overrides = Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
    }

    /** Where the socket of a service stands under queue_directory, such as {@code private/bounce}; not for inet. */
    public String socketPath() {
        return (privateSocket ? "private/" : "public/") + name;
    }

    /** Name and type, which together tell a service from the others. */
    public String identity() {
        return name + "/" + type.text();
    }
}
