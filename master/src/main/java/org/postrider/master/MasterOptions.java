package org.postrider.master;

import java.nio.file.Path;
import java.util.Map;
import org.postrider.common.config.ConfigurationException;

/**
 * The command line of master(8).
 *
 * @param directory -c, MAIL_CONFIG, or the default place
 * @param test -t: only tell by the exit status whether a master runs
 * @param background -w: wait until the real master, in the background, is ready
 * @param debug -d: keep all standard streams and the terminal
 * @param keepStandardOutput -s
 * @param init -i: process 1 of a container
 * @param exitSeconds -e: stop after so long; 0 for never
 * @param verbose -v
 */
record MasterOptions(Path directory, boolean test, boolean background, boolean debug, boolean keepStandardOutput,
        boolean init, int exitSeconds, boolean verbose) {
    private static final String USAGE = "usage: master [-c config_dir] [-e exit_time] [-D (debug)] [-d (don't detach "
            + "from terminal)] [-i] [-s] [-t (test)] [-v] [-w (wait for initialization)]";

    static MasterOptions parse(String[] arguments, Map<String, String> environment, Path defaultDirectory) {
        Path directory = Path.of(environment.getOrDefault("MAIL_CONFIG", defaultDirectory.toString()));
        boolean test = false;
        boolean background = false;
        boolean debug = false;
        boolean output = false;
        boolean init = false;
        boolean verbose = environment.containsKey("MAIL_VERBOSE");
        int exit = 0;
        for (int i = 0; i < arguments.length; i++) {
            String word = arguments[i];
            if (!word.startsWith("-") || word.length() < 2) {
                throw new ConfigurationException(USAGE);
            }
            for (int at = 1; at < word.length(); at++) {
                char letter = word.charAt(at);
                if (letter == 'c' || letter == 'e') {
                    String value = at + 1 < word.length() ? word.substring(at + 1) : next(arguments, ++i);
                    at = word.length();
                    if (letter == 'c') {
                        directory = Path.of(value);
                    } else {
                        exit = seconds(value);
                    }
                    continue;
                }
                switch (letter) {
                    case 't' -> test = true;
                    case 'w' -> background = true;
                    case 'd' -> debug = true;
                    case 's' -> output = true;
                    case 'i' -> init = true;
                    case 'v' -> verbose = true;
                    case 'D' -> {
                    }
                    default -> throw new ConfigurationException(USAGE);
                }
            }
        }
        return new MasterOptions(directory.toAbsolutePath().normalize(), test, background, debug, output, init, exit,
                verbose);
    }

    private static String next(String[] arguments, int index) {
        if (index >= arguments.length) {
            throw new ConfigurationException(USAGE);
        }
        return arguments[index];
    }

    private static int seconds(String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new ConfigurationException("bad exit_time value: " + value, e);
        }
    }
}
