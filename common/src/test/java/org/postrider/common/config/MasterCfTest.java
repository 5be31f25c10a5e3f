package org.postrider.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MasterCfTest {
    private static final Parameters PARAMETERS = Parameters
            .of(Map.of("compatibility_level", "3.6", "default_process_limit", "42"));

    private static ServiceEntry one(String line) {
        return MasterCf.parse(line, "master.cf", PARAMETERS).entries().getFirst();
    }

    @Test
    void dashesMeanDefaults() {
        ServiceEntry entry = one("bounce unix - - - - - bounce");

        assertThat(entry)
                .isEqualTo(new ServiceEntry(
                        "bounce",
                        ServiceType.UNIX,
                        true,
                        true,
                        false,
                        0,
                        false,
                        42,
                        "bounce",
                        java.util.List.of(),
                        Map.of()));
        assertThat(entry.socketPath()).isEqualTo("private/bounce");
        Parameters old = PARAMETERS.with(Map.of("compatibility_level", "0"));
        assertThat(MasterCf.parse("x unix - - - - - x", "master.cf", old).entries().getFirst().chroot())
                .isTrue();
    }

    @Test
    void wakeupMayWaitForTheFirstUse() {
        ServiceEntry entry = one("flush unix n n y 1000? 0 flush");

        assertThat(entry.wakeupSeconds()).isEqualTo(1000);
        assertThat(entry.wakeupOnlyIfUsed()).isTrue();
        assertThat(entry.maxProcesses()).isZero();
        assertThat(entry.unprivileged()).isFalse();
        assertThat(entry.chroot()).isTrue();
        assertThat(entry.socketPath()).isEqualTo("public/flush");
    }

    @Test
    void overridesAndArguments() {
        ServiceEntry entry = one(
                "[::1]:2525 inet n - n - - smtpd -v -o a=b -oc=d -o { e = f g } -o{ h = }\n  -o i=j=k -D");

        assertThat(entry.overrides()).isEqualTo(Map.of("a", "b", "c", "d", "e", "f g", "h", "", "i", "j=k"));
        assertThat(entry.arguments()).containsExactly("-v", "-D");
        assertThat(one("x unix - n n - 10 pipe flags=R user=u argv=/bin/x -o {a b} ${recipient}").arguments())
                .containsExactly("flags=R", "user=u", "argv=/bin/x", "-o", "a b", "${recipient}");
    }

    @Test
    void theLastOfTwoEntriesCounts() {
        MasterCf file = MasterCf.parse("x unix - - n - - a\nx unix - - n - - b\nx fifo - - n - - c", "m", PARAMETERS);

        assertThat(file.entries()).extracting(ServiceEntry::program).containsExactly("b", "c");
        assertThat(file.warnings())
                .containsExactly("duplicate master.cf entry for service \"x\" (unix) -- using the last entry");
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '`', value = {
            "2525 => missing \"transport type\" field",
            "2525 inet => missing \"private\" field",
            "2525 foo n - n - - smtpd => bad transport type: foo",
            "2525 inet x - n - - smtpd => field \"private\": bad value: \"x\"",
            "2525 inet n - n - x smtpd => field \"max_proc\": bad value: \"x\"",
            "2525 inet n - n - -1 smtpd => field \"max_proc\": bad value: \"-1\"",
            "x unix - - x - - smtpd => field \"chroot\": bad value: \"x\"",
            "x unix - x n - - smtpd => field \"unprivileged\": bad value: \"x\"",
            "x unix - - n -5 - smtpd => field \"wakeup_time\": bad value: \"-5\"",
            "2525 inet - - n - - smtpd => inet service cannot be private",
            "a:b:c inet n - n - - smtpd => valid hostname or network address required in \"a:b:c\"",
            "2525 inet n - n - - smtpd {a => missing '}' in \"{a\"",
            "2525 inet n - n - - smtpd {a}b => syntax error after '}' in \"{a}b\"",
            "2525 inet n - n - - smtpd -o a => missing '=' after attribute name: \"a\"",
            "2525 inet n - n - - => missing \"command\" field",
    })
    void malformedLinesAreNamed(String line, String message) {
        assertThatThrownBy(() -> MasterCf.parse("\n" + line + "\n", "/etc/master.cf", PARAMETERS))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("/etc/master.cf: line 2: " + message);
    }
}
