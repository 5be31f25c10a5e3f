package org.postrider.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.common.testing.TextMessage;

/** Names are the same in capitals; the address as a whole stays as it was written, as with Postfix 3.7. */
class CapitalsTest {
    @TempDir
    Path folder;

    private LocalRig rig;

    @BeforeEach
    void open() throws IOException {
        rig = new LocalRig(folder);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void aCommandSeesTheAddressAsItWasWritten() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        rig.mailboxCommand = "echo $RECIPIENT $LOCAL $USER $EXTENSION $DOMAIN > " + folder + "/seen";
        assertThat(rig.deliver("JoE+ExT@example.org")).isFalse();
        assertThat(Files.readString(folder.resolve("seen")))
                .isEqualTo("JoE+ExT@example.org joe+ext joe ext example.org\n");
    }

    @Test
    void headersSayItToo() throws IOException {
        assertThat(rig.deliver("JoE@example.org")).isFalse();
        assertThat(Files.readString(rig.mailbox("joe"))).contains("\nX-Original-To: JoE@example.org\n",
                "\nDelivered-To: JoE@example.org\n");
    }

    @Test
    void soDoNoticesAndWhatGoesOn() {
        rig.aliases.put("staff", "BoB@example.org, Far@example.net");
        assertThat(rig.deliver("StafF@example.org")).isFalse();
        assertThat(rig.kept).containsExactly("BOUNCE BoB@example.org 5.1.1 unknown user: \"bob\"");
        assertThat(rig.forwarded).containsExactly("sender@example.com -> [Far@example.net] StafF@example.org");
    }

    @Test
    void aMessageThatWasHereBeforeIsKnownInAnyLetters() {
        rig.message = new TextMessage("Delivered-To: joe@example.org\nSubject: x\n\nx\n");
        assertThat(rig.deliver("JOE@example.org")).isFalse();
        assertThat(rig.kept).containsExactly("BOUNCE JOE@example.org 5.4.6 mail forwarding loop for JOE@example.org");
    }
}
