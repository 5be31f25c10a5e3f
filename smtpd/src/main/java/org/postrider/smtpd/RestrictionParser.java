package org.postrider.smtpd;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.postrider.common.config.ConfigurationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the words of a restriction parameter, or of an access(5) result, into a {@link RestrictionList}. */
final class RestrictionParser {
    private static final Logger log = LoggerFactory.getLogger(RestrictionParser.class);

    private final RestrictionSettings settings;
    private final RestrictionParts parts;

    RestrictionParser(RestrictionParts parts) {
        this.settings = parts.settings();
        this.parts = parts;
    }

    /** The list that stands in the stage's parameter. */
    RestrictionList list(Stage stage) {
        return parse(stage.parameter(), settings.words(stage.parameter()), stage, 0);
    }

    /**
     * The list that these words make when they stand in a list of this stage.
     *
     * @param origin as of {@link RestrictionList}
     */
    RestrictionList parse(String origin, List<String> list, Stage stage, int depth) {
        List<RestrictionList.Item> items = new ArrayList<>();
        boolean warnOnly = false;
        for (int i = 0; i < list.size(); i++) {
            String word = list.get(i);
            if (word.equalsIgnoreCase("warn_if_reject")) {
                warnOnly = true;
                continue;
            }
            String argument = i + 1 < list.size() ? list.get(i + 1) : "";
            boolean takesArgument = RestrictionTable.takesArgument(word);
            items.add(new RestrictionList.Item(word, takesArgument ? argument : "",
                    restriction(word, argument, stage, depth), warnOnly));
            i += takesArgument ? 1 : 0;
            warnOnly = false;
        }
        return new RestrictionList(origin, items);
    }

    private Restriction restriction(String word, String argument, Stage stage, int depth) {
        String name = word.toLowerCase(Locale.ROOT);
        if (RestrictionTable.takesArgument(name)) {
            return argument.isEmpty() ? misused(withoutArgument(name)) : withArgument(name, argument);
        }
        Restriction plain = RestrictionTable.plain(name, parts);
        if (plain != null) {
            return plain;
        }
        if (settings.classes().contains(word) && depth < 100) {
            RestrictionList inner = parse(word, settings.words(word), stage, depth + 1);
            return inner::ask;
        }
        if (word.indexOf(':') > 0 && !stage.tableCheck().isEmpty()) {
            return withArgument(stage.tableCheck(), word);
        }
        return misused("unknown smtpd restriction: \"" + word + '"');
    }

    private static String withoutArgument(String name) {
        return name.endsWith("_access")
                ? "restriction " + name + ": bad argument \"" + name + "\": need maptype:mapname"
                : name + " requires an argument";
    }

    private Restriction withArgument(String name, String argument) {
        try {
            return RestrictionTable.withArgument(name, argument, parts, this);
        } catch (ConfigurationException e) {
            return misused(String.valueOf(e.getMessage()));
        }
    }

    /** A mistake in main.cf or in a table is told every time it matters, and no mail gets past it. */
    private static Restriction misused(String complaint) {
        return _ -> {
            log.warn("{}", complaint);
            return Verdict.badConfiguration();
        };
    }
}
