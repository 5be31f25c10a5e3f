package org.postrider.common.notice;

/** What a letter tells. The names are those of the templates in bounce(5). */
public enum NoticeKind {
    /** Mail could not be delivered. */
    FAILURE("failure_template", "non-delivery"),
    /** Mail is late and will be tried on. */
    DELAY("delay_template", "delay"),
    /** Mail was delivered, and the sender wanted to know. */
    SUCCESS("success_template", "delivery status"),
    /** What delivery did or would do, for sendmail -v and -bv. */
    VERIFY("verify_template", "delivery status");

    private final String templateName;
    private final String logWord;

    NoticeKind(String templateName, String logWord) {
        this.templateName = templateName;
        this.logWord = logWord;
    }

    /** As in {@code failure_template}. */
    public String templateName() {
        return templateName;
    }

    /** As in {@code sender non-delivery notification}. */
    public String logWord() {
        return logWord;
    }

    /** True where mail did not get where it should. */
    public boolean isTrouble() {
        return this == FAILURE || this == DELAY;
    }
}
