package org.postrider.common.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.common.config.Parameters;
import org.postrider.common.lookup.Tables;

/** The words are those of sendmail(1) and postqueue(1). */
class AuthorizedUsersTest {
    private static final int NOBODY = 65534;
    private static final int WITHOUT_ENTRY = 2_000_000_001;

    private static AuthorizedUsers users(AuthorizedUsers.Purpose purpose, String name, String list) {
        Parameters parameters = Parameters.of(Map.of(name, list, "mail_owner", "nobody"));
        return AuthorizedUsers.read(purpose, parameters, new Tables(Path.of("/"), InstantSource.system()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"static:anyone | true", "!nobody, static:all | false", "root | false",
            "nobody | true", "'' | false", "fail:x nobody | false", "inline:{nobody=x} | true"})
    void submission(String list, boolean allowed) {
        AuthorizedUsers users = users(AuthorizedUsers.Purpose.SUBMIT, "authorized_submit_users", list);
        assertThat(users.refusal(NOBODY).isEmpty()).isEqualTo(allowed);
        if (!allowed) {
            assertThat(users.refusal(NOBODY)).contains("User nobody(65534) is not allowed to submit mail");
        }
    }

    @Test
    void theSuperUserAndMailOwnerAlwaysSeeAndFlushButMayBeKeptFromSubmitting() {
        AuthorizedUsers view = users(AuthorizedUsers.Purpose.VIEW, "authorized_mailq_users", "");
        AuthorizedUsers flush = users(AuthorizedUsers.Purpose.FLUSH, "authorized_flush_users", "");
        AuthorizedUsers submit = users(AuthorizedUsers.Purpose.SUBMIT, "authorized_submit_users", "");
        assertThat(view.refusal(0)).isEmpty();
        assertThat(view.refusal(NOBODY)).isEmpty();
        assertThat(flush.refusal(0)).isEmpty();
        assertThat(submit.refusal(0)).contains("User root(0) is not allowed to submit mail");
        assertThat(view.refusal(WITHOUT_ENTRY))
                .contains("User unknown(2000000001) is not allowed to view the mail queue");
        assertThat(flush.refusal(WITHOUT_ENTRY))
                .contains("User unknown(2000000001) is not allowed to flush the mail queue");
    }
}
