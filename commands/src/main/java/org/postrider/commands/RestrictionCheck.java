package org.postrider.commands;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.WordList;

/** smtpd's lists of restrictions: what is never reached, and whether a stranger may relay. */
final class RestrictionCheck {
    private static final List<String> LISTS = List.of("client", "helo", "sender", "relay", "recipient", "data",
            "end_of_data", "etrn");
    private static final Set<String> ALWAYS = Set.of("permit", "reject", "defer");
    private static final Set<String> AGAINST_STRANGERS = Set.of("reject", "defer", "reject_unauth_destination",
            "defer_unauth_destination", "check_relay_domains");

    private final CheckedFiles files;

    RestrictionCheck(CheckedFiles files) {
        this.files = files;
    }

    void run() {
        Parameters parameters = files.parameters();
        checkLists(parameters, files.values(), files.mainFile(), 0);
        boolean served = files.services().stream().anyMatch(service -> service.row().program().equals("smtpd"));
        if (!served) {
            checkRelay(parameters, files.mainFile(), files.line("smtpd_relay_restrictions"));
        }
        for (CheckedFiles.ServiceAt service : files.services()) {
            if (service.row().program().equals("smtpd")) {
                Map<String, String> overrides = service.row().overrides();
                Parameters own = parameters.with(overrides);
                checkLists(own, overrides, files.masterFile(), service.line());
                boolean changed = overrides.containsKey("smtpd_relay_restrictions")
                        || overrides.containsKey("smtpd_recipient_restrictions") || overrides.containsKey("mynetworks");
                checkRelay(own, changed ? files.masterFile() : files.mainFile(),
                        changed ? service.line() : files.line("smtpd_relay_restrictions"));
            }
        }
    }

    /** @param line 0 for the line of each list in main.cf */
    private void checkLists(Parameters parameters, Map<String, String> set, String file, int line) {
        for (String stage : LISTS) {
            String name = "smtpd_" + stage + "_restrictions";
            if (set.containsKey(name)) {
                checkReach(name, words(parameters, name), file, line == 0 ? files.line(name) : line);
            }
        }
    }

    private void checkReach(String name, List<String> words, String file, int line) {
        for (int at = 0; at + 1 < words.size(); at++) {
            boolean only = at > 0 && words.get(at - 1).equalsIgnoreCase("warn_if_reject");
            if (ALWAYS.contains(words.get(at)) && !only) {
                files.add(Finding.Kind.UNREACHABLE_RESTRICTION, file, line,
                        words.get(at + 1) + " in " + name + " stands after " + words.get(at) + " and is never reached",
                        "put " + words.get(at) + " at the end");
                return;
            }
        }
    }

    private void checkRelay(Parameters parameters, String file, int line) {
        if (!stopsStrangers(words(parameters, "smtpd_relay_restrictions"))
                && !stopsStrangers(words(parameters, "smtpd_recipient_restrictions"))) {
            once(file, line, "anybody may relay: neither smtpd_relay_restrictions nor smtpd_recipient_restrictions has"
                    + " reject_unauth_destination or defer_unauth_destination before it permits",
                    "smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination");
        }
        for (String network : words(parameters, "mynetworks")) {
            if (network.endsWith("/0") && !network.startsWith("!")) {
                once(files.mainFile(), files.line("mynetworks"), "anybody may relay: mynetworks has " + network,
                        "name the networks that are yours");
            }
        }
    }

    private void once(String file, int line, String reason, String advice) {
        Finding finding = new Finding(Finding.Kind.OPEN_RELAY, file, line, reason, advice);
        if (!files.findings().contains(finding)) {
            files.findings().add(finding);
        }
    }

    private static boolean stopsStrangers(List<String> words) {
        boolean warnOnly = false;
        for (String word : words) {
            if (word.equals("permit")) {
                return false;
            }
            if (AGAINST_STRANGERS.contains(word) && !warnOnly) {
                return true;
            }
            warnOnly = word.equals("warn_if_reject");
        }
        return false;
    }

    private static List<String> words(Parameters parameters, String name) {
        try {
            return WordList.split(parameters.expand(parameters.raw(name)));
        } catch (ConfigurationException _) {
            return List.of();
        }
    }
}
