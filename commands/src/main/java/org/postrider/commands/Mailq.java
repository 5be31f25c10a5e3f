package org.postrider.commands;

import java.util.List;

/** mailq(1): sendmail under its name for listing the queue. */
public final class Mailq {
    private Mailq() {}

    public static void main(String[] arguments) {
        Console console = Console.ofLoggedProcess("mailq");
        int status = Sendmail.run(List.of(arguments), console);
        console.out().flush();
        System.exit(status);
    }
}
