package org.postrider.common.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.posix.Inodes;

/**
 * The directories below queue_directory, with Postfix's owners and modes; made when they are missing, else left alone. One
 * difference: anybody may search {@code public}, because no command is set-gid; the sockets in it have modes of their own.
 */
public final class QueueLayout {
    /** Directories that belong to mail_owner alone. */
    public static final List<String> MAIL = List.of("active", "bounce", "corrupt", "defer", "deferred", "flush",
            "hold",
            "incoming", "journal", "private", "saved", "trace");

    private static final int PERMISSIONS = 0777;
    private static final int OWNER = 0700;

    private final Path queue;
    private final MailOwner owner;

    public QueueLayout(Path queue, MailOwner owner) {
        this.queue = queue;
        this.owner = owner;
    }

    /** One directory of the layout. */
    private record Place(Path path, int mode, int uid, int gid) {}

    private List<Place> places(Parameters parameters) {
        List<Place> places = new ArrayList<>();
        places.add(new Place(queue, 0755, 0, 0));
        for (String name : MAIL) {
            places.add(new Place(queue.resolve(name), 0700, owner.uid(), 0));
        }
        places.add(new Place(queue.resolve("maildrop"), 0730, owner.uid(), owner.submissionGid()));
        places.add(new Place(queue.resolve("public"), 0711, owner.uid(), owner.submissionGid()));
        places.add(new Place(queue.resolve(parameters.string("process_id_directory")), 0755, 0, 0));
        places.add(new Place(Path.of(parameters.string("data_directory")), 0700, owner.uid(), owner.gid()));
        return places;
    }

    /** Makes what is missing, the data directory too. A spool that Postfix left has {@code public} for setgid_group only. */
    public void make(Parameters parameters) {
        for (Place place : places(parameters)) {
            boolean isThere = Files.isDirectory(place.path);
            if (!isThere || place.path.endsWith("public")) {
                set(place);
            }
        }
    }

    /** Gives every directory its owner and mode, whatever they are now. */
    public void set(Parameters parameters) {
        places(parameters).forEach(this::set);
    }

    /**
     * A directory that is not as it should be.
     *
     * @param uid who should own it
     * @param mode the most that others may do with it
     */
    public record Flaw(Path path, int uid, int mode, boolean wrongOwner) {}

    /** What of the directories that are there has another owner, or another mode but for what group and others lack. */
    public List<Flaw> flaws(Parameters parameters) throws IOException {
        List<Flaw> flaws = new ArrayList<>();
        for (Place place : places(parameters)) {
            if (!Files.isDirectory(place.path)) {
                continue;
            }
            Map<String, Object> found = Files.readAttributes(place.path, "unix:uid,mode");
            int uid = found.get("uid") instanceof Integer number ? number : -1;
            int mode = found.get("mode") instanceof Integer number ? number & PERMISSIONS : 0;
            int wanted = owner.privileged() ? place.uid : owner.uid();
            if (uid != wanted) {
                flaws.add(new Flaw(place.path, wanted, place.mode, true));
            }
            if ((mode & ~place.mode) != 0 || (mode & OWNER) != (place.mode & OWNER)) {
                flaws.add(new Flaw(place.path, wanted, place.mode, false));
            }
        }
        return flaws;
    }

    private void set(Place place) {
        try {
            Files.createDirectories(place.path);
            Inodes.chmod(place.path, place.mode);
            if (owner.privileged()) {
                Inodes.chown(place.path, place.uid, place.gid);
            }
        } catch (IOException e) {
            throw new ConfigurationException("set up directory " + place.path + ": " + e.getMessage(), e);
        }
    }
}
