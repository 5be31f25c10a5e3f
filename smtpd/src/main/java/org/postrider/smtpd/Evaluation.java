package org.postrider.smtpd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.common.smtp.Reply;

/** Keeps how the restrictions of one session were evaluated, in the order in which they were asked. One thread. */
final class Evaluation implements Witness {
    /** What a restriction said, as {@code postfix explain} calls it. */
    enum Answer {
        /** The next one is asked. */
        NO_OPINION,
        /** The rest of the list is not asked. */
        PERMIT,
        /** Refused. */
        REFUSE,
        /** Refused under warn_if_reject: only logged. */
        WARN,
        /** The connection is closed. */
        HANGUP
    }

    /** One restriction that was asked. */
    static final class Step {
        private final String command;
        private final String list;
        private final String word;
        private final String argument;
        private final int depth;
        private final @Nullable Step parent;
        private final List<String> actions = new ArrayList<>();
        private Answer answer = Answer.NO_OPINION;
        private @Nullable Reply reply;
        private @Nullable Reply putAside;
        private boolean decides;

        private Step(String command, String list, RestrictionList.Item item, @Nullable Step parent) {
            this.command = command;
            this.list = list;
            this.word = item.name();
            this.argument = item.argument();
            this.parent = parent;
            this.depth = parent == null ? 0 : parent.depth + 1;
        }

        /** The step of the session: {@code RCPT}. */
        String command() {
            return command;
        }

        /** The parameter that holds the list; empty where a table or a policy server gave it. */
        String list() {
            return list;
        }

        String word() {
            return word;
        }

        /** The word that follows; empty for none. */
        String argument() {
            return argument;
        }

        /** With its argument, on one line. */
        String text() {
            return argument.isEmpty() ? word : word + " " + argument.replaceAll("\\s+", " ");
        }

        /** 0 in the list of a stage, 1 in a restriction class or a table's result, and so on. */
        int depth() {
            return depth;
        }

        /** The restriction in whose answer this one stands. */
        Optional<Step> parent() {
            return Optional.ofNullable(parent);
        }

        Answer answer() {
            return answer;
        }

        /** With REFUSE and WARN what the client hears, or would have heard. */
        Optional<Reply> reply() {
            return Optional.ofNullable(reply);
        }

        /** What defer_if_permit or defer_if_reject keep for later. */
        Optional<Reply> putAside() {
            return Optional.ofNullable(putAside);
        }

        /** What it had done, as it is logged: {@code hold: ...}. */
        List<String> actions() {
            return List.copyOf(actions);
        }

        /** It brought the refusal that the client hears. */
        boolean decides() {
            return decides;
        }
    }

    /** Lists that decide nothing about the message: asked for a header's sake, and to say in the log what a new default would do. */
    private static final Set<String> ASIDE = Set.of("local_header_rewrite_clients", "compatibility_level");

    private final List<Step> steps = new ArrayList<>();
    private final Deque<Step> open = new ArrayDeque<>();
    private String command = "";
    private @Nullable Step latest;
    private int unheard;

    /** A step of the session begins. */
    void begin(String step) {
        command = step;
        latest = null;
    }

    /** All restrictions that were asked. */
    List<Step> steps() {
        return List.copyOf(steps);
    }

    @Override
    public void asks(String origin, RestrictionList.Item item) {
        if (unheard > 0 || ASIDE.contains(origin)) {
            unheard++;
            return;
        }
        Step step = new Step(command, origin, item, open.peek());
        steps.add(step);
        open.push(step);
        latest = step;
    }

    @Override
    public void answered(Verdict verdict) {
        if (unheard > 0) {
            unheard--;
            return;
        }
        Step step = open.pop();
        latest = step;
        switch (verdict) {
            case Verdict.Dunno() -> step.answer = Answer.NO_OPINION;
            case Verdict.Permit() -> step.answer = Answer.PERMIT;
            case Verdict.Hangup() -> step.answer = Answer.HANGUP;
            case Verdict.Refuse(Reply reply, _) -> {
                step.answer = Answer.REFUSE;
                step.reply = reply;
            }
        }
    }

    @Override
    public void acts(String action, String text) {
        Step step = latest;
        if (unheard > 0 || step == null) {
            return;
        }
        switch (action) {
            case "reject", "permit" -> {
                // The reply, and the answer, tell the same.
            }
            case "reject_warning" -> {
                if (step.answer == Answer.REFUSE) {
                    step.answer = Answer.WARN;
                } else {
                    step.actions.add(action + ": " + text);
                }
            }
            default -> step.actions.add(action + ": " + text);
        }
    }

    @Override
    public void putsAside(Reply reply) {
        Step step = latest;
        if (unheard == 0 && step != null) {
            step.putAside = reply;
        }
    }

    /** The same reply in two answers is told apart by who gave this one. */
    @Override
    @SuppressWarnings("ReferenceEquality")
    public void refuses(Reply reply) {
        for (Step step : steps.reversed()) {
            if (step.reply == reply || step.putAside == reply) {
                step.decides = true;
                return;
            }
        }
    }
}
