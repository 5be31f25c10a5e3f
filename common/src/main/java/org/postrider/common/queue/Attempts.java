package org.postrider.common.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How often a message was deferred: an extended attribute of its file ({@code user.postrider.attempts}, decimal), which moves with it
 * and which Postfix does not see. It is there for people only. Where the file system keeps no such attributes the number is not
 * known. Blocks on the disk.
 */
public final class Attempts {
    private static final String NAME = "postrider.attempts";
    private static final int MOST_DIGITS = 9;

    private Attempts() {}

    /** The number, where it is known. */
    public static OptionalInt of(Path file) {
        try {
            UserDefinedFileAttributeView view = view(file);
            if (view == null || view.size(NAME) > MOST_DIGITS) {
                return OptionalInt.empty();
            }
            ByteBuffer digits = ByteBuffer.allocate(MOST_DIGITS);
            int length = view.read(NAME, digits);
            return OptionalInt.of(Integer.parseInt(new String(digits.array(), 0, length, StandardCharsets.US_ASCII)));
        } catch (IOException | NumberFormatException _) {
            return OptionalInt.empty();
        }
    }

    /** Adds one. A number that can't be kept is no reason for anything. */
    public static void add(Path file) {
        try {
            UserDefinedFileAttributeView view = view(file);
            if (view != null) {
                int more = of(file).orElse(0) + 1;
                int _ = view.write(NAME, ByteBuffer.wrap(Integer.toString(more).getBytes(StandardCharsets.US_ASCII)));
            }
        } catch (IOException _) {
            // Then it is not known.
        }
    }

    // null where the file system has no such attributes: that is the interface of java.nio.file.
    private static @Nullable UserDefinedFileAttributeView view(Path file) {
        return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }
}
