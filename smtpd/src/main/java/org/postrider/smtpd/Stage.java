package org.postrider.smtpd;

/** The restriction lists, in the order in which a session comes to them. */
enum Stage {
    // @formatter:off
    CLIENT("smtpd_client_restrictions", "check_client_access", Subject.CLIENT),
    HELO("smtpd_helo_restrictions", "check_helo_access", Subject.HELO),
    SENDER("smtpd_sender_restrictions", "check_sender_access", Subject.SENDER),
    RELAY("smtpd_relay_restrictions", "check_recipient_access", Subject.RECIPIENT),
    RECIPIENT("smtpd_recipient_restrictions", "check_recipient_access", Subject.RECIPIENT),
    DATA("smtpd_data_restrictions", "", Subject.DATA),
    END_OF_DATA("smtpd_end_of_data_restrictions", "", Subject.END_OF_DATA),
    ETRN("smtpd_etrn_restrictions", "check_etrn_access", Subject.ETRN);
    // @formatter:on

    private final String parameter;
    private final String tableCheck;
    private final Subject subject;

    Stage(String parameter, String tableCheck, Subject subject) {
        this.parameter = parameter;
        this.tableCheck = tableCheck;
        this.subject = subject;
    }

    /** The parameter that holds the list. */
    String parameter() {
        return parameter;
    }

    /** What a bare {@code type:table} means in this list; empty for nothing. */
    String tableCheck() {
        return tableCheck;
    }

    /** What {@code reject} in this list is about. */
    Subject subject() {
        return subject;
    }
}
