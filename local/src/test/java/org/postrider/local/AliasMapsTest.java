package org.postrider.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postrider.common.lookup.Tables;

/** Which of several tables answers, and what its title is. */
class AliasMapsTest {
    private static AliasMaps of(String... names) {
        Tables tables = new Tables(Path.of("/"), InstantSource.system());
        return new AliasMaps(Stream.of(names).map(tables::open).toList());
    }

    @Test
    void theFirstTableThatHasTheNameAnswers() {
        AliasMaps maps = of("inline:{a=one}", "inline:{a=other,b=two}");
        assertThat(maps.find("a")).isInstanceOfSatisfying(AliasMaps.Answer.Alias.class, alias -> {
            assertThat(alias.value()).isEqualTo("one");
            assertThat(alias.table()).isEqualTo("inline:{a=one}");
        });
        assertThat(maps.find("b")).isInstanceOfSatisfying(AliasMaps.Answer.Alias.class,
                alias -> assertThat(alias.table()).isEqualTo("inline:{a=other,b=two}"));
        assertThat(maps.find("c")).isEqualTo(new AliasMaps.Answer.None());
    }

    @Test
    void aBrokenTableEndsTheSearch() {
        AliasMaps maps = of("inline:{a=one}", "fail:trouble", "inline:{b=two}");
        assertThat(maps.find("a")).isInstanceOf(AliasMaps.Answer.Alias.class);
        assertThat(maps.find("b")).isInstanceOfSatisfying(AliasMaps.Answer.Broken.class,
                broken -> assertThat(broken.table()).isEqualTo("fail:trouble"));
    }
}
