package org.postrider.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GetoptTest {
    private static List<String> read(Getopt options) {
        List<String> seen = new ArrayList<>();
        for (int option = options.next(); option >= 0; option = options.next()) {
            boolean plain = option == Getopt.UNKNOWN || option == Getopt.MISSING_VALUE || option == 'v'
                    || option == 'n';
            seen.add((char) option + (plain ? "" : "=" + options.value()));
        }
        return seen;
    }

    @Test
    void readsGluedAndSeparateOptions() {
        Getopt options = new Getopt(List.of("-vn", "-c", "dir", "-cdir2", "-nc", "x", "-", "-v"), "c:nv");

        assertThat(read(options)).containsExactly("v", "n", "c=dir", "c=dir2", "n", "c=x");
        assertThat(options.operands()).containsExactly("-", "-v");
    }

    @Test
    void twoDashesEndTheOptions() {
        Getopt options = new Getopt(List.of("-v", "--", "-n"), "nv");

        assertThat(read(options)).containsExactly("v");
        assertThat(options.operands()).containsExactly("-n");
    }

    @Test
    void saysWhatIsWrong() {
        Getopt options = new Getopt(List.of("-vx", "-c"), "c:v");

        assertThat(options.next()).isEqualTo('v');
        assertThat(options.next()).isEqualTo(Getopt.UNKNOWN);
        assertThat(options.complaint("cmd", Getopt.UNKNOWN)).isEqualTo("cmd: invalid option -- 'x'");
        assertThat(options.next()).isEqualTo(Getopt.MISSING_VALUE);
        assertThat(options.complaint("cmd", Getopt.MISSING_VALUE)).isEqualTo("cmd: option requires an argument -- 'c'");
        assertThat(options.next()).isEqualTo(-1);
    }
}
