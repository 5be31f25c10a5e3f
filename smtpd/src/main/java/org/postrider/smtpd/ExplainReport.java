package org.postrider.smtpd;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postrider.common.mail.JsonString;
import org.postrider.common.smtp.Reply;

/** What {@code postfix explain} prints. */
final class ExplainReport {
    private static final int REFUSED_FOR_NOW = 2;
    private static final int REFUSED = 3;

    private final RestrictionPlaces places;
    private final List<Evaluation.Step> steps;
    private final List<ExplainDialogue.Exchange> exchanges;

    ExplainReport(RestrictionPlaces places, List<Evaluation.Step> steps,
            List<ExplainDialogue.Exchange> exchanges) {
        this.places = places;
        this.steps = steps;
        this.exchanges = exchanges.stream().filter(this::isOfInterest).toList();
    }

    /** Content is spoken of only where a restriction is. */
    private boolean isOfInterest(ExplainDialogue.Exchange exchange) {
        boolean late = exchange.step().equals("DATA") || exchange.step().equals(ContentReceiver.END_OF_MESSAGE);
        return !late || !exchange.accepted() || steps.stream().anyMatch(step -> step.command().equals(exchange.step()));
    }

    /** What the client hears last, be it to the recipient, or to a later or an earlier step that refuses. */
    private ExplainDialogue.Exchange last() {
        return exchanges.reversed().stream()
                .filter(exchange -> !exchange.accepted() || exchange.step().equals("RCPT")).findFirst()
                .orElse(exchanges.getLast());
    }

    /** The restriction that refuses; else the one that stopped the list about relaying, if one did. */
    private Optional<Evaluation.Step> decisive() {
        Optional<Evaluation.Step> refusing = steps.reversed().stream()
                .filter(step -> step.decides() || step.answer() == Evaluation.Answer.HANGUP).findFirst();
        return refusing.isPresent() || !last().accepted() ? refusing : permitting();
    }

    private Optional<Evaluation.Step> permitting() {
        return steps.stream()
                .filter(step -> step.depth() == 0 && step.command().equals("RCPT")
                        && step.answer() == Evaluation.Answer.PERMIT
                        && (step.list().equals(Stage.RELAY.parameter()) || isDiscard(step)))
                .reduce((_, later) -> later);
    }

    private static boolean isDiscard(Evaluation.Step step) {
        return step.actions().stream().anyMatch(action -> action.startsWith("discard:"));
    }

    /** 0 accepted, 2 refused for now, 3 refused for good, or without a word. */
    int status() {
        return last().accepted() ? 0 : last().reply().startsWith("4") ? REFUSED_FOR_NOW : REFUSED;
    }

    private Optional<RestrictionPlaces.Place> place(Evaluation.Step step) {
        return step.list().isEmpty() ? Optional.empty() : places.find(step.list(), step.word(), step.argument());
    }

    // For people

    void print(PrintStream out) {
        for (ExplainDialogue.Exchange exchange : exchanges) {
            String command = exchange.command().isEmpty() ? exchange.step() : exchange.command();
            out.print(command + ": " + reply(exchange) + "\n");
            String list = "";
            for (Evaluation.Step step : steps) {
                if (step.command().equals(exchange.step())) {
                    if (step.depth() == 0 && !step.list().equals(list)) {
                        list = step.list();
                        out.print("    " + list + "\n");
                    }
                    print(step, out);
                }
            }
        }
        out.print("decides: " + decisive().map(step -> step.text() + ", " + written(step))
                .orElse(last().accepted() ? "nothing refuses" : "no restriction, but the server itself") + "\n");
        out.print("reply: " + reply(last()) + "\n");
    }

    private static String reply(ExplainDialogue.Exchange exchange) {
        return exchange.replies().isEmpty() ? "connection closed" : exchange.reply();
    }

    private void print(Evaluation.Step step, PrintStream out) {
        String indent = "    ".repeat(step.depth() + 2);
        out.print(indent + step.text() + ": " + said(step) + " (" + written(step) + ")\n");
        step.actions().forEach(action -> out.print(indent + "    " + action + "\n"));
        step.putAside().ifPresent(reply -> out.print(indent + "    put aside: " + reply.inOneLine() + "\n"));
    }

    private static String said(Evaluation.Step step) {
        return switch (step.answer()) {
            case NO_OPINION -> "no opinion";
            case PERMIT -> "permit";
            case REFUSE -> step.reply().map(Reply::inOneLine).orElse("");
            case WARN -> "only a warning of " + step.reply().map(Reply::inOneLine).orElse("");
            case HANGUP -> "hang up";
        };
    }

    private String written(Evaluation.Step step) {
        String list = step.parent().filter(_ -> step.list().isEmpty())
                .map(parent -> "said by " + parent.text()).orElse(step.list());
        return place(step).map(place -> list + ", " + place.text())
                .orElse(step.list().isEmpty() ? list : list + ", default");
    }

    // For programs

    void printJson(PrintStream out) {
        for (Evaluation.Step step : steps) {
            Optional<RestrictionPlaces.Place> place = place(step);
            String answer = step.answer().name().toLowerCase(Locale.ROOT).replace('_', '-');
            out.print("{" + members("command", step.command(), "list", step.list(), "restriction", step.text())
                    + ", \"depth\": " + step.depth() + ", "
                    + members("answer", answer, "reply", step.reply().map(Reply::inOneLine).orElse(""), "put_aside",
                            step.putAside().map(Reply::inOneLine).orElse(""), "actions",
                            String.join("; ", step.actions()))
                    + ", " + json(place) + ", \"decides\": " + decisive().filter(step::equals).isPresent() + "}\n");
        }
        Optional<Evaluation.Step> decisive = decisive();
        out.print("{" + members("command", last().step(), "reply", last().reply(), "decides",
                decisive.map(Evaluation.Step::text).orElse(""), "list",
                decisive.map(Evaluation.Step::list).orElse("")) + ", "
                + json(decisive.flatMap(this::place)) + "}\n");
    }

    private static String json(Optional<RestrictionPlaces.Place> place) {
        return members("file", place.map(RestrictionPlaces.Place::file).orElse("")) + ", \"line\": "
                + place.map(RestrictionPlaces.Place::line).orElse(0);
    }

    private static String members(String... namesAndValues) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < namesAndValues.length; at += 2) {
            text.append(at == 0 ? "" : ", ").append(JsonString.quoted(namesAndValues[at])).append(": ")
                    .append(JsonString.quoted(namesAndValues[at + 1]));
        }
        return text.toString();
    }
}
