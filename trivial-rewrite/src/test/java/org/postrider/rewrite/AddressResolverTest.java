package org.postrider.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.common.config.Parameters;
import org.postrider.common.ipc.ResolveAnswer;
import org.postrider.common.ipc.ResolveRequest;
import org.postrider.common.lookup.Tables;

/** The reference files hold {@code address|transport|nexthop|recipient|flags} as Postfix 3.7 answered with these tables. */
class AddressResolverTest {
    /** See docs/quirks.md: IPv4 in IPv6's form, lone quotes, empty parts, bytes that are no UTF-8, source routes. */
    private static final Pattern DIFFERENT = Pattern.compile("::ffff:|\"|@@|^@127|\u00e9|^@r:");

    @TempDir
    Path directory;

    private final Map<String, String> settings = new LinkedHashMap<>();

    @BeforeEach
    void tables() throws IOException {
        table("transport_maps", """
                tm.example    smtp:[host.tm]
                .sub.example  smtp:sub
                user@tm2.example  local:
                nexthop.example  :[elsewhere]:26
                only.example lmtp:
                err.example error:
                err2.example error:5.7.1 no mail here
                retry.example retry:
                user@relay.example slow:
                ext@x.example  foo:bar
                .example.com  dotex:y
                va.example  smtp:ignored
                vm.example  vmtrans:
                """);
        table("relocated_maps", "gone@example.net new@example.org\n@moved.example  somewhere else\n");
        table("sender_dependent_relayhost_maps",
                "joe@s.example [sdr.host]\n@s2.example  DUNNO\n<>  [null.host]\n");
        table("sender_dependent_default_transport_maps",
                "trans@s.example  strans:hop\ntrans2@s.example  strans2:\n@s2.example  DUNNO\n");
        table("virtual_alias_maps", "a@va.example b@example.net\n");
        settings.putAll(Map.of("compatibility_level", "3.6", "myhostname", "mail.example.com", "mydomain",
                "example.com", "mydestination", "$myhostname, localhost.$mydomain, localhost, example.com",
                "virtual_alias_domains", "va.example", "virtual_mailbox_domains", "vm.example", "relay_domains",
                "relay.example", "recipient_delimiter", "+"));
    }

    private void table(String parameter, String text) throws IOException {
        Path file = directory.resolve(parameter);
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        settings.put(parameter, "texthash:" + file);
    }

    private AddressResolver resolver() {
        RewriteSettings read = RewriteSettings.of(Parameters.of(settings),
                List.of(InetAddress.ofLiteral("127.0.0.1")));
        Tables tables = new Tables(directory, InstantSource.system());
        var parts = new AddressResolver.Parts(AddressRewriter.local(read.form(), AddressRewriter.Completion.UNHEARD),
                new LocalDomains(read.domains(), tables), new AddressClasses(read.domains(), tables));
        return new AddressResolver(read, read.routing(), parts, tables);
    }

