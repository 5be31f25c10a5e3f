package org.postrider.commands;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.postrider.common.config.Parameter;

/** Makes up a main.cf and a master.cf, the same ones for the same seed; some of what stands in them is wrong on purpose. */
final class SeededConfiguration {
    private static final List<String> DAEMONS = List.of(
            "smtpd", "smtp", "lmtp", "pipe", "local", "virtual", "error", "discard", "spawn", "cleanup", "qmgr",
            "postscreen", "trivial-rewrite", "bounce");
    private static final List<String> USER_NAMES = List.of(
            "my_networks", "site_name", "outbound_host", "greylist", "strict_senders", "mua_client_restrictions",
            "submission_overrides", "x-y", "a.b", "UPPER");
    private static final List<String> TABLES = List.of("ldap", "mysql", "pgsql", "sqlite", "memcache");
    private static final List<String> WORDS = List.of(
            "permit_mynetworks", "reject_unauth_destination", "hash:/etc/postfix/access", "example.com", "$mydomain",
            "proxy:mysql:/etc/postfix/mysql-users.cf", "[relay.example.net]:587", "check_policy_service",
            "inet:127.0.0.1:10023", "{ check_client_access   inline:{a=b, c = d} }", "127.0.0.0/8", "[::1]/128",
            "yes", "no", "10", "5m", "$myhostname", "$$x", "reject_rbl_client", "zen.example.org=127.0.0.[2..11]",
            "static:all", "regexp:{{/^x/ REJECT}}", "user@example.com", "/var/mail", "!TLSv1", ">=TLSv1.2",
            "\"quoted\"",
            "a\u00e9b");

    private final Random random;
    private final List<String> builtin;
    private final Function<String, Parameter> catalogue;
    private final Set<String> identities = new HashSet<>();
    private final List<String> services = new ArrayList<>(List.of("smtp", "relay"));

    SeededConfiguration(long seed, List<String> builtin, Function<String, Parameter> catalogue) {
        this.random = new Random(seed);
        this.builtin = builtin;
        this.catalogue = catalogue;
    }

    String masterCf() {
        StringBuilder text = new StringBuilder();
        int count = random.nextInt(12);
        for (int service = 0; service < count; service++) {
            comment(text);
            service(text);
        }
        return text.toString();
    }

    String mainCf() {
        StringBuilder text = new StringBuilder();
        int count = 3 + random.nextInt(25);
        if (chance(80)) {
            text.append("compatibility_level = ").append(one("2", "3.6", "0", "1", "3.10", "3.6.1")).append('\n');
        }
        for (int entry = 0; entry < count; entry++) {
            comment(text);
            entry(text);
        }
        return text.toString();
    }

    /** A request for one parameter, by a name that may or may not be set. */
    String name() {
        return switch (random.nextInt(6)) {
            case 0 -> one(USER_NAMES.toArray(String[]::new));
            case 1 -> serviceName();
            case 2 -> "no_such_" + random.nextInt(3);
            default -> builtinName();
        };
    }

    /** A value as it may be given on a command line. */
    String value() {
        return words(" ", 4);
    }

    String serviceId() {
        return services.get(random.nextInt(services.size())) + "/" + one("inet", "unix", "unix", "pass");
    }

    /** Which services are asked for: one, some, or none. */
    String pattern() {
        return switch (random.nextInt(4)) {
            case 0 -> serviceId();
            case 1 -> services.get(random.nextInt(services.size()));
            case 2 -> services.get(random.nextInt(services.size())) + "/*";
            default -> one("*", "*/*", "*/inet", "*/unix", "nosuch", "nosuch/unix", "smtp/", "SMTP/inet");
        };
    }

    /** Which columns of services are asked for. */
    String fieldPattern() {
        return service(random.nextInt(2)) + "/"
                + one("*", "command", "chroot", "wakeup", "process_limit", "private", "unprivileged", "type",
                        "service");
    }

    /** Which parameters of services are asked for. */
    String parameterPattern() {
        return service(random.nextInt(2)) + "/" + (chance(30) ? "*" : name());
    }

    private String service(int which) {
        return which == 0 ? serviceId() : one("*/*", "*/inet", "*/unix", "smtp/*", "nosuch/unix");
    }

