package org.postrider.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postrider.common.delivery.Delivery;
import org.postrider.common.delivery.DeliveryTrouble;
import org.postrider.common.delivery.MacroText;
import org.postrider.common.delivery.Rights;
import org.postrider.common.lookup.AliasValue.Destination;
import org.postrider.common.posix.Errno;
import org.postrider.common.posix.FileWords;
import org.postrider.common.posix.Inodes;
import org.postrider.common.posix.PosixException;

/**
 * Finds a user's .forward file: the first of forward_path that exists, read with the user's rights. A path that needs an
 * extension is left out when the address has none. A file that others could have written is not used, and a warning says so; an
 * empty file means no forwarding.
 */
final class ForwardFiles {
    private static final int WORLD_WRITABLE = 2;

    /** What was found. */
    sealed interface Answer {
        /** A file with destinations in it. */
        record Forward(List<Destination> destinations, Rights rights, boolean extensionUsed) implements Answer {}

        /** No account, no file, or nothing in it. */
        record None() implements Answer {}

        /** Can't be known now. */
        record Problem(DeliveryTrouble trouble) implements Answer {}
    }

    private static final Answer NONE = new Answer.None();

    private final LocalParts parts;
    private final Delivery delivery;

    ForwardFiles(LocalParts parts, Delivery delivery) {
        this.parts = parts;
        this.delivery = delivery;
    }

    Answer find(Step step) {
        Optional<UserAccounts.Account> account;
        try {
            account = parts.accounts().find(step.address().user());
        } catch (IOException e) {
            return new Answer.Problem(new DeliveryTrouble("4.3.0", "user lookup error: " + FileWords.of(e)));
        }
        if (account.isEmpty() || isForeign(account.get())) {
            return NONE;
        }
        return search(step, account.get());
    }

    /** Without root, other users' files are out of reach; what can't be done for them is said when it comes to delivery. */
    private boolean isForeign(UserAccounts.Account account) {
        return !parts.identity().isRoot() && account.uid() != parts.identity().ownUid();
    }

    private Answer search(Step step, UserAccounts.Account account) {
        Rights rights = new Rights(account.uid(), account.gid(), account.name());
        try {
            return parts.identity().call(rights, () -> {
                checkHome(account);
                UserMacros macros = new UserMacros(step.address(), Optional.of(account));
                for (String path : parts.settings().forwardPath()) {
                    MacroText.Expanded name = macros.expand(path, parts.settings().forwardFilter());
                    if (!name.undefined() && Path.of(name.text()).isAbsolute()) {
                        Optional<Answer> found = read(Path.of(name.text()), rights, path.contains("extension"));
                        if (found.isPresent()) {
                            return found.get();
                        }
                    }
                }
                return NONE;
            });
        } catch (IOException e) {
            return new Answer.Problem(new DeliveryTrouble("4.2.0", FileWords.of(e)));
        } catch (DeliveryTrouble trouble) {
            return new Answer.Problem(trouble);
        }
    }

    private void checkHome(UserAccounts.Account account) throws DeliveryTrouble {
        if (parts.settings().requireHome() && !Files.isDirectory(Path.of(account.home()))) {
            throw new DeliveryTrouble("4.2.0", "cannot access home directory " + account.home() + " of user "
                    + account.name() + ": No such file or directory");
        }
    }

    private Optional<Answer> read(Path path, Rights rights, boolean extensionUsed) throws DeliveryTrouble {
        try (UserFile file = UserFile.openItself(path)) {
            String fault = fault(file.status(), rights);
            if (!fault.isEmpty()) {
                return refused(path, fault);
            }
            List<Destination> destinations = file.destinations(parts.settings().lineLength());
            return Optional.of(destinations.isEmpty()
                    ? NONE
                    : new Answer.Forward(destinations, rights, extensionUsed));
        } catch (PosixException e) {
            return switch (e.errno()) {
                case Errno.ENOENT, Errno.ENOTDIR -> Optional.empty();
                // A symbolic link, a socket.
                case Errno.ELOOP, Errno.ENXIO, Errno.EISDIR -> refused(path, "is not a regular file");
                default -> throw unreadable(path, e);
            };
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private Optional<Answer> refused(Path path, String fault) {
        parts.log().warn("{}: file {} {}", delivery.request().queueId(), path, fault);
        return Optional.of(NONE);
    }

    private static DeliveryTrouble unreadable(Path path, IOException failure) {
        return new DeliveryTrouble("4.3.0", "cannot open " + path + ": " + FileWords.of(failure));
    }

    private static String fault(Inodes.Status status, Rights rights) {
        if (!status.isRegularFile()) {
            return "is not a regular file";
        }
        if (status.uid() != 0 && status.uid() != rights.uid()) {
            return "has bad owner uid " + status.uid();
        }
        return (status.mode() & WORLD_WRITABLE) == 0 ? "" : "is world writable";
    }
}
