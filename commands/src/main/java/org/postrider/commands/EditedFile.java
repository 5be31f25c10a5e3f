package org.postrider.commands;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.postrider.common.config.ConfigurationException;

/**
 * A configuration file that a command changes. It is cut into blocks, each an entry with the lines that continue it, or one line
 * of comment or white space; what is not changed stays byte for byte.
 *
 * <p>{@link #replace} writes {@code NAME.tmp} under a lock, syncs it, and renames it into place: a reader sees the old file or
 * the new one, a crash leaves at most the temporary file, which the next edit overwrites. Of two edits at once the second begins
 * with what the first has made.
 */
final class EditedFile {

    /** Lines of the file, without their ends; {@code text} is the logical line, empty for a comment. */
    record Block(List<String> lines, String text) {
        boolean isEntry() {
            return !text.isEmpty();
        }
    }

    private final Path file;

    EditedFile(Path file) {
        this.file = file;
    }

    /** What an edit makes of one block: the lines to write in its place. */
    interface Edit {
        List<String> apply(Block block);

        /** Lines to write at the end of the file. */
        List<String> append();
    }

    void replace(Edit edit) {
        try {
            Path target = file.toRealPath();
            Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
            try (FileChannel channel = locked(temporary)) {
                write(edited(target, edit), channel);
                copyOwnership(target, temporary);
                channel.force(true);
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (NoSuchFileException e) {
            throw new ConfigurationException("open " + e.getFile() + " for reading: No such file or directory", e);
        } catch (AccessDeniedException e) {
            throw new ConfigurationException("open " + e.getFile() + ": Permission denied", e);
        } catch (IOException e) {
            throw new ConfigurationException("update " + file + ": " + e.getMessage(), e);
        }
    }

    /** The temporary file, ours alone: what another edit has renamed while this one waited is the file itself, and is left alone. */
    private static FileChannel locked(Path temporary) throws IOException {
        while (true) {
            create(temporary);
            Optional<FileChannel> channel = tryToLock(temporary);
            if (channel.isPresent()) {
                return channel.get();
            }
        }
    }

    /** Nobody else reads it before it has the modes of the file, which may hold a password. */
    private static void create(Path temporary) throws IOException {
        try {
            Files.createFile(temporary,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException _) {
            // Another edit is at work, or was interrupted.
        }
    }

    private static Optional<FileChannel> tryToLock(Path temporary) throws IOException {
        try {
            Object before = inode(temporary);
            FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE);
            boolean ours = false;
            try {
                boolean opened = inode(temporary).equals(before);
                channel.lock();
                ours = opened && inode(temporary).equals(before);
            } finally {
                if (!ours) {
                    channel.close();
                }
            }
            return ours ? Optional.of(channel) : Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private static Object inode(Path path) throws IOException {
        return Objects.requireNonNull(Files.readAttributes(path, BasicFileAttributes.class).fileKey());
    }

    private static String edited(Path target, Edit edit) throws IOException {
        StringBuilder content = new StringBuilder();
        for (Block block : blocks(Files.readString(target, StandardCharsets.ISO_8859_1))) {
            edit.apply(block).forEach(line -> content.append(line).append('\n'));
        }
        edit.append().forEach(line -> content.append(line).append('\n'));
        return content.toString();
    }

    private static void write(String content, FileChannel channel) throws IOException {
        channel.truncate(0);
        ByteBuffer bytes = StandardCharsets.ISO_8859_1.encode(content);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Cuts text into blocks; comments inside an entry become blocks after it, in their order. */
    static List<Block> blocks(String content) {
        List<Block> blocks = new ArrayList<>();
        List<String> entry = new ArrayList<>();
        List<Block> comments = new ArrayList<>();
        for (String line : content.lines().toList()) {
            String stripped = line.strip();
            boolean comment = stripped.isEmpty() || stripped.startsWith("#");
            if (comment) {
                comments.add(new Block(List.of(line), ""));
            } else if (entry.isEmpty() && line.charAt(0) != stripped.charAt(0)) {
                comments.add(new Block(List.of(line), ""));
            } else if (line.charAt(0) != stripped.charAt(0)) {
                comments.forEach(inside -> entry.addAll(inside.lines()));
                comments.clear();
                entry.add(line);
            } else {
                flush(blocks, entry, comments);
                entry.add(line);
            }
        }
        flush(blocks, entry, comments);
        return blocks;
    }

    private static void flush(List<Block> blocks, List<String> entry, List<Block> comments) {
        if (!entry.isEmpty()) {
            StringBuilder text = new StringBuilder();
            entry.stream().filter(line -> !isComment(line)).forEach(text::append);
            blocks.add(new Block(List.copyOf(entry), text.toString().stripTrailing()));
        }
        blocks.addAll(comments);
        entry.clear();
        comments.clear();
    }

    static boolean isComment(String line) {
        String stripped = line.strip();
        return stripped.isEmpty() || stripped.startsWith("#");
    }

    private static void copyOwnership(Path from, Path to) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(from, PosixFileAttributes.class);
        PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        PosixFileAttributes now = view.readAttributes();
        if (!now.owner().equals(attributes.owner())) {
            view.setOwner(attributes.owner());
        }
        if (!now.group().equals(attributes.group())) {
            view.setGroup(attributes.group());
        }
        view.setPermissions(attributes.permissions());
    }
}
