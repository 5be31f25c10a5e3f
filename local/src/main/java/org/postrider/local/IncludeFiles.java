package org.postrider.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postrider.common.delivery.DeliveryTrouble;
import org.postrider.common.delivery.FileTrouble;
import org.postrider.common.delivery.Rights;
import org.postrider.common.lookup.AliasValue.Destination;
import org.postrider.common.lookup.AliasValue;

/** Reads {@code :include:} files, with the rights of whoever named them. What they name gets the rights of the file's owner. */
final class IncludeFiles {
    /** What is in the file. */
    sealed interface Answer {
        /** Its destinations and its owner. */
        record Lines(List<Destination> destinations, Rights owner) implements Answer {}

        /** It can't be read now. */
        record Problem(DeliveryTrouble trouble) implements Answer {}
    }

    private final LocalParts parts;

    IncludeFiles(LocalParts parts) {
        this.parts = parts;
    }

    Answer read(String path, Rights rights) {
        if (!path.startsWith("/")) {
            parts.log().warn(":include:{} uses a relative path", path);
            return misconfigured();
        }
        Path file = Path.of(path);
        try {
            return parts.identity().call(rights, () -> {
                Map<String, Object> facts = Files.readAttributes(file, "unix:uid,gid,isRegularFile");
                if (!Boolean.TRUE.equals(facts.get("isRegularFile"))) {
                    throw new IOException("not a regular file");
                }
                Rights owner = facts.get("uid") instanceof Integer uid && facts.get("gid") instanceof Integer gid
                        ? new Rights(uid, gid, "owner of " + path)
                        : parts.settings().defaultRights();
                return new Answer.Lines(destinations(file, parts.settings().lineLength()), owner);
            });
        } catch (IOException e) {
            parts.log().warn("unable to lookup :include: file {}: {}", path, FileTrouble.words(e));
            return misconfigured();
        } catch (DeliveryTrouble trouble) {
            return new Answer.Problem(trouble);
        }
    }

    private static Answer misconfigured() {
        return new Answer.Problem(new DeliveryTrouble("5.3.5", "mail system configuration error"));
    }

    /** The destinations in a file with the syntax of an alias's right-hand side; lines are cut at this length. */
    static List<Destination> destinations(Path file, int lineLength) throws IOException {
        List<Destination> all = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            StringBuilder line = new StringBuilder();
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                if (c == '\n' || line.length() >= lineLength) {
                    add(line, all);
                }
                if (c != '\n') {
                    line.append((char) c);
                }
            }
            add(line, all);
        }
        return all;
    }

    private static void add(StringBuilder line, List<Destination> all) {
        String text = line.toString().strip();
        line.setLength(0);
        if (!text.startsWith("#")) {
            all.addAll(AliasValue.parse(text));
        }
    }
}
