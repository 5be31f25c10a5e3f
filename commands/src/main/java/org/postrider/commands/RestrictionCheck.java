package org.postrider.commands;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.config.WordList;

/** smtpd's lists of restrictions: what is never reached, what is on its way out, and whether a stranger may relay. */
final class RestrictionCheck {
    private static final List<String> STAGES = List.of("client", "helo", "sender", "relay", "recipient", "data",
            "end_of_data", "etrn");
    private static final String CLASSES = "smtpd_restriction_classes";
    private static final Set<String> ALWAYS = Set.of("permit", "reject", "defer");
    private static final Set<String> AGAINST_STRANGERS = Set.of("reject", "defer", "defer_if_permit",
            "reject_unauth_destination", "defer_unauth_destination", "check_relay_domains");
    /** What to write in place of the names that Postfix will not know any more. */
    private static final Map<String, String> DEPRECATED = Map.of(
            "check_relay_domains", "reject_unauth_destination",
            "reject_maps_rbl", "reject_rbl_client with the name of a list",
            "permit_naked_ip_address", "permit_mynetworks or permit_sasl_authenticated");
    /** Networks with fewer bits than this belong to nobody alone. */
    private static final int LEAST_BITS = 8;

    private final CheckedFiles files;

    RestrictionCheck(CheckedFiles files) {
        this.files = files;
    }

    void run() {
        Parameters parameters = files.parameters();
        checkLists(parameters, files.values(), files.mainFile(), 0);
        boolean served = files.services().stream().anyMatch(service -> service.row().program().equals("smtpd"));
        if (!served) {
            checkRelay(parameters, files.mainFile(), files.line("smtpd_relay_restrictions"), false);
        }
        for (CheckedFiles.ServiceAt service : files.services()) {
            if (service.row().program().equals("smtpd")) {
                Map<String, String> overrides = service.row().overrides();
                Parameters own = parameters.with(overrides);
                checkLists(own, overrides, files.masterFile(), service.line());
                boolean changed = overrides.containsKey("smtpd_relay_restrictions")
                        || overrides.containsKey("smtpd_recipient_restrictions") || overrides.containsKey("mynetworks");
                checkRelay(own, changed ? files.masterFile() : files.mainFile(),
                        changed ? service.line() : files.line("smtpd_relay_restrictions"),
                        overrides.containsKey("mynetworks"));
            }
        }
    }

    /** @param line 0 for the line of each list in main.cf */
    private void checkLists(Parameters parameters, Map<String, String> set, String file, int line) {
        for (String stage : STAGES) {
            checkList(parameters, set, "smtpd_" + stage + "_restrictions", file, line);
        }
        for (String name : words(parameters, CLASSES)) {
            checkList(parameters, set, name, file, line);
        }
    }

    private void checkList(Parameters parameters, Map<String, String> set, String name, String file, int line) {
        if (set.containsKey(name)) {
            List<String> words = words(parameters, name);
            int place = line == 0 ? files.line(name) : line;
            checkNames(name, words, parameters, file, place);
            checkReach(name, words, file, place);
            checkDeprecated(name, words, file, place);
        }
    }

    private void checkNames(String list, List<String> words, Parameters parameters, String file, int line) {
        List<String> classes = words(parameters, CLASSES);
        boolean argument = false;
        for (String word : words) {
            if (!argument && !classes.contains(word) && !word.startsWith("{") && word.indexOf(':') <= 0
                    && !RestrictionNames.isKnown(word)) {
                files.add(Finding.Kind.UNKNOWN_RESTRICTION, file, line, word + " in " + list + " is no restriction",
                        RestrictionNames.near(word).map(near -> "did you mean " + near + "?").orElse(""));
            }
            argument = !argument && RestrictionNames.takesArgument(word);
        }
    }

    private void checkReach(String name, List<String> words, String file, int line) {
        for (int at = 0; at + 1 < words.size(); at++) {
            boolean only = at > 0 && isWarnOnly(words.get(at - 1));
            if (ALWAYS.contains(plain(words.get(at))) && !only) {
                files.add(Finding.Kind.UNREACHABLE_RESTRICTION, file, line,
                        words.get(at + 1) + " in " + name + " stands after " + words.get(at) + " and is never reached",
                        "put " + words.get(at) + " at the end");
                return;
            }
        }
    }

    private void checkDeprecated(String name, List<String> words, String file, int line) {
        for (String word : words) {
            String instead = DEPRECATED.get(plain(word));
            if (instead != null) {
                files.add(Finding.Kind.DEPRECATED_RESTRICTION, file, line,
                        "support for " + word + " in " + name + " will be removed", "use " + instead);
            }
        }
    }

    /** @param networksAreOwn mynetworks is set in that place, too */
    private void checkRelay(Parameters parameters, String file, int line, boolean networksAreOwn) {
        if (!stopsStrangers(parameters, "smtpd_relay_restrictions")
                && !stopsStrangers(parameters, "smtpd_recipient_restrictions")) {
            once(file, line, "anybody may relay: neither smtpd_relay_restrictions nor smtpd_recipient_restrictions has"
                    + " reject_unauth_destination or defer_unauth_destination before it permits",
                    "smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination");
        }
        for (String network : words(parameters, "mynetworks")) {
            if (network.startsWith("!")) {
                return;
            }
            if (network.startsWith("static:") || bits(network) < LEAST_BITS) {
                once(networksAreOwn ? file : files.mainFile(), networksAreOwn ? line : files.line("mynetworks"),
                        "anybody may relay: mynetworks has " + network, "name the networks that are yours");
            }
        }
    }

    /** The length of a network's prefix; many for what is no network. */
    private static int bits(String network) {
        return network.matches("(?:[0-9.]+|\\[[0-9a-fA-F:.]+])/[0-9]{1,3}")
                ? Integer.parseInt(network.substring(network.indexOf('/') + 1))
                : Integer.MAX_VALUE;
    }

    private void once(String file, int line, String reason, String advice) {
        Finding finding = new Finding(Finding.Kind.OPEN_RELAY, file, line, reason, advice);
        if (!files.findings().contains(finding)) {
            files.findings().add(finding);
        }
    }

    private static boolean stopsStrangers(Parameters parameters, String list) {
        Set<String> classes = Set.copyOf(words(parameters, CLASSES));
        return end(parameters, words(parameters, list), classes, new HashSet<>()) == End.STOPPED;
    }

    /** Where a stranger's request to relay gets in a list. */
    private enum End {
        STOPPED, PERMITTED, OPEN
    }

    private static End end(Parameters parameters, List<String> words, Set<String> classes, Set<String> entered) {
        boolean warnOnly = false;
        for (String word : words) {
            End end = word.equalsIgnoreCase("permit")
                    ? End.PERMITTED
                    : AGAINST_STRANGERS.contains(plain(word))
                            ? End.STOPPED
                            : classes.contains(word) && entered.add(word)
                                    ? end(parameters, words(parameters, word), classes, entered)
                                    : End.OPEN;
            if (end == End.PERMITTED || (end == End.STOPPED && !warnOnly)) {
                return end;
            }
            warnOnly = isWarnOnly(word);
        }
        return End.OPEN;
    }

    private static boolean isWarnOnly(String word) {
        return word.equalsIgnoreCase("warn_if_reject");
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT);
    }

    private static List<String> words(Parameters parameters, String name) {
        try {
            return WordList.split(parameters.expand(parameters.raw(name)));
        } catch (ConfigurationException _) {
            return List.of();
        }
    }
}
