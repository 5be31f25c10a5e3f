package org.postrider.commands;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.MainCf;
import org.postrider.common.config.WordList;

/**
 * The command line of postconf(1).
 *
 * @param flags the options without a value
 * @param directory of main.cf and master.cf
 * @param directoryGiven true when it is not the default one
 * @param overrides the {@code -o name=value} settings
 * @param classes the {@code -C} classes; all of them without the option
 * @param tlsMode what {@code -T} asks for
 * @param operands what follows the options
 */
record PostconfOptions(
        Set<Character> flags,
        Path directory,
        boolean directoryGiven,
        Map<String, String> overrides,
        Set<String> classes,
        String tlsMode,
        List<String> operands) {
    static final String USAGE = "usage: postconf [-a (server SASL types)] [-A (client SASL types)] [-b (bounce templates)] [-c config_dir] [-C param_class] [-d (parameter defaults)]"
            + " [-e (edit configuration)] [-f (fold lines)] [-F (master.cf fields)] [-h (no names)] [-H (no values)] [-j (JSON)]"
            + " [-l (lock types)] [-m (map types)] [-M (master.cf)] [-n (non-default parameters)]"
            + " [-o name=value (override parameter value)] [-p (main.cf, default)] [-P (master.cf parameters)]"
            + " [-q (no complaints about names)] [-t (bounce templates)]"
            + " [-T compile-version|run-version|public-key-algorithms] [-v (verbose)] [-x (expand parameter values)] [-X (exclude)] [-# (comment-out)] [name...]";
    private static final String LETTERS = "aAbc:C:defFhHjlmMno:pPqtT:vxX#";
    private static final String DEFAULT_DIRECTORY = "/etc/postfix";
    /** Of the letters of one word only one may be given; the words are looked at in this order. */
    private static final List<String> EXCLUSIVE_MODES = List.of("aAbFlmMpPtT", "denX#", "efX#", "exX#", "ehHX#",
            "deoX#");
    private static final String BARE = "defhHnoxX#";
    /** What has no meaning with a mode. */
    private static final Map<Character, String> MEANINGLESS = Map.of('a', BARE, 'A', BARE, 'b', BARE, 'l', BARE, 'm',
            BARE,
            't', BARE, 'T', BARE, 'M', "dhHn", 'F', "dnX#", 'P', "dn#");

    boolean has(char flag) {
        return flags.contains(flag);
    }

    boolean wants(String parameterClass) {
        return classes.contains("all") || classes.contains(parameterClass);
    }

    static PostconfOptions parse(List<String> arguments, Console console) {
        Set<Character> flags = new LinkedHashSet<>();
        Map<String, String> overrides = new LinkedHashMap<>();
        Set<String> classes = new LinkedHashSet<>();
        boolean classesGiven = false;
        String tlsMode = "";
        String directory = console.environment().get("MAIL_CONFIG");
        Getopt options = new Getopt(arguments, LETTERS);
        for (int option = options.next(); option >= 0; option = options.next()) {
            switch (option) {
                case 'c' -> directory = options.value();
                case 'T' -> {
                    flags.add('T');
                    tlsMode = options.value();
                }
                case 'C' -> {
                    classesGiven = true;
                    addClasses(options.value(), classes);
                }
                case 'o' -> {
                    flags.add('o');
                    addOverride(options.value(), overrides);
                }
                case Getopt.UNKNOWN, Getopt.MISSING_VALUE -> {
                    console.err().print(options.complaint(console.command(), option) + "\n");
                    throw new ConfigurationException(USAGE);
                }
                default -> flags.add((char) option);
            }
        }
        List<String> operands = options.operands();
        assumeEditing(flags, operands);
        checkModes(flags);
        return new PostconfOptions(
                flags,
                Path.of(directory == null ? DEFAULT_DIRECTORY : directory),
                directory != null,
                overrides,
                classesGiven ? classes : Set.of("all"),
                tlsMode,
                operands);
    }

    private static void addOverride(String text, Map<String, String> overrides) {
        try {
            Map.Entry<String, String> setting = MainCf.split(text);
            overrides.put(setting.getKey(), setting.getValue());
        } catch (ConfigurationException e) {
            String problem = e.getMessage().replaceFirst(": \".*", "");
            throw new ConfigurationException("invalid parameter override: " + text + ": " + problem, e);
        }
    }

    private static void addClasses(String value, Set<String> classes) {
        for (String each : WordList.split(value)) {
            if (!Set.of("builtin", "service", "user", "all").contains(each)) {
                throw new ConfigurationException("unknown -C option value \"" + each + "\" in \"" + value + "\"");
            }
            classes.add(each);
        }
    }

    /** A value on the command line means -e. */
    private static void assumeEditing(Set<Character> flags, List<String> operands) {
        if (!operands.isEmpty() && operands.getFirst().indexOf('=') >= 0) {
            flags.add('e');
        }
    }

    private static void checkModes(Set<Character> flags) {
        for (String mode : EXCLUSIVE_MODES) {
            List<String> chosen = chosen(mode, flags);
            if (chosen.size() > 1) {
                throw new ConfigurationException("specify one of "
                        + String.join(chosen.equals(List.of("-b", "-t")) ? " and " : " ", chosen));
            }
        }
        MEANINGLESS.forEach((mode, others) -> {
            List<String> chosen = chosen(others, flags);
            if (flags.contains(mode) && !chosen.isEmpty()) {
                throw new ConfigurationException(
                        "with option -" + mode + ", do not specify " + String.join(" ", chosen));
            }
        });
    }

    private static List<String> chosen(String letters, Set<Character> flags) {
        return letters.chars().filter(letter -> flags.contains((char) letter)).mapToObj(letter -> "-" + (char) letter)
                .toList();
    }
}
