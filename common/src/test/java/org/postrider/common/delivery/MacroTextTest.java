package org.postrider.common.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.common.testing.TextMessage;

class MacroTextTest {
    private static final Map<String, String> VALUES = Map.of("user", "joe", "empty", "");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {"$user|joe|false", "${user}x$(user)|joexjoe|false",
            "a$$b|a$b|false", "$none|~~|true", "$empty|~~|true", "${none?x}y|y|false", "${user?[$user]}|[joe]|false",
            "${none:nobody}|nobody|false", "${user?{yes}:{no}}|yes|false", "${none?{yes}:{no $user}}|no joe|false",
            "${user:x}|~~|false", "$|$|false", "$.|$.|false", "${user|~~|true"})
    void expands(String text, String result, boolean undefined) {
        assertThat(MacroText.expand(text, name -> Optional.ofNullable(VALUES.get(name))))
                .isEqualTo(new MacroText.Expanded(result, undefined));
    }

    @Test
    void filtersUnsafeCharacters() {
        assertThat(MacroText.filtered("a;rm -rf", "abcdefghijklmnopqrstuvwxyz-")).isEqualTo("a_rm_-rf");
    }

    @Test
    void splitsAddresses() {
        assertThat(AddressParts.of("joe+x+y@example.org", "+", true))
                .isEqualTo(new AddressParts("joe+x+y@example.org", "joe+x+y", "joe", "x+y", "+", "example.org"));
        assertThat(AddressParts.of("+x@d", "+", true).extension()).isEmpty();
        assertThat(AddressParts.of("owner-list", "-", true).extension()).isEmpty();
        assertThat(AddressParts.of("owner-list", "-", false).extension()).isEqualTo("list");
        assertThat(AddressParts.of("mailer-daemon", "-", false).extension()).isEmpty();
    }

    @Test
    void findsDeliveredToInHeadersOnly() throws IOException {
        var check = DeliveredToCheck.read(new TextMessage("""
                Received: by x
                \tid y
                Delivered-To: Joe@Example.org
                Subject: x

                Delivered-To: ann@example.org
                """).content());
        assertThat(check.contains("joe@example.org")).isTrue();
        assertThat(check.contains("ann@example.org")).isFalse();
    }
}
