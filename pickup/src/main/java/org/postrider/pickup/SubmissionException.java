package org.postrider.pickup;

/** What was submitted is not a message that can be taken. The text says why, for the log and for the submitting command. */
class SubmissionException extends Exception {
    private static final long serialVersionUID = 1L;

    SubmissionException(String message) {
        super(message);
    }
}
