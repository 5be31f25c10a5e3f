package org.postrider.common.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.config.Parameters;

/** bounce(5) files. */
class NoticeTemplatesTest {
    @TempDir
    private Path directory;

    private final List<String> warnings = new ArrayList<>();

    @Test
    void templatesOfAFileReplaceTheBuiltInOnes() throws IOException {
        Path file = Files.writeString(directory.resolve("bounce.cf"), """
                # comment

                failure_template = <<END
                Charset: utf-8
                from: D (x)
                Subject: S
                Postmaster-Subject: P

                Hello $myhostname $$
                # kept
                END
                success_template = <<END
                Postmaster-Subject: none here

                x
                END
                delay_template = <<END
                Unknown: header
                END
                other = 1
                """);
        NoticeTemplates templates = NoticeTemplates.read(file, warnings::add);
        assertThat(templates.of(NoticeKind.FAILURE)).isEqualTo(
                new NoticeTemplate("utf-8", "D (x)", "S", "P", List.of("Hello $myhostname $$", "# kept")));
        assertThat(templates.of(NoticeKind.SUCCESS)).isEqualTo(NoticeTemplates.standard().of(NoticeKind.SUCCESS));
        assertThat(warnings).satisfiesExactly(first -> assertThat(first).contains("line 12", "no Postmaster-Subject"),
                second -> assertThat(second).contains("line 17", "unknown header"),
                third -> assertThat(third).contains("line 20", "expected format"));
    }

    @Test
    void namesAreExpandedWithLifetimesInUnits() {
        Parameters parameters = Parameters.of(Map.of("myhostname", "mail.example.org", "mydomain", "example.org",
                "delay_warning_time", "4h", "maximal_queue_lifetime", "5d"));
        String text = String.join(" ", NoticeTemplates.standard().expanded(parameters).of(NoticeKind.DELAY).body());
        assertThat(text).contains("mail.example.org", "more than 4 hour(s)", "5 day(s) old").doesNotContain("$");
    }
}
