package org.postrider.smtp;

/** Who we are for a server (smtp_sasl_password_maps). The password is never shown. */
record SaslLogin(String user, String password) {
    @Override
    public String toString() {
        return "SaslLogin[" + user + "]";
    }
}
