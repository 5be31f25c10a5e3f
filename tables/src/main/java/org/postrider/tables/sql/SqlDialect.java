package org.postrider.tables.sql;

/** How the databases write strings, names and comments. */
enum SqlDialect {
    /** MariaDB and MySQL: "..." is a string, or a name in mode ANSI_QUOTES; `...` is a name. */
    MYSQL("`", "#"),
    /** PostgreSQL: "..." is a name; E'...' is a string with backslashes, $tag$...$tag$ one without any. */
    PGSQL("", ""),
    /** SQLite: "...", `...` and [...] are names; there are no backslashes. */
    SQLITE("`", "");

    private final String moreNameQuotes;
    private final String moreComments;

    SqlDialect(String moreNameQuotes, String moreComments) {
        this.moreNameQuotes = moreNameQuotes;
        this.moreComments = moreComments;
    }

    boolean isQuote(char c) {
        return c == '\'' || c == '"' || moreNameQuotes.indexOf(c) >= 0;
    }

    boolean isLineComment(String text) {
        boolean dashes = text.startsWith("--");
        if (dashes && this == MYSQL) {
            // Two dashes begin a comment only where white space follows.
            return text.length() > 2 && text.charAt(2) <= ' ';
        }
        return dashes || (!moreComments.isEmpty() && text.startsWith(moreComments));
    }

    /** True for the quotes in which a backslash stands for something else when the server takes it so. */
    boolean hasBackslashes(char quote) {
        return this == MYSQL ? quote == '\'' || quote == '"' : quote == '\'' && this == PGSQL;
    }
}
