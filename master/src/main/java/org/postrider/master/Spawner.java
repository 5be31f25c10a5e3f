package org.postrider.master;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postrider.common.queue.LocalDisk;
import org.postrider.common.config.ServiceEntry;
import org.postrider.common.daemon.Daemon;
import org.postrider.common.posix.Children;
import org.postrider.common.posix.Inodes;
import org.postrider.common.posix.PosixException;

/** Starts daemons: {@code $daemon_directory/PROGRAM} with the options Postfix gives, and the control socket's path. */
final class Spawner {
    private final Map<String, String> environment;
    private final int nothing;
    private final int error;

    /**
     * @param environment master's own
     * @param error what becomes the standard error of daemons
     */
    Spawner(Map<String, String> environment, int error) throws PosixException {
        this.environment = Map.copyOf(environment);
        this.error = error;
        this.nothing = Inodes.open(Path.of("/dev/null"), Inodes.READ_WRITE, 0);
    }

    DaemonProcess start(Generation generation, ServiceEntry entry, Path control) throws PosixException {
        String path = generation.program(entry.program()).toString();
        List<String> command = new ArrayList<>(
                List.of(path, "-n", entry.name(), "-t", entry.type().text()));
        if (entry.unprivileged()) {
            command.add("-u");
        }
        if (entry.chroot()) {
            command.add("-c");
        }
        Map<String, String> given = new LinkedHashMap<>(
                ChildEnvironment.of(generation.settings().importedEnvironment(), environment));
        given.put("MAIL_CONFIG", generation.settings().configDirectory().toString());
        LocalDisk.bootId().ifPresent(id -> given.put(LocalDisk.BOOT_VARIABLE, id));
        given.put(Daemon.CONTROL, control.toString());
        ProcessGroup group = ProcessGroup.of(entry);
        given.put(ProcessGroup.MORE_HEAP, Integer.toString(group.moreHeap()));
        int pid = Children.spawn(new Children.Command(command, given, nothing, 1, error, false));
        return new DaemonProcess(pid, path, group);
    }
}