    String service() {
        StringBuilder text = new StringBuilder();
        identities.clear();
        service(text);
        return text.toString().strip().replace("\n", " ");
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    String one(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private void entry(StringBuilder text) {
        switch (random.nextInt(14)) {
            case 0 -> set(text, one(USER_NAMES.toArray(String[]::new)), words(" ", 3));
            case 1 -> set(text, serviceName(), one("5", "20s", "$default_destination_rate_delay", "100"));
            case 2 -> {
                String type = one(TABLES.toArray(String[]::new));
                String table = one("accounts", "aliases", "tab1");
                set(text, one("virtual_alias_maps", "alias_maps", "my_networks"),
                        one("", "proxy:", "hash:/x, ") + type + ":" + table);
                set(text, table + one("_hosts", "_query", "_server_host", "_search_base", "_dbname", "_nosuch"),
                        words(" ", 2));
            }
            case 3 -> {
                String restrictionClass = one("greylist", "strict_senders", "insiders_only");
                set(text, "smtpd_restriction_classes", one("", "permit ") + restrictionClass + one("", ", other"));
                set(text, restrictionClass, words(", ", 3));
            }
            case 4 -> set(text, builtinName(), expression(0));
            case 5 ->
                set(text, "smtpd_" + one("recipient", "relay", "client", "data") + "_restrictions", words(",\n\t", 6));
            case 6 -> set(text, "unused_" + random.nextInt(3), words(" ", 2));
            case 7 -> set(text, one("process_name", "service_name", "relayhost"), words(" ", 1));
            case 8 -> set(text, builtinName(), words(" ", 2) + one("", "  # trailing", " #x"));
            default -> {
                String name = builtinName();
                set(text, name, typed(name));
            }
        }
    }

    private void set(StringBuilder text, String name, String value) {
        text.append(name)
                .append(one(" = ", "=", "\t=  ", " ="))
                .append(value)
                .append(one("", "", " ", "\t "))
                .append('\n');
    }

    private String typed(String name) {
        return switch (catalogue.apply(name).type()) {
            case INT, LONG -> Integer.toString(random.nextInt(2000));
            case BOOL -> one("yes", "no", "Yes", "$my_networks");
            case TIME -> random.nextInt(500) + one("s", "m", "h", "d", "w", "");
            case RAW, STRING -> words(one(" ", ", ", "\n  ", "\n\t# inside\n    "), 7);
        };
    }

    private String expression(int depth) {
        if (depth > 2) {
            return words(" ", 1);
        }
        return switch (random.nextInt(9)) {
            case 0 -> "${stress?{" + expression(depth + 1) + "}:{" + expression(depth + 1) + "}}";
            case 1 ->
                "${" + one("site_name", "myhostname", "relayhost") + one("?", ":") + "x" + random.nextInt(9) + "}";
            case 2 -> "${{" + expression(depth + 1) + "} " + one("==", "!=", "<", ">=") + " {" + one("3", "10", "x")
                    + "} ? {" + expression(depth + 1) + "} : {no}}";
            case 3 -> "${{$compatibility_level} " + one("<level", ">=level", "==level") + " {" + one("2", "3.6", "3.10")
                    + "} ? {old} : {new}}";
            case 4 -> "$(" + one("mydomain", "site_name") + ")";
            case 5 -> "${" + builtinName() + "}";
            case 6 -> "a$$b";
            case 7 -> "$" + one("undefined_name", "my_networks", "mydomain") + "/x";
            default -> words(" ", 2);
        };
    }

    private void comment(StringBuilder text) {
        text.append(one("", "", "", "\n", "# a comment\n", "  # indented\n", "\t\n", "#\n"));
    }

    private void service(StringBuilder text) {
        String daemon = DAEMONS.get(random.nextInt(DAEMONS.size()));
        String name = one("smtp", "relay", "submission", "dovecot", "maildrop", "127.0.0.1:10025", "scan", "policy",
                "a-very-long-service-name", "x.y");
        String type = one("inet", "unix", "unix", "unix", "fifo", "pass", "unix-dgram");
        if (!identities.add(name + "/" + type)) {
            // -P shows services of one name as Postfix's hash table has them.
            return;
        }
        services.add(name);
        text.append(name).append(one(" ", "\t", "      ")).append(type).append(' ')
                .append(type.equals("inet") ? "n" : one("-", "y", "n"))
                .append(one(" ", "\t", "       ")).append(one("-", "n", "y"))
                .append(' ').append(one("-", "n", "y"))
                .append(' ').append(one("-", "60", "300?", "0"))
                .append(' ').append(one("-", "0", "1", "20"))
                .append(' ').append(daemon);
        int options = random.nextInt(5);
        for (int option = 0; option < options; option++) {
            text.append(one(" ", "\n  ", "\n\t")).append(option());
        }
        if (daemon.equals("pipe") || daemon.equals("spawn")) {
            text.append(one(" ", "\n  ")).append("flags=").append(one("DRhu", "R", "F"))
                    .append(" user=nobody argv=/bin/x ")
                    .append(one("${recipient}", "{a b}  c", "-o foo", "-f ${sender} -- ${user}", "{-o x=y}"));
        }
        text.append('\n');
    }

    private String option() {
        return switch (random.nextInt(6)) {
            case 0 -> "-v";
            case 1 -> "-o { " + builtinName() + " = " + words(" ", 3) + " }";
            case 2 -> "-o " + one(USER_NAMES.toArray(String[]::new)) + "=" + one("", "1", "$service_name", "$undef_x");
            case 3 -> "-o " + one("syslog_name=postfix/$service_name", "smtpd_tls_security_level=encrypt",
                    "smtpd_client_restrictions=$mua_client_restrictions", "content_filter=", "stress=yes");
            default -> "-o " + builtinName() + "=" + one("yes", "a,b", "$site_name", "${stress?1}${stress:10}");
        };
    }

    private String serviceName() {
        return services.get(random.nextInt(services.size()))
                + one("_destination_concurrency_limit", "_time_limit", "_transport_rate_delay",
                        "_destination_recipient_limit", "_initial_destination_concurrency", "_nosuch");
    }

    private String builtinName() {
        return builtin.get(random.nextInt(builtin.size()));
    }

    private String words(String separator, int most) {
        List<String> words = new ArrayList<>();
        int count = random.nextInt(most + 1);
        for (int word = 0; word < count; word++) {
            words.add(one(WORDS.toArray(String[]::new)));
        }
        return String.join(separator, words);
    }
}
