package org.postrider.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    private static final HostFacts HOST = new HostFacts(
            "vm",
            List.of(
                    address("127.0.0.1", 8),
                    address("192.0.2.2", 24),
                    address("::1", 128),
                    address("fd00::2", 64),
                    address("fe80::fc:ff:fe00:1", 64)),
            Optional.of(Path.of("/opt/postrider")));

    @TempDir
    private Path directory;

    private static HostFacts.NetworkAddress address(String text, int prefix) {
        return new HostFacts.NetworkAddress(InetAddress.ofLiteral(text), prefix);
    }

    @BeforeEach
    void noServices() throws IOException {
        Files.writeString(directory.resolve("master.cf"), "");
    }

    private Configuration read(String main) throws IOException {
        Files.writeString(directory.resolve("main.cf"), main);
        return Configuration.read(directory, HOST);
    }

    private Configuration read(String main, String master) throws IOException {
        Files.writeString(directory.resolve("master.cf"), master);
        return read(main);
    }

    private Parameters main(String main) throws IOException {
        return read(main).parameters();
    }

    @Test
    void namesComeFromTheHost() throws IOException {
        Parameters plain = main("compatibility_level = 3.6");
        assertThat(plain.string("myhostname")).isEqualTo("vm.localdomain");
        assertThat(plain.string("mydomain")).isEqualTo("localdomain");
        assertThat(plain.string("config_directory")).isEqualTo(directory.toString());

        assertThat(main("mydomain = foo.org").string("myhostname")).isEqualTo("vm.foo.org");
        assertThat(main("myhostname = a.b.c").string("mydomain")).isEqualTo("b.c");
        assertThat(main("myhostname = a").string("mydomain")).isEqualTo("localdomain");
    }

    @Test
    void programsAreWhereTheImageStands() throws IOException {
        Parameters plain = main("compatibility_level = 3.6");
        assertThat(plain.string("daemon_directory")).isEqualTo("/opt/postrider/libexec");
        assertThat(plain.string("command_directory")).isEqualTo("/opt/postrider/bin");
        assertThat(plain.string("sendmail_path")).isEqualTo("/opt/postrider/bin/sendmail");
        assertThat(main("daemon_directory = /x").string("daemon_directory")).isEqualTo("/x");
    }

    @Test
    void networksComeFromTheInterfaces() throws IOException {
        assertThat(main("mynetworks_style = host").string("mynetworks"))
                .isEqualTo("127.0.0.1/32 192.0.2.2/32 [::1]/128 [fd00::2]/128 [fe80::fc:ff:fe00:1]/128 ");
        assertThat(main("compatibility_level = 0").string("mynetworks"))
                .isEqualTo("127.0.0.0/8 192.0.2.0/24 [::1]/128 [fd00::]/64 [fe80::]/64 ");
        assertThat(main("mynetworks_style = host\ninet_interfaces = loopback-only").string("mynetworks"))
                .isEqualTo("127.0.0.1/32 [::1]/128 ");
        assertThat(main("inet_interfaces = 192.0.2.2").string("mynetworks")).isEqualTo("192.0.2.0/24 ");
        assertThat(main("inet_protocols = ipv4\nmynetworks_style=class").string("mynetworks"))
                .isEqualTo("127.0.0.0/8 192.0.2.0/24 ");
        assertThat(main("inet_interfaces =").string("mynetworks")).isEmpty();
        assertThat(main("mynetworks = 10.0.0.0/8").string("mynetworks")).isEqualTo("10.0.0.0/8");
    }

    @Test
    void wrongValuesAreSaidInKnownWords() {
        assertThatThrownBy(() -> main("mynetworks_style = x"))
                .hasMessage("unknown mynetworks mask style value \"x\" in \"x\"");
        assertThatThrownBy(() -> main("inet_protocols = x")).hasMessage("unknown inet_protocols value \"x\" in \"x\"");
    }

    @Test
    void listenersAreBoundToTheInterfaces() throws IOException {
        InetInterfaces interfaces = new InetInterfaces(HOST);

        assertThat(interfaces.listenAddresses(main("")))
                .containsExactly(InetAddress.ofLiteral("0.0.0.0"), InetAddress.ofLiteral("::"));
        assertThat(interfaces.listenAddresses(main("inet_protocols = ipv4")))
                .containsExactly(InetAddress.ofLiteral("0.0.0.0"));
        assertThat(interfaces.listenAddresses(main("inet_interfaces = loopback-only")))
                .containsExactly(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));
        assertThat(interfaces.listenAddresses("[::1]", main(""))).containsExactly(InetAddress.ofLiteral("::1"));
    }

    @Test
    void aServiceHasItsOwnLayer() throws IOException {
        Files.writeString(
                directory.resolve("master.cf"),
                """
                        smtp unix - - n - - smtp
                        relay unix - - n - 5 smtp -o myhostname=relay.example.org -o { x = $$a }
                          -o syslog_name=postfix/$service_name
                        """);
        Configuration configuration = read("smtp_helo_timeout = 5s\nx = 1\nx = 2\nname.with.dots = a, b\n");

        assertThat(configuration.services()).hasSize(2);
        assertThat(configuration.warnings()).hasSize(1).first().asString().contains("overriding earlier entry: x=1");
        Parameters smtp = configuration.parameters(configuration.services().getFirst());
        assertThat(smtp.settings()).containsEntry("x", "2").containsEntry("name.with.dots", "a, b");
        assertThat(smtp.string("myhostname")).isEqualTo("vm.localdomain");
        Parameters relay = configuration.parameters(configuration.services().getLast());
        assertThat(relay.string("mydomain")).isEqualTo("example.org");
        assertThat(relay.raw("x")).isEqualTo("$$a");
        assertThat(relay.string("syslog_name")).isEqualTo("postfix/relay");
        assertThat(relay.string("process_name")).isEqualTo("smtp");
        assertThat(relay.settings()).isEqualTo(Map.copyOf(relay.settings()));
        assertThat(configuration.parameters().settings()).containsEntry("smtp_helo_timeout", "5s");
    }

    @Test
    void defaultsAreTheLowestLayerAndAreNotSent() throws IOException {
        Configuration configuration = read("queue_run_delay = 5m\nmax_idle = 50s\n",
                "qmgr unix n - n 300 1 qmgr -o max_idle=7s\n");
        ServiceEntry qmgr = configuration.services().getFirst();
        Parameters layers = configuration.parameters(qmgr);
        assertThat(layers.raw("max_idle")).isEqualTo("7s");
        assertThat(layers.raw("queue_run_delay")).isEqualTo("5m");
        assertThat(layers.raw("minimal_backoff_time")).isEqualTo("300s");
        assertThat(layers.settings()).containsEntry("max_idle", "7s")
                .containsEntry("queue_run_delay", "5m").doesNotContainKey("minimal_backoff_time");
        assertThat(layers.raw("relay_destination_concurrency_limit"))
                .isEqualTo("$default_destination_concurrency_limit");
        assertThat(layers.raw("nobody_knows_this")).isEmpty();
    }

    @Test
    void everyLayerIsAskedInItsTurn() throws IOException {
        Configuration configuration = read("mydomain = main.test\nname = $service_name\n", """
                relay unix - - n - - smtp -o mydomain=option.test -o service_name=other
                """);
        ServiceEntry relay = configuration.services().getFirst();
        Layers layers = CommonsLayers.join(List.of(
                CommonsLayers.layer(Map.of("a", " first ", "b", "")),
                CommonsLayers.layer(Map.of("a", "second", "b", "x"))),
                new SystemDefaults(HOST));

        assertThat(configuration.parameters(relay).string("name")).isEqualTo("relay");
        assertThat(configuration.parameters(relay).string("mydomain")).isEqualTo("option.test");
        assertThat(configuration.parameters().string("mydomain")).isEqualTo("main.test");
        assertThat(layers.value("a")).contains(" first ");
        assertThat(layers.value("b")).contains("");
        assertThat(layers.value("myhostname")).contains("vm.localdomain");
        assertThat(layers.value("mynetworks").orElseThrow()).endsWith(" ");
        assertThat(layers.value("max_idle")).contains("100s");
        assertThat(layers.value("c")).isEmpty();
        assertThat(layers.written()).containsOnlyKeys("a", "b", "myhostname", "mydomain", "mynetworks",
                SystemDefaults.HOST_NETWORKS, "daemon_directory", "command_directory", "sendmail_path", "mailq_path",
                "newaliases_path");
    }

    @Test
    void oldDefaultsDependOnTheLevelOfTheHighestLayer() throws IOException {
        Configuration configuration = read("", """
                old unix - - n - - smtp
                new unix - - n - - smtp -o compatibility_level=3.6
                """);

        assertThat(configuration.parameters().bool("append_dot_mydomain")).isTrue();
        assertThat(configuration.parameters(configuration.services().getFirst()).bool("append_dot_mydomain")).isTrue();
        assertThat(configuration.parameters(configuration.services().getLast()).bool("append_dot_mydomain")).isFalse();
    }

    @Test
    void theNetworksOfTheNewDefaultAreKnownWhereTheOldOneIsInForce() throws IOException {
        assertThat(main("compatibility_level = 1").string(SystemDefaults.HOST_NETWORKS))
                .isEqualTo("127.0.0.1/32 192.0.2.2/32 [::1]/128 [fd00::2]/128 [fe80::fc:ff:fe00:1]/128 ");
        assertThat(main("compatibility_level = 2").isSet(SystemDefaults.HOST_NETWORKS)).isFalse();
        assertThat(main("compatibility_level = 1\nmynetworks_style = subnet").isSet(SystemDefaults.HOST_NETWORKS))
                .isFalse();
        assertThat(main("compatibility_level = 1\nmynetworks = 10.0.0.0/8").isSet(SystemDefaults.HOST_NETWORKS))
                .isFalse();
    }

    @Test
    void aReloadSaysWhatIsDifferentButNoValues() throws IOException {
        Configuration before = read("compatibility_level = 3.6\nrelayhost = a\nbiff = no\n", "a unix - - n - - x\n"
                + "b unix - - n - - x\n");
        Configuration after = read("compatibility_level = 3.6\nrelayhost = b\nmy_secret = s3cret\n",
                "b unix - - n - - x -o a=b\nc unix - - n - - x\n");

        assertThat(after.changesSince(before)).containsExactly("main.cf: added: my_secret",
                "main.cf: changed: relayhost", "main.cf: removed: biff", "master.cf: added: c/unix",
                "master.cf: changed: b/unix", "master.cf: removed: a/unix");
        assertThat(after.changesSince(after)).isEmpty();
    }

    @Test
    void aReloadSaysThatASecretIsAnother() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "one\n");
        String main = "secret_sources = " + directory + "\nmy_password = $FILE{" + secret + "}\n";
        Configuration before = read(main);
        Files.writeString(secret, "two\n");

        assertThat(read(main).changesSince(before)).containsExactly("main.cf: changed: my_password");
    }
}
