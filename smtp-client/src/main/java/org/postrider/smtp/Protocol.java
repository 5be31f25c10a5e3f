package org.postrider.smtp;

/** Which language is spoken, and with it the prefix of the parameters that apply. */
enum Protocol {
    SMTP("smtp_", "EHLO"), LMTP("lmtp_", "LHLO");

    private final String prefix;
    private final String hello;

    Protocol(String prefix, String hello) {
        this.prefix = prefix;
        this.hello = hello;
    }

    /** The full name of a parameter of this protocol. */
    String parameter(String rest) {
        return prefix + rest;
    }

    /** The command that asks for the server's extensions. */
    String hello() {
        return hello;
    }
}
