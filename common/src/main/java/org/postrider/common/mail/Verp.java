package org.postrider.common.mail;

/** Variable envelope return path: the sender address that names the recipient (VERP_README). */
public final class Verp {
    private Verp() {}

    /**
     * {@code owner@dom} and {@code user@site} give {@code owner+user=site@dom} with the delimiters {@code +=}.
     *
     * @param sender the list's address, internal form; the null sender stays null
     * @param recipient the recipient, its original form where known, internal form
     * @param delimiters two characters
     */
    public static String sender(String sender, Recipient recipient, String delimiters) {
        Address owner = Address.of(sender);
        if (owner.isNull()) {
            return sender;
        }
        Address to = Address.of(recipient.original().isEmpty() ? recipient.address() : recipient.original());
        StringBuilder local = new StringBuilder(owner.local()).append(delimiters.charAt(0)).append(to.local());
        if (to.hasDomain()) {
            local.append(delimiters.charAt(1)).append(to.domain());
        }
        return owner.withLocal(local.toString()).internal();
    }

    /** Empty when the delimiters are usable, else what is wrong with them in Postfix's words. */
    public static String complaint(String delimiters, String allowed) {
        if (delimiters.length() != 2) {
            return "VERP delimiters must be two characters";
        }
        for (int i = 0; i < 2; i++) {
            if (allowed.indexOf(delimiters.charAt(i)) < 0) {
                return "bad VERP delimiter character";
            }
        }
        return "";
    }
}
