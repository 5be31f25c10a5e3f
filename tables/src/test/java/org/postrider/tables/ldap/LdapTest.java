package org.postrider.tables.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldif.LDIFException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.common.lookup.LookupResult;
import org.postrider.common.lookup.LookupTable;
import org.postrider.tables.TestTables;

/** Against a directory in memory; the peer tests compare with Postfix and slapd. */
class LdapTest {
    private final List<String> complaints = new ArrayList<>();
    private InMemoryDirectoryServer server;

    @BeforeEach
    void start() throws LDAPException, LDIFException {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=x");
        config.setSchema(null);
        config.addAdditionalBindCredentials("cn=reader,dc=x", "secret");
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig("t", InetAddress.getLoopbackAddress(), 0, null));
        server = new InMemoryDirectoryServer(config);
        server.add("dn: dc=x", "objectClass: domain", "dc: x");
        server.add("dn: ou=d.com,dc=x", "objectClass: organizationalUnit", "ou: d.com");
        person("one", "mail: u@d.com", "drop: first", "drop: x@y.z");
        person("o\\,p", "mail: o*p@d.com", "drop: second");
        person("group", "mail: group@d.com", "member: cn=one,ou=d.com,dc=x", "member: cn=o\\,p,ou=d.com,dc=x",
                "member: cn=gone,ou=d.com,dc=x");
        person("loop", "mail: loop@d.com", "drop: l", "member: cn=loop,ou=d.com,dc=x");
        person("terminal", "mail: terminal@d.com", "drop: hidden", "member: cn=one,ou=d.com,dc=x", "route: host");
        person("url", "mail: url@d.com", "member: ldap:///ou=d.com,dc=x?mail?sub?(cn=one)");
        server.startListening();
    }

    @AfterEach
    void stop() {
        server.shutDown(true);
    }

    private void person(String name, String... attributes) throws LDAPException, LDIFException {
        List<String> lines = new ArrayList<>(
                List.of("dn: cn=" + name + ",ou=d.com,dc=x", "objectClass: person", "cn: " + name.replace("\\", "")));
        lines.addAll(List.of(attributes));
        server.add(lines.toArray(String[]::new));
    }

    private LookupTable table(String settings) {
        String name = "{{server_host = 127.0.0.1} {server_port = " + server.getListenPort()
                + "} {search_base = dc=x} {query_filter = mail=%s} {result_attribute = drop} " + settings + "}";
        return new LdapType().open("ldap:x", name, TestTables.complainingTo(complaints));
    }

    private static String said(LookupResult result) {
        return switch (result) {
            case LookupResult.Found(String value) -> value;
            case LookupResult.NotFound _ -> "-";
            case LookupResult.Unavailable(String reason) -> "! " + reason;
        };
    }

    @Test
    void everyValueIsAResult() {
        assertThat(said(table("").find("U@d.com"))).isEqualTo("first,x@y.z");
        assertThat(said(table("").find("nobody@d.com"))).isEqualTo("-");
        assertThat(said(table("{result_format = [%u]}").find("u@d.com"))).isEqualTo("[first],[x]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "u*", "*@d.com", "x)(mail=*", "\\2a", "u@d.com)(cn=*", "(", ")"})
    void aHostileKeyIsNothingButAKey(String key) {
        assertThat(said(table("").find(key))).isEqualTo("-");
        assertThat(said(table("{search_base = cn=%s,dc=x}").find("x,dc=x+" + key))).isEqualTo("-");
    }

    @Test
    void aKeyMayHaveEveryCharacter() {
        assertThat(said(table("").find("o*p@d.com"))).isEqualTo("second");
        assertThat(said(table("{search_base = cn=%s,ou=d.com,dc=x} {query_filter = objectClass=*} {scope = base}")
                .find("o,p"))).isEqualTo("second");
    }

    @Test
    void theBaseMayHavePartsOfTheKey() {
        LookupTable table = table("{search_base = ou=%d,dc=x}");
        assertThat(said(table.find("u@d.com"))).isEqualTo("first,x@y.z");
        assertThat(said(table.find("u@elsewhere"))).isEqualTo("-");
        assertThat(said(table.find("u"))).isEqualTo("-");
    }

    @Test
    void namesOfEntriesAreFollowed() {
        assertThat(said(table("{special_result_attribute = member}").find("group@d.com")))
                .isEqualTo("first,x@y.z,second");
        assertThat(said(table("{result_attribute =} {leaf_result_attribute = mail} {special_result_attribute = member}")
                .find("group@d.com"))).isEqualTo("u@d.com,o*p@d.com");
    }

    @Test
    void urlsAreFollowed() {
        assertThat(said(table("{result_attribute = mail} {special_result_attribute = member}").find("url@d.com")))
                .isEqualTo("url@d.com,u@d.com");
        assertThat(said(table("{special_result_attribute = member}").find("url@d.com"))).isEqualTo("-");
    }

    @Test
    void aTerminalAttributeIsTheOnlyOne() {
        assertThat(said(table("{special_result_attribute = member} {terminal_result_attribute = route}")
                .find("terminal@d.com"))).isEqualTo("host");
    }

    @Test
    void limitsAreErrors() {
        assertThat(said(table("{special_result_attribute = member} {recursion_limit = 5}").find("loop@d.com")))
                .startsWith("! ").contains("recursion limit exceeded");
        assertThat(said(table("{expansion_limit = 1} {size_limit = 0}").find("u@d.com"))).startsWith("! ")
                .endsWith("Expansion limit exceeded for key 'u@d.com'");
        assertThat(said(table("{query_filter = (|(mail=%s)(mail=*))} {size_limit = 2}").find("u@d.com")))
                .startsWith("! ").endsWith("size limit (2) exceeded");
    }

    @Test
    void theServerWantsToKnowWhoAsks() {
        assertThat(said(table("{bind_dn = cn=reader,dc=x} {bind_pw = secret}").find("u@d.com")))
                .isEqualTo("first,x@y.z");
        assertThat(said(table("{bind_dn = cn=reader,dc=x} {bind_pw = wrong}").find("u@d.com"))).startsWith("! ");
        assertThat(complaints.getFirst()).startsWith("dict_ldap_connect: Unable to bind to server ldap://127.0.0.1:")
                .contains(" with dn cn=reader,dc=x: ").doesNotContain("wrong");
    }

    @Test
    void aServerThatComesBackIsFoundAgain() throws LDAPException, LDIFException {
        LookupTable table = table("");
        assertThat(said(table.find("u@d.com"))).isEqualTo("first,x@y.z");
        server.closeAllConnections(false);
        assertThat(said(table.find("u@d.com"))).isEqualTo("first,x@y.z");
    }

    @Test
    void wrongSettingsAreSaidInPostfixWords() {
        assertThatThrownBy(() -> table("{recursion_limit = 0}"))
                .hasMessageEndingWith("invalid recursion_limit parameter value 0 < 1");
        assertThatThrownBy(() -> table("{version = 1}")).hasMessageEndingWith("invalid version parameter value 1 < 2");
        assertThatThrownBy(() -> table("{bind = foo}")).hasMessageEndingWith("unsupported parameter value: bind = foo");
        table("{scope = foo} {query_filter = x=y}");
        assertThat(complaints).hasSize(2)
                .anyMatch(line -> line.endsWith("Unrecognized value foo specified for scope; using sub"))
                .anyMatch(line -> line.endsWith("Fixed query_filter x=y is probably useless"));
    }
}
