package org.postrider.commands;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.postrider.common.lookup.TableException;

/**
 * Values of postmap -F, which stand for files: a source names them, as do tables that are read from text or hold their values
 * themselves; an index and a server have what is in them, in base 64.
 */
final class FileValues {
    private static final Set<String> TYPES_WITH_NAMES = Set.of("cidr", "inline", "pcre", "pipemap", "randmap", "regexp",
            "static", "texthash", "unionmap");

    private FileValues() {}

    /**
     * What is in the files that a value names, one after the other.
     *
     * @throws IOException in Postfix's words, when one of them can't be read
     */
    static byte[] contents(String value) throws IOException {
        List<String> names = names(value);
        if (names.isEmpty()) {
            throw new IOException("empty pathname list: >>" + value + "<<'");
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String name : names) {
            if (all.size() > 0) {
                all.write('\n');
            }
            all.write(content(name));
        }
        return all.toByteArray();
    }

    private static byte[] content(String name) throws IOException {
        Path file = Path.of(name);
        if (Files.isDirectory(file)) {
            throw new IOException("read " + name + ": Is a directory");
        }
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException("open " + name + ": No such file or directory", e);
        } catch (AccessDeniedException e) {
            throw new IOException("open " + name + ": Permission denied", e);
        }
    }

    private static List<String> names(String value) {
        List<String> names = new ArrayList<>();
        for (String word : value.split("[,\\s]+", -1)) {
            if (!word.isEmpty()) {
                names.add(word);
            }
        }
        return names;
    }

    /** What the value of a table stands for, one char for one byte. */
    static String decoded(String title, String value) {
        boolean names = TYPES_WITH_NAMES.contains(title.substring(0, title.indexOf(':')));
        try {
            byte[] content = names ? contents(value) : Base64.getDecoder().decode(value);
            return new String(content, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new TableException(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException _) {
            throw new TableException("table " + title + ": query error: malformed BASE64 value: " + value);
        }
    }
}
