package org.postrider.common.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChildrenTest {
    @Test
    void aChildGetsItsArgumentsItsEnvironmentAndNothingElse() throws Exception {
        Descriptors.Pipe pipe = Descriptors.pipe();
        int pid = Children.spawn(new Children.Command(List.of("/bin/sh", "-c", "echo $A $B $0; ls /proc/$$/fd", "zero"),
                Map.of("A", "one", "PATH", "/bin:/usr/bin"), 0, pipe.writer(), 2, true));
        Descriptors.close(pipe.writer());
        String said = readAll(pipe.reader());
        assertThat(said.lines()).containsExactly("one zero", "0", "1", "2");
        assertThat(Children.await(pid)).isEqualTo(new Children.Ended(pid, 0, 0));
        Descriptors.close(pipe.reader());
    }

    @Test
    void exitStatusAndSignalAreToldApart() throws Exception {
        int exits = start("exit 75");
        assertThat(Children.await(exits)).isEqualTo(new Children.Ended(exits, 75, 0));
        int killed = start("kill -9 $$");
        assertThat(Children.await(killed)).isEqualTo(new Children.Ended(killed, 0, 9));
    }

    @Test
    void aMissingProgramIsTheCallersError() {
        assertThatThrownBy(() -> Children
                .spawn(new Children.Command(List.of("/no/such/program"), Map.of(), 0, 1, 2, false)))
                .hasMessage("No such file or directory");
    }

    private static int start(String script) throws PosixException {
        return Children.spawn(new Children.Command(List.of("/bin/sh", "-c", script), Map.of(), 0, 1, 2, false));
    }

    private static String readAll(int descriptor) throws PosixException {
        StringBuilder text = new StringBuilder();
        byte[] buffer = new byte[4096];
        for (int count = Descriptors.read(descriptor, buffer); count > 0; count = Descriptors.read(descriptor,
                buffer)) {
            text.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }
}
