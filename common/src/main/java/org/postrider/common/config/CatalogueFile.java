package org.postrider.common.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads the tables of room conf, which are lines of columns between tabs under a line of headings. */
final class CatalogueFile {
    private static final String FOLDER = "/org/postrider/conf/";

    private CatalogueFile() {}

    /** Hands over one row after another, each with so many columns, empty ones where the line is shorter. */
    static void read(String name, int columns, Consumer<List<String>> rows) {
        String text = content(name);
        int start = text.indexOf('\n') + 1;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            if (end > start) {
                rows.accept(split(text, start, end, columns));
            }
            start = end + 1;
        }
    }

    private static String content(String name) {
        try (InputStream in = CatalogueFile.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + FOLDER + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> split(String text, int start, int end, int columns) {
        List<String> row = new ArrayList<>(columns);
        int from = start;
        for (int column = 0; column < columns; column++) {
            int tab = text.indexOf('\t', from);
            int to = tab < 0 || tab > end ? end : tab;
            row.add(from >= end ? "" : text.substring(from, to));
            from = to + 1;
        }
        return row;
    }
}
