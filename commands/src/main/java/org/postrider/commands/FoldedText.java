package org.postrider.commands;

import java.util.List;

/** Values as postconf(1) prints them: one space between words; folded on request, at 80 columns where a word permits. */
final class FoldedText {
    static final String INDENT = "    ";
    private static final int WIDTH = 80;

    private final StringBuilder text;
    private final boolean fold;
    private final int width;
    private int lineLength;

    FoldedText(String start, boolean fold) {
        this(start, fold, WIDTH);
    }

    private FoldedText(String start, boolean fold, int width) {
        this.width = width;
        this.text = new StringBuilder(start);
        this.fold = fold;
        this.lineLength = start.length();
    }

    /** For a service's command, whose lines Postfix keeps one column shorter. */
    static FoldedText ofCommand(String start, boolean fold) {
        return new FoldedText(start, fold, WIDTH - 1);
    }

    /** Starts a new line for the next word, where lines are folded at all. */
    FoldedText breakLine() {
        if (fold) {
            text.append('\n');
            lineLength = 0;
        }
        return this;
    }

    /** Adds words with one space between them. */
    FoldedText words(List<String> words) {
        words.forEach(this::word);
        return this;
    }

    FoldedText word(String word) {
        return word(word, word.length());
    }

    /**
     * Adds a word for which there is room on a line when there is for that many characters: Postfix does not count the braces around
     * a word when it looks whether it fits.
     */
    FoldedText word(String word, int counted) {
        boolean lineStarts = lineLength == 0;
        if (fold && !lineStarts && lineLength + 1 + counted > width) {
            breakLine();
        } else if (!lineStarts) {
            text.append(' ');
            lineLength++;
        }
        if (lineLength == 0 && !text.isEmpty()) {
            text.append(INDENT);
            lineLength = INDENT.length();
        }
        text.append(word);
        lineLength += word.length();
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /** The words between white space. */
    static List<String> split(String value) {
        String stripped = value.strip();
        return stripped.isEmpty() ? List.of() : List.of(stripped.split("[ \t\n\f\r\u000b]+"));
    }
}
