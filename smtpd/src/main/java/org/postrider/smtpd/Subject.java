package org.postrider.smtpd;

/** What a rejection is about, in the words of the reply. */
enum Subject {
    // @formatter:off
    CLIENT("Client host"),
    REVERSE_CLIENT("Unverified Client host"),
    CERTIFICATE("Client certificate"),
    LOGIN("SASL login name"),
    HELO("Helo command"),
    SENDER("Sender address"),
    RECIPIENT("Recipient address"),
    DATA("Data command"),
    END_OF_DATA("End-of-data"),
    ETRN("Etrn command");
    // @formatter:on

    private final String words;

    Subject(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /**
     * An enhanced status code that fits this subject: a code about the recipient makes no sense for a sender, one about an
     * address none for a client.
     */
    String fit(String status) {
        if (status.length() < 5 || !status.startsWith(".1.", 1)) {
            return status;
        }
        char level = status.charAt(0);
        String detail = status.substring(4);
        return switch (this) {
            case SENDER -> switch (detail) {
                case "1", "3", "4", "6" -> level + ".1.7";
                case "2" -> level + ".1.8";
                case "7", "8" -> status;
                default -> level + ".1.0";
            };
            case RECIPIENT -> switch (detail) {
                case "7" -> level + ".1.3";
                case "8" -> level + ".1.2";
                case "1", "2", "3", "4", "5", "6" -> status;
                default -> level + ".1.0";
            };
            case CLIENT, REVERSE_CLIENT, CERTIFICATE, LOGIN, HELO, DATA, ETRN, END_OF_DATA -> level + ".0.0";
        };
    }
}
