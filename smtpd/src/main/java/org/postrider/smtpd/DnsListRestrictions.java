package org.postrider.smtpd;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.TableList;
import org.postrider.common.smtp.EnhancedStatus;
import org.postrider.common.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** reject_rbl_client, the reject_rhsbl_* and permit_dnswl_client, permit_rhswl_client. Safe for many threads. */
final class DnsListRestrictions {
    private static final Logger log = LoggerFactory.getLogger(DnsListRestrictions.class);

    private final DnsLists lists;
    private final TableList replies;
    private final Settings settings;

    /**
     * What main.cf says.
     *
     * @param defaultReply default_rbl_reply
     * @param code maps_rbl_reject_code
     * @param filter of what stands in a reply
     * @param oldLists maps_rbl_domains
     */
    record Settings(String defaultReply, int code, ExpansionFilter filter, List<DnsLists.DnsList> oldLists) {
        static Settings of(Parameters parameters) {
            return new Settings(parameters.raw("default_rbl_reply"), parameters.number("maps_rbl_reject_code"),
                    ExpansionFilter.of(parameters),
                    parameters.list("maps_rbl_domains").stream().map(DnsLists.DnsList::parse).toList());
        }
    }

    /** @param replies rbl_reply_maps */
    DnsListRestrictions(DnsLists lists, TableList replies, Settings settings) {
        this.lists = lists;
        this.replies = replies;
        this.settings = settings;
    }

    /** reject_maps_rbl, on its way out: the client's address is in one of maps_rbl_domains. */
    Verdict rejectListed(Inquiry inquiry) {
        log.warn("support for restriction \"reject_maps_rbl\" will be removed from {}; use \"reject_rbl_client"
                + " domain-name\" instead", inquiry.session().settings().names().mailName());
        for (DnsLists.DnsList list : settings.oldLists) {
            Verdict verdict = rejectAddress(inquiry, list);
            if (!(verdict instanceof Verdict.Dunno)) {
                return verdict;
            }
        }
        return Verdict.DUNNO;
    }

    /** The restriction of this name, with its argument. */
    Restriction of(String name, String argument) {
        DnsLists.DnsList list = DnsLists.DnsList.parse(argument);
        return switch (name) {
            case "reject_rbl_client" -> inquiry -> rejectAddress(inquiry, list);
            case "permit_dnswl_client" -> inquiry -> permit(inquiry, inquiry.client().addressText(),
                    inquiry.client().address().map(address -> lists.address(list, address)));
            case "permit_rhswl_client" -> inquiry -> permit(inquiry, inquiry.client().name().name(),
                    name(inquiry.client().name().name()).map(domain -> lists.domain(list, domain)));
            case "reject_rhsbl_client" -> inquiry -> rejectDomain(inquiry, list, Subject.CLIENT.words(),
                    inquiry.client().name().name());
            case "reject_rhsbl_reverse_client" -> inquiry -> rejectDomain(inquiry, list,
                    "Unverified " + Subject.CLIENT.words(), inquiry.client().name().reverseName());
            case "reject_rhsbl_helo" -> inquiry -> rejectDomain(inquiry, list, Subject.HELO.words(), inquiry.helo());
            case "reject_rhsbl_sender" -> inquiry -> rejectAddress(inquiry, list, Subject.SENDER);
            default -> inquiry -> rejectAddress(inquiry, list, Subject.RECIPIENT);
        };
    }

    /** Empty for what can't be in a list of domains. */
    private static Optional<String> name(String domain) {
        boolean none = domain.isEmpty() || domain.equals("unknown") || domain.startsWith("[")
                || HeloRestrictions.validAddress(domain);
        return none ? Optional.empty() : Optional.of(domain);
    }

    /** In a list that decides who may relay, nobody is let in to where reject_unauth_destination would not. */
    private static Verdict permit(Inquiry inquiry, String name, Optional<DnsLists.Listing> listing) {
        if (listing.isEmpty()) {
            return Verdict.DUNNO;
        }
        return switch (listing.get()) {
            case DnsLists.Listing.Listed _ ->
                inquiry.recipient().isEmpty() || inquiry.stage().subject() != Subject.RECIPIENT
                        ? Verdict.PERMIT
                        : RelayRestrictions.permitAuthDestination(inquiry);
            case DnsLists.Listing.NotListed() -> Verdict.DUNNO;
            case DnsLists.Listing.Unknown() -> inquiry.deferIfReject(
                    Inquiry.reply(450, "4.7.1", "<" + name + ">: Client host rejected: Service unavailable"));
        };
    }

    private Verdict rejectAddress(Inquiry inquiry, DnsLists.DnsList list) {
        Optional<InetAddress> address = inquiry.client().address();
        return address.isPresent() && lists.address(list, address.get()) instanceof DnsLists.Listing.Listed(String why)
                ? refuse(inquiry, list, new What(Subject.CLIENT.words(), inquiry.client().addressText(), why))
                : Verdict.DUNNO;
    }

    private Verdict rejectDomain(Inquiry inquiry, DnsLists.DnsList list, String kind, String domain) {
        Optional<String> name = name(domain);
        return name.isPresent() && lists.domain(list, name.get()) instanceof DnsLists.Listing.Listed(String why)
                ? refuse(inquiry, list, new What(kind, name.get(), why))
                : Verdict.DUNNO;
    }

    private Verdict rejectAddress(Inquiry inquiry, DnsLists.DnsList list, Subject subject) {
        Optional<String> name = name(AddressText.domain(inquiry.name(subject)));
        return name.isPresent() && lists.domain(list, name.get()) instanceof DnsLists.Listing.Listed(String why)
                ? refuse(inquiry, list, new What(subject.words(), inquiry.name(subject), why))
                : Verdict.DUNNO;
    }

    /** What was found, and why it is listed. */
    private record What(String kind, String what, String reason) {}

    private Verdict refuse(Inquiry inquiry, DnsLists.DnsList list, What what) {
        String template = settings.defaultReply;
        if (!replies.isEmpty()) {
            switch (replies.find(list.text())) {
                case LookupResult.Found(String own) -> template = own;
                case LookupResult.NotFound() -> {
                }
                case LookupResult.Unavailable _ -> {
                    return Verdict.badConfiguration();
                }
            }
        }
        return new Verdict.Refuse(reply(ReplyTemplate.expand(template, values(inquiry, list, what))),
                Verdict.Cause.RULE);
    }

    private Reply reply(String text) {
        int actual = settings.code;
        String rest = text;
        if (text.matches("[45]\\d\\d .*")) {
            actual = Integer.parseInt(text, 0, 3, 10);
            rest = text.substring(4);
        }
        String status = EnhancedStatus.atStart(rest);
        return Inquiry.reply(actual, status.isEmpty() ? "5.7.1" : status, EnhancedStatus.rest(rest));
    }

    private Map<String, String> values(Inquiry inquiry, DnsLists.DnsList list, What what) {
        Map<String, String> values = ReplyWords.of(inquiry.session(), inquiry.sender(), inquiry.recipient());
        values.put("rbl_code", Integer.toString(settings.code));
        values.put("rbl_domain", list.domain());
        values.put("rbl_class", what.kind());
        values.put("rbl_what", what.what());
        values.put("rbl_reason", what.reason());
        values.put("rbl_txt", what.reason());
        values.replaceAll((_, value) -> settings.filter.apply(value));
        return values;
    }
}
