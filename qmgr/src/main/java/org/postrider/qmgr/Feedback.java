package org.postrider.qmgr;

import org.postrider.common.config.ConfigurationException;

/**
 * How strongly one delivery changes the window of a destination (default_destination_concurrency_positive_feedback and the
 * like): a constant between 0 and 1, divided by nothing, by the window, or by its square root.
 */
record Feedback(double amount, Scale scale) {
    /** What the amount is divided by. */
    enum Scale {
        NOTHING(0), WINDOW(1), SQUARE_ROOT(2);

        private final int type;

        Scale(int type) {
            this.type = type;
        }

        /** The number that destination_concurrency_feedback_debug shows for it. */
        int type() {
            return type;
        }
    }

    static final Feedback ONE = new Feedback(1, Scale.NOTHING);

    /** The change at this window. */
    double at(int window) {
        int size = Math.max(1, window);
        return switch (scale) {
            case NOTHING -> amount;
            case WINDOW -> amount / size;
            case SQUARE_ROOT -> amount / Math.sqrt(size);
        };
    }

    /** Reads a parameter's value: {@code 0.5}, {@code 1/4}, {@code 1/concurrency}, {@code 1/sqrt_concurrency}. */
    static Feedback parse(String parameter, String value) {
        String text = value.strip();
        int slash = text.indexOf('/');
        try {
            double amount = Double.parseDouble(slash < 0 ? text : text.substring(0, slash).strip());
            Feedback feedback = slash < 0
                    ? new Feedback(amount, Scale.NOTHING)
                    : divided(amount, text.substring(slash + 1).strip());
            if (feedback.amount >= 0 && feedback.amount <= 1) {
                return feedback;
            }
        } catch (NumberFormatException _) {
            // Reported below, with numbers out of range.
        }
        throw new ConfigurationException("bad concurrency feedback: " + parameter + " = " + value);
    }

    private static Feedback divided(double amount, String by) {
        return switch (by) {
            case "concurrency" -> new Feedback(amount, Scale.WINDOW);
            case "sqrt_concurrency" -> new Feedback(amount, Scale.SQUARE_ROOT);
            default -> new Feedback(amount / Double.parseDouble(by), Scale.NOTHING);
        };
    }
}
