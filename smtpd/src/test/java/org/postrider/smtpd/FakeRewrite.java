package org.postrider.smtpd;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.postrider.common.dns.DomainName;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.mail.Address;

/**
 * Says what trivial-rewrite would say: {@code example.com} and addresses of this host are local, {@code alias.example}, {@code
 * virt.example} and {@code relay.example} with all below it are of their class, {@code broken.example} and {@code fail.example}
 * can't be resolved.
 */
final class FakeRewrite {
    private static final int MOST_TURNS = 100;

    private final Map<String, String> settings;

    /** @param settings main.cf, which may change */
    FakeRewrite(Map<String, String> settings) {
        this.settings = settings;
    }

    ResolveAnswer resolve(String address) throws IOException {
        if (address.startsWith("@[") && address.indexOf(':') > 0) {
            // Up to the colon it looks like a source route, and what remains like nothing.
            return answer("error", "5.1.3 bad address syntax", address,
                    ResolveAnswer.CLASS_DEFAULT | ResolveAnswer.ERROR);
        }
        String rest = completed(address);
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            int at = rest.lastIndexOf('@');
            String local = rest.substring(0, at);
            String domain = rest.substring(at + 1).replaceFirst("(?<=[^.])\\.$", "");
            if (domain.isEmpty() || domain.equals(".") || !isLocal(domain)) {
                return foreign(local, domain);
            }
            if (!hasOperator(local) || (isQuoted(local) && "no".equals(settings.get("resolve_dequoted_address")))) {
                String name = local.isEmpty() ? "MAILER-DAEMON" : local;
                return answer("local", "x", name + "@" + domain, ResolveAnswer.CLASS_LOCAL | flags(local));
            }
            rest = completed(local);
        }
        throw new IOException("a chain of local domains");
    }

    private static boolean isLocal(String domain) {
        return domain.equalsIgnoreCase("example.com") || domain.equals("[127.0.0.1]");
    }

    private static boolean hasOperator(String local) {
        return local.indexOf('@') >= 0 || local.indexOf('%') >= 0 || local.indexOf('!') >= 0;
    }

    private static boolean isQuoted(String local) {
        return !Address.quoteLocal(local).equals(local);
    }

    private static int flags(String local) {
        return (local.startsWith("-") ? ResolveAnswer.ERROR : 0) | (hasOperator(local) ? ResolveAnswer.ROUTED : 0);
    }

    /** With a domain: what stands after the last at sign, before the first bang, or after the last percent sign. */
    private static String completed(String address) {
        String text = address.startsWith("@") ? address.substring(address.indexOf(':') + 1) : address;
        while (text.endsWith("@") && text.indexOf('@') < text.length() - 1 && !text.endsWith("@@")) {
            text = text.substring(0, text.length() - 1);
        }
        if (text.indexOf('@') >= 0) {
            return text;
        }
        int bang = text.indexOf('!');
        if (bang >= 0) {
            return text.substring(bang + 1) + "@" + text.substring(0, bang);
        }
        int percent = text.lastIndexOf('%');
        return percent >= 0
                ? text.substring(0, percent) + "@" + text.substring(percent + 1)
                : text + "@example.com";
    }

    private ResolveAnswer foreign(String local, String domain) throws IOException {
        String full = local + "@" + domain;
        boolean utf8 = !"no".equals(settings.get("smtputf8_enable"));
        boolean untagged = domain.startsWith("[") && domain.indexOf("::") == 1;
        if (untagged || !DomainName.isSite(utf8 ? domain.replaceAll("[^\\x00-\\x7f]", "u") : domain)) {
            return answer("error", "5.1.3 bad address syntax", full, ResolveAnswer.CLASS_DEFAULT | ResolveAnswer.ERROR);
        }
        int flags = flags(local);
        String table = "no".equals(settings.get("show_user_unknown_table_name")) ? "" : " in virtual alias table";
        String name = domain.toLowerCase(Locale.ROOT);
        return switch (name.endsWith(".relay.example") ? "relay.example" : name) {
            case "alias.example" -> answer("error", "5.1.1 User unknown" + table, full,
                    ResolveAnswer.CLASS_ALIAS | flags);
            case "virt.example" -> answer("virtual", "x", full, ResolveAnswer.CLASS_VIRTUAL | flags);
            case "relay.example" -> answer("relay", "x", full, ResolveAnswer.CLASS_RELAY | flags);
            case "retry.example" -> answer("retry", "4.3.2 not now", full, ResolveAnswer.CLASS_RELAY);
            case "broken.example" -> throw new IOException("connect to private/rewrite: Connection refused");
            case "fail.example" -> answer("", "", full, ResolveAnswer.FAIL);
            default -> answer("smtp", name, full, ResolveAnswer.CLASS_DEFAULT | flags);
        };
    }

    private static ResolveAnswer answer(String transport, String nexthop, String recipient, int flags) {
        return new ResolveAnswer(transport, nexthop, recipient, flags);
    }
}
