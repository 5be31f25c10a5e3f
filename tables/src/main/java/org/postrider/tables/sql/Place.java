package org.postrider.tables.sql;

/** A server's name and port, as hosts has them: {@code inet:host:port}, {@code host:port}, {@code [address]:port}. */
record Place(String host, int port) {
    private static final String INET = "inet:";

    static String withoutPrefix(String word) {
        return word.startsWith(INET) ? word.substring(INET.length()) : word;
    }

    static Place parse(String word, int standardPort) {
        String bare = withoutPrefix(word);
        int close = bare.startsWith("[") ? bare.indexOf(']') : -1;
        if (close > 0) {
            return new Place(bare.substring(1, close), port(bare.substring(close + 1), standardPort));
        }
        int colon = bare.indexOf(':');
        if (colon < 0 || colon != bare.lastIndexOf(':')) {
            return new Place(bare, standardPort);
        }
        return new Place(bare.substring(0, colon), port(bare.substring(colon), standardPort));
    }

    /** What follows the host: nothing or {@code :port}; a port that is no number is told by the attempt to connect to it. */
    private static int port(String text, int standardPort) {
        if (text.isEmpty()) {
            return standardPort;
        }
        try {
            return Integer.parseInt(text.substring(1));
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
