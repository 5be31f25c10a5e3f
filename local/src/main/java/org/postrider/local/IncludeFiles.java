package org.postrider.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.postrider.common.delivery.DeliveryTrouble;
import org.postrider.common.delivery.Rights;
import org.postrider.common.lookup.AliasValue.Destination;
import org.postrider.common.posix.FileWords;
import org.postrider.common.posix.Inodes;

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
                try (UserFile opened = UserFile.open(file)) {
                    Inodes.Status status = opened.status();
                    if (!status.isRegularFile()) {
                        throw new IOException("not a regular file");
                    }
                    return new Answer.Lines(opened.destinations(parts.settings().lineLength()),
                            new Rights(status.uid(), status.gid(), "owner of " + path));
                }
            });
        } catch (IOException e) {
            parts.log().warn("unable to lookup :include: file {}: {}", path, FileWords.of(e));
            return misconfigured();
        } catch (DeliveryTrouble trouble) {
            return new Answer.Problem(trouble);
        }
    }

    private static Answer misconfigured() {
        return new Answer.Problem(new DeliveryTrouble("5.3.5", "mail system configuration error"));
    }
}
