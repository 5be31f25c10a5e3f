package org.postrider.pickup;

/** The user may not give this envelope sender. The text is for the user and for the log. */
final class SenderRefusedException extends SubmissionException {
    private static final long serialVersionUID = 1L;

    SenderRefusedException(String message) {
        super(message);
    }
}
