package org.postrider.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.postrider.common.queue.QueueDirectory;
import org.postrider.common.queue.QueueId;
import org.postrider.common.queue.QueueName;
import org.postrider.common.queue.SampleMessage;

/** A queue directory with a configuration beside it, for a command of ours or of Debian's. */
final class SampleSpool {
    final Path root;
    final QueueDirectory directory;

    /** @param owner mail_owner */
    SampleSpool(Path root, String owner) throws IOException {
        this.root = root;
        this.directory = new QueueDirectory(root.resolve("spool"), Set.of("deferred", "defer"), 1);
        for (QueueName name : QueueName.values()) {
            Files.createDirectories(directory.top(name));
        }
        Files.createDirectories(root.resolve("data"));
        Files.writeString(root.resolve("main.cf"), "compatibility_level = 3.6\nmyhostname = mx.example.com\n"
                + "inet_interfaces = 127.0.0.1\nqueue_directory = " + root.resolve("spool") + "\ndata_directory = "
                + root.resolve("data") + "\nmail_owner = " + owner + "\nsetgid_group = "
                + (owner.equals("postfix") ? "postdrop" : owner) + "\n");
        Files.writeString(root.resolve("master.cf"), "");
    }

    /** A message under a name of the test's choice. */
    Path put(String id, QueueName queue, Instant arrived, String sender, String... recipients) throws IOException {
        QueueId made = SampleMessage.write(directory, queue, InstantSource.fixed(arrived), sender,
                List.of(recipients));
        Path place = directory.path(queue, new QueueId(id));
        Files.createDirectories(place.getParent());
        return Files.move(directory.path(queue, made), place);
    }

    /** A log about a message. */
    Path log(String id, QueueName queue, String text) throws IOException {
        Path place = directory.path(queue, new QueueId(id));
        Files.createDirectories(place.getParent());
        Files.writeString(place, text);
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rw-------"));
        return place;
    }

    /** Everything in it: path and mode. */
    Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory.root())) {
            for (Path file : all.toList()) {
                PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class,
                        LinkOption.NOFOLLOW_LINKS);
                if (!attributes.isDirectory()) {
                    files.put(directory.root().relativize(file).toString(),
                            PosixFilePermissions.toString(attributes.permissions()));
                }
            }
        }
        return files;
    }
}