    private static List<String> reference(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(AddressResolverTest.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).lines().toList();
        }
    }

    private void compare(String name) throws IOException {
        AddressResolver resolver = resolver();
        boolean relayRecipient = false;
        for (String line : reference(name)) {
            String given = line.substring(0, line.indexOf('|'));
            ResolveRequest request = new ResolveRequest("s@d.example", given);
            if (given.startsWith("sender=")) {
                String recipient = relayRecipient ? "joe@relay.example" : "joe@other.example";
                request = new ResolveRequest(given.substring(7), recipient);
                relayRecipient = !relayRecipient;
            }
            ResolveAnswer answer = resolver.resolve(request);
            String seen = String.join("|", given, answer.transport(), answer.nexthop(), answer.recipient(),
                    Integer.toString(answer.flags()));
            assertThat(seen).isEqualTo(line);
        }
    }

    @Test
    void asPostfix() throws IOException {
        compare("resolve.ref");
    }

    @Test
    void asPostfixWithRelayhost() throws IOException {
        settings.put("relayhost", "[rh.example]");
        compare("resolve-relayhost.ref");
    }

    /**
     * Odd local parts with odd domains, as Postfix resolved them. Where it says that an address is none, the rest of its answer has no
     * meaning.
     */
    private void compareOdd(String name) throws IOException {
        AddressResolver resolver = resolver();
        List<String> ours = new ArrayList<>();
        List<String> theirs = new ArrayList<>();
        for (String line : reference(name)) {
            String[] words = line.split("\\|", -1);
            if (DIFFERENT.matcher(words[0]).find()) {
                continue;
            }
            ResolveAnswer answer = resolver.resolve(new ResolveRequest("s@d.example", words[0]));
            boolean none = answer.has(ResolveAnswer.ERROR);
            boolean noneThere = (Integer.parseInt(words[4]) & ResolveAnswer.ERROR) != 0;
            ours.add(none
                    ? words[0] + " is none"
                    : String.join("|", words[0], answer.transport(), answer.nexthop(), answer.recipient(),
                            Integer.toString(answer.flags())));
            theirs.add(noneThere ? words[0] + " is none" : line);
        }
        assertThat(String.join("\n", ours)).isEqualTo(String.join("\n", theirs));
    }

    @Test
    void oddAddressesAsPostfix() throws IOException {
        compareOdd("resolve-odd.ref");
    }

    @Test
    void oddAddressesWhoseLocalPartIsReadAsOne() throws IOException {
        settings.put("resolve_dequoted_address", "no");
        compareOdd("resolve-odd-as-one.ref");
    }

    @Test
    void oddAddressesWithoutOldForms() throws IOException {
        settings.putAll(Map.of("swap_bangpath", "no", "allow_percent_hack", "no", "resolve_null_domain", "yes",
                "resolve_numeric_domain", "yes"));
        compareOdd("resolve-odd-plain.ref");
    }

    /** As beside Postfix 3.7: capitals are kept for patterns, names of domains are not, and a rule with $1 is not used where mail would go. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            JoE@s.test  | TrAns@Other.TEST  | error:5.1.1 as written
            JoE@s.test  | FolD@Other.TEST   | error:5.1.2 put in
            JoE@s.test  | Moved@Other.TEST  | error:5.1.6 User has moved to new-Moved
            SenD@S.Test | x@Other.TEST      | error:5.1.3 sender as written
            SubS@s.test | x@Other.TEST      | error:5.1.2 put in
            JoE@s.test  | x@MaiL.TEST       | error:5.1.2 put in
            """)
    void keysOfPatterns(String sender, String recipient, String where) {
        settings.putAll(Map.of("default_transport", "error:5.1.2 put in", "virtual_mailbox_domains",
                "regexp:{{/[A-Z]/i capitals}}", "transport_maps",
                "regexp:{{/^TrAns@Other.TEST/i error:5.1.1 as written} {/^trans@/ error:5.1.1 small}"
                        + " {/^(fold)@/ error:5.1.1 $$1}}",
                "relocated_maps", "regexp:{{/^(moved)@/ new-$$1}}", "sender_dependent_default_transport_maps",
                "regexp:{{/^SenD@S.Test/i error:5.1.3 sender as written} {/^send@/ error:5.1.3 small}"
                        + " {/^(subs)@/ error:5.1.3 $$1}}",
                "sender_dependent_relayhost_maps", "regexp:{{/^(subs)@/ $$1}}"));
        ResolveAnswer answer = resolver().resolve(new ResolveRequest(sender, recipient));
        assertThat(answer.transport() + ":" + answer.nexthop()).isEqualTo(where);
    }

    @Test
    void brokenTablesDefer() {
        settings.put("transport_maps", "texthash:" + directory.resolve("missing"));
        ResolveAnswer answer = resolver().resolve(new ResolveRequest("", "joe@other.example"));
        assertThat(answer.failed()).isTrue();
    }

    @Test
    void numbersAsDomains() {
        settings.put("resolve_numeric_domain", "yes");
        assertThat(resolver().resolve(new ResolveRequest("", "joe@192.0.2.1")).recipient())
                .isEqualTo("joe@[192.0.2.1]");
    }

    @ParameterizedTest
    @CsvSource({"example.org,true", "a_b.example,true", "x,true", "1.2.3,false", "a..b,false", "'',false",
            "-a.b,false", "[1.2.3.4],true", "[1.2.3],false", "[IPv6:::1],true", "[IPv6:1:2],false",
            "[IPv6:1:2:3:4:5:6:7:8],true", "m\u00c3\u00bcnchen.de,true", "m\u00fcnchen.de,false"})
    void domainSyntax(String domain, boolean valid) {
        assertThat(DomainSyntax.isValid(domain, true)).isEqualTo(valid);
    }
}
