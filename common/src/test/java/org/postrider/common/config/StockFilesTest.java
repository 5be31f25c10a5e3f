package org.postrider.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The files that come with the software agree with the catalogue and with the programs there are. */
class StockFilesTest {
    private static final Set<String> PROGRAMS = Set.of(
            "smtpd pickup cleanup qmgr tlsmgr trivial-rewrite bounce verify flush proxymap smtp lmtp showq error discard local"
                    .split(" "));
    private static final Set<String> MORE_PROGRAMS = Set.of("virtual", "pipe", "anvil", "scache", "postlogd", "spawn");
    private static final Set<String> LATER_PROGRAMS = Set.of("postscreen", "dnsblog", "tlsproxy", "qmqpd", "oqmgr");

    private static String stock(String name) throws IOException {
        try (InputStream in = StockFilesTest.class.getResourceAsStream("/org/postrider/conf/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void mainCfHasKnownNamesOnlyAndUsableValues() throws IOException {
        MainCf file = MainCf.parse(stock("main.cf"), "main.cf");

        assertThat(file.warnings()).isEmpty();
        Parameters parameters = Parameters.of(file.settings());
        assertThat(file.settings().keySet()).allMatch(name -> ParameterCatalogue.standard().find(name).isPresent());
        assertThat(parameters.string("relay_domains")).isEmpty();
        assertThat(parameters.string("mynetworks_style")).isEqualTo("host");
        assertThat(parameters.string("smtpd_relay_restrictions")).contains("defer_unauth_destination");
        assertThat(parameters.bool("append_dot_mydomain")).isFalse();
    }

    @Test
    void theSuggestionsInMainCfAreUsableToo() throws IOException {
        String suggestions = stock("main.cf")
                .lines()
                .filter(line -> line.matches("#[a-z0-9_]+ =.*"))
                .map(line -> line.substring(1))
                .collect(Collectors.joining("\n"));

        assertThat(MainCf.parse(suggestions, "main.cf").settings().keySet())
                .isNotEmpty()
                .allMatch(name -> ParameterCatalogue.standard().find(name).isPresent());
    }

    @Test
    void everyServiceNamesAKnownProgram() throws IOException {
        List<ServiceEntry> services = services(stock("master.cf"));

        assertThat(services).hasSize(26);
        assertThat(services).allSatisfy(service -> assertThat(programs()).contains(service.program()));
        assertThat(services).extracting(ServiceEntry::name).contains("postdrop", "relay", "retry", "postlog");
        assertThat(services).noneMatch(ServiceEntry::chroot);
        assertThat(services)
                .filteredOn(service -> !service.unprivileged())
                .extracting(ServiceEntry::name)
                .containsExactly("local", "virtual");
    }

    @Test
    void theCommentedServicesParseToo() throws IOException {
        String commented = stock("master.cf")
                .lines()
                .filter(line -> line.matches("#( +-o|  flags|[-a-z0-9.:]+ +(inet|unix|pass) ).*"))
                .map(line -> line.substring(1))
                .collect(Collectors.joining("\n"));
        List<ServiceEntry> services = services(commented);

        assertThat(services).hasSize(18);
        assertThat(services).allMatch(service -> programs().contains(service.program())
                || LATER_PROGRAMS.contains(service.program()));
        assertThat(services)
                .flatExtracting(service -> List.copyOf(service.overrides().keySet()))
                .allMatch(name -> ParameterCatalogue.standard().find(name).isPresent());
    }

    @Test
    void everyDefaultRefersToKnownNamesAndEvaluates() {
        Parameters parameters = Parameters.of(Map.of());
        List<String> unknown = new ArrayList<>();
        Parameters watched = parameters.with(Map.of("compatibility_level", "3.10"));
        for (Parameter parameter : ParameterCatalogue.standard().parameters()) {
            switch (parameter.type()) {
                case INT, LONG -> watched.longNumber(parameter.name());
                case BOOL -> watched.bool(parameter.name());
                case TIME -> watched.time(parameter.name());
                case RAW -> watched.raw(parameter.name());
                case STRING -> watched.string(parameter.name());
            }
            if (parameter.type() != ParameterType.RAW) {
                new Expansion(name -> {
                    if (ParameterCatalogue.standard().find(name).isEmpty()) {
                        unknown.add(parameter.name() + " -> " + name);
                    }
                    return watched.raw(name);
                })
                        .expand(parameter.defaultValue());
            }
        }
        assertThat(unknown).isEmpty();
        ParameterCatalogue.standard().families().forEach((suffix, _) -> assertThat(parameters.string("x" + suffix))
                .isNotEmpty());
    }

    @Test
    void everyParameterIsExplainedOnce() {
        List<ParameterReference.Entry> entries = ParameterReference.entries();
        assertThat(entries).hasSizeGreaterThan(1000);
        assertThat(entries).allSatisfy(entry -> {
            assertThat(entry.help()).as(entry.name()).matches("[A-Za-z0-9$].*\\.");
            assertThat(entry.readers()).as(entry.name()).isNotNull();
        });
        assertThat(entries).extracting(ParameterReference.Entry::name)
                .containsAll(ParameterReference.explained()).doesNotHaveDuplicates();
        assertThat(ParameterReference.explained()).isSorted();
        assertThat(entries).filteredOn(entry -> entry.name().equals("lmtp_connect_timeout"))
                .extracting(ParameterReference.Entry::help)
                .containsExactly("For LMTP: how long a connection may take; 0 leaves it to the system.");
    }

    @Test
    void whatReplacesADeprecatedNameIsAName() {
        assertThat(DeprecatedParameters.standard().names()).hasSizeGreaterThan(40);
        assertThat(DeprecatedParameters.standard().names().values())
                .filteredOn(instead -> !instead.isEmpty())
                .allMatch(instead -> ParameterCatalogue.standard().find(instead).isPresent());
    }

    private static Set<String> programs() {
        return java.util.stream.Stream.concat(PROGRAMS.stream(), MORE_PROGRAMS.stream())
                .collect(Collectors.toSet());
    }

    private static List<ServiceEntry> services(String content) {
        MasterCf file = MasterCf.parse(content, "master.cf", Parameters.of(Map.of("compatibility_level", "3.10")));
        return file.entries();
    }
}
