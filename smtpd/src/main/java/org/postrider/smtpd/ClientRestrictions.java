package org.postrider.smtpd;

import org.postrider.common.dns.ClientName;

/** Restrictions about the client's address and name. */
final class ClientRestrictions {
    private ClientRestrictions() {}

    static Verdict permitMyNetworks(Inquiry inquiry) {
        Client client = inquiry.client();
        return switch (inquiry.site().myNetworks().match(client.name().name(), client.addressText())) {
            case MATCH -> {
                inquiry.site().legacy().permitted(client);
                yield Verdict.PERMIT;
            }
            case NO_MATCH -> Verdict.DUNNO;
            case UNAVAILABLE -> inquiry.lookupFailure(inquiry.stage().subject());
        };
    }

    static Verdict permitInetInterfaces(Inquiry inquiry) {
        Client client = inquiry.client();
        boolean own = client.address().isEmpty() || client.address().filter(inquiry.site().ownAddresses()).isPresent();
        return own ? Verdict.PERMIT : Verdict.DUNNO;
    }

    static Verdict rejectUnknownHostname(Inquiry inquiry) {
        ClientName name = inquiry.client().name();
        return unless(inquiry, name.nameStatus(), inquiry.codes().unknownClient(), "4.7.25",
                "cannot find your hostname");
    }

    static Verdict rejectUnknownReverseHostname(Inquiry inquiry) {
        ClientName name = inquiry.client().name();
        return unless(inquiry, name.reverseStatus(), inquiry.codes().unknownClient(), "4.7.1",
                "cannot find your reverse hostname");
    }

    private static Verdict unless(Inquiry inquiry, ClientName.Status found, int code, String status, String text) {
        return switch (found) {
            case OK -> Verdict.DUNNO;
            case TEMPORARY -> refusal(inquiry, 450, status, text);
            case PERMANENT -> refusal(inquiry, code, status, text);
        };
    }

    private static Verdict refusal(Inquiry inquiry, int code, String status, String text) {
        return new Verdict.Refuse(Inquiry.reply(code, status,
                "Client host rejected: " + text + ", [" + inquiry.client().addressText() + "]"), Verdict.Cause.RULE);
    }
}
