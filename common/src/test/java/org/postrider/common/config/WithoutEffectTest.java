package org.postrider.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every parameter of the catalogue is used by some program, or stands among those that have no effect. */
class WithoutEffectTest {
    private static final Path REPOSITORY = Path.of("..");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)*)\"");
    /** What stands before the name of a parameter that every delivery agent has for itself. */
    private static final Set<String> AGENTS = Set.of("smtp", "lmtp", "local", "virtual", "pipe", "error", "discard");

    private static Map<String, Set<String>> literals() throws IOException {
        Map<String, Set<String>> modules = new HashMap<>();
        List<Path> sources;
        try (Stream<Path> files = Files.walk(REPOSITORY)) {
            sources = files.filter(file -> file.toString().endsWith(".java") && file.toString().contains("src/main/"))
                    .toList();
        }
        for (Path source : sources) {
            Set<String> module = modules.computeIfAbsent(REPOSITORY.relativize(source).getName(0).toString(),
                    _ -> new HashSet<>());
            Matcher matcher = LITERAL.matcher(Files.readString(source));
            while (matcher.find()) {
                module.add(matcher.group(1));
            }
        }
        return modules;
    }

    /** As it stands, or put together of two texts that meet at an underscore. */
    private static boolean isNamed(String name, Set<String> literals) {
        if (literals.contains(name)) {
            return true;
        }
        for (int at = 3; at < name.length() - 2; at++) {
            String head = name.substring(0, at);
            String tail = name.substring(at);
            boolean joined = (head.endsWith("_") || tail.startsWith("_")) && literals.contains(tail);
            if (joined && (literals.contains(head) || (tail.startsWith("_") && AGENTS.contains(head)))) {
                return true;
            }
        }
        return false;
    }

    @Test
    void whatNoProgramNamesIsSaidToHaveNoEffect() throws IOException {
        ParameterCatalogue catalogue = ParameterCatalogue.standard();
        WithoutEffect without = WithoutEffect.standard();
        Map<String, Set<String>> modules = literals();
        Set<String> common = modules.getOrDefault("common", Set.of());
        List<String> missing = new ArrayList<>();
        for (Parameter parameter : catalogue.parameters()) {
            String name = parameter.name();
            boolean member = catalogue.families().keySet().stream().anyMatch(name::endsWith);
            boolean listed = without.warned().containsKey(name) || without.silent().containsKey(name);
            boolean used = modules.values().stream().anyMatch(module -> {
                Set<String> all = new HashSet<>(module);
                all.addAll(common);
                return isNamed(name, all);
            });
            if (!used && !member && !listed && !parameter.legacy()) {
                missing.add(name);
            }
            if (listed && modules.values().stream().anyMatch(module -> module.contains(name))) {
                missing.add(name + " is used");
            }
        }
        assertThat(modules).hasSizeGreaterThan(10);
        assertThat(missing).isEmpty();
    }

    @Test
    void theyAreParametersAndTheirPageHasThem() throws IOException {
        String page = Files.readString(REPOSITORY.resolve("docs/without-effect.md"));
        WithoutEffect without = WithoutEffect.standard();
        for (Map<String, String> rows : List.of(without.warned(), without.silent())) {
            rows.forEach((name, reason) -> {
                assertThat(ParameterCatalogue.standard().find(name)).as(name).isPresent();
                assertThat(page).contains("| `" + name + "` |").contains(" | " + reason + " |");
            });
        }
    }

    @Test
    void settingsThatChangeSomethingElseThanNothingAreNamed() {
        WithoutEffect without = WithoutEffect.standard();
        assertThat(without.warnings("main.cf", Map.of("smtpd_milters", "inet:localhost:8891")))
                .containsExactly("main.cf: without effect: smtpd_milters: milters are not spoken to");
        assertThat(without.warnings("main.cf", Map.of("smtpd_milters", "", "smtpd_tls_enable_rpk", "NO",
                "html_directory", "/usr/share/doc", "relayhost", "[x]"))).isEmpty();
    }
}
