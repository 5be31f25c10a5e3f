package org.postrider.smtpd;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.ConfigurationLines;
import org.postrider.common.config.References;

/** Where the words of restriction lists are written: in main.cf, or in the {@code -o} settings of a service in master.cf. */
final class RestrictionPlaces {
    /** A file and a line in it, from 1. */
    record Place(String file, int line) {
        /** For people. */
        String text() {
            return file + ", line " + line;
        }
    }

    /** A piece of a setting between blanks and commas, and its line. */
    private record Word(String text, int line) {}

    /** One setting: where it begins, and the pieces of its value. */
    private record Setting(Place place, List<Word> words, String value) {}

    private final Map<String, Setting> settings = new HashMap<>();

    private RestrictionPlaces() {}

    /**
     * Reads both files.
     *
     * @param service {@code name/type}
     */
    static RestrictionPlaces read(Path directory, String service) {
        RestrictionPlaces places = new RestrictionPlaces();
        Path main = directory.resolve("main.cf");
        ConfigurationLines.settings(main).forEach(each -> places.add(main, each));
        Path master = directory.resolve("master.cf");
        ConfigurationLines.overrides(master, service).forEach(each -> places.add(master, each));
        return places;
    }

    private void add(Path file, ConfigurationLines.Setting setting) {
        List<Word> words = new ArrayList<>();
        setting.parts().forEach(part -> {
            for (String text : part.text().split("[,\\s]+", -1)) {
                if (!text.isEmpty()) {
                    words.add(new Word(text, part.line()));
                }
            }
        });
        settings.put(setting.name(), new Setting(new Place(file.toString(), setting.line()), words, setting.value()));
    }

    /**
     * Where a restriction of this parameter's list stands, be it by way of {@code $name}; the place of the setting when the words
     * themselves are nowhere; empty for a default.
     */
    Optional<Place> find(String parameter, String word, String argument) {
        Optional<Place> both = search(parameter, word, argument, new HashSet<>());
        Optional<Place> one = both.isPresent() ? both : search(parameter, word, "", new HashSet<>());
        return one.or(() -> Optional.ofNullable(settings.get(parameter)).map(Setting::place));
    }

    private Optional<Place> search(String parameter, String word, String argument, Set<String> seen) {
        Setting setting = settings.get(parameter);
        if (setting == null || !seen.add(parameter)) {
            return Optional.empty();
        }
        List<Word> words = setting.words;
        for (int at = 0; at < words.size(); at++) {
            boolean follows = argument.isEmpty()
                    || (at + 1 < words.size() && argument.startsWith(words.get(at + 1).text));
            if (words.get(at).text.equals(word) && follows) {
                return Optional.of(new Place(setting.place.file, words.get(at).line));
            }
        }
        return References.in(setting.value).stream().map(name -> search(name, word, argument, seen))
                .flatMap(Optional::stream).findFirst();
    }
}
