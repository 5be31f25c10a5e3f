package org.postrider.smtpd;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A client that says one command after another, each when the last one was answered, until it is refused; both ends of the
 * streams of a session that is tried for {@code postfix explain}. One thread.
 */
final class ExplainDialogue extends PieceInput {
    /**
     * What was said and answered.
     *
     * @param step as log lines name it: {@code CONNECT}, {@code RCPT}, {@code END-OF-MESSAGE}
     * @param command as sent, without the line end; empty for the greeting and the content
     * @param replies lines as received
     */
    record Exchange(String step, String command, List<String> replies) {
        /** The last line of the reply; empty when the connection was closed without one. */
        String reply() {
            return replies.isEmpty() ? "" : replies.getLast();
        }

        /** 2xx and 3xx. */
        boolean accepted() {
            return reply().startsWith("2") || reply().startsWith("3");
        }
    }

    private record Command(String step, String text) {}

    private final Deque<Command> commands = new ArrayDeque<>();
    private final List<Exchange> exchanges = new ArrayList<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Consumer<String> steps;

    /** @param steps hears of every step before it begins */
    ExplainDialogue(ExplainOptions options, Client client, Consumer<String> steps) {
        this.steps = steps;
        String helo = !options.helo().isEmpty()
                ? options.helo()
                : client.name().name().equals("unknown") ? "[" + client.literal() + "]" : client.name().name();
        boolean utf8 = Utf8.isNotAscii(options.sender()) || Utf8.isNotAscii(options.recipient());
        commands.add(new Command("EHLO", "EHLO " + helo));
        commands.add(new Command("MAIL", "MAIL FROM:<" + options.sender() + ">"
                + (options.size().isEmpty() ? "" : " SIZE=" + options.size()) + (utf8 ? " SMTPUTF8" : "")));
        commands.add(new Command("RCPT", "RCPT TO:<" + options.recipient() + ">"));
        commands.add(new Command("DATA", "DATA"));
        commands.add(new Command(ContentReceiver.END_OF_MESSAGE, "Subject: none\r\n\r\n."));
        begin("CONNECT", "");
    }

    private void begin(String step, String command) {
        exchanges.add(new Exchange(step, command, new ArrayList<>()));
        steps.accept(step);
    }

    /** From the greeting to the last command that was given. */
    List<Exchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /** Where the server's replies go. */
    OutputStream replies() {
        return new OutputStream() {
            @Override
            public void write(int b) {
                if (b == '\n') {
                    exchanges.getLast().replies().add(line.toString(StandardCharsets.ISO_8859_1).stripTrailing());
                    line.reset();
                } else {
                    line.write(b);
                }
            }
        };
    }

    @Override
    protected Optional<byte[]> next() {
        Command next = exchanges.getLast().accepted() ? commands.poll() : null;
        if (next == null) {
            return Optional.empty();
        }
        boolean content = next.step.equals(ContentReceiver.END_OF_MESSAGE);
        begin(next.step, content ? "" : next.text);
        return Optional.of((next.text + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }
}
