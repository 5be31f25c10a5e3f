package org.postrider.qmgr;

import org.postrider.common.config.ConfigurationException;

/**
 * How strongly one delivery changes the window of a destination (default_destination_concurrency_positive_feedback and the
 * like): a constant between 0 and 1, divided by nothing, by the window, or by its square root.
 */
record Feedback(double amount, Scale scale) {
    /** What the amount is divided by. */
    enum Scale {
        NOTHING, WINDOW, SQUARE_ROOT
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

    /** Reads a parameter's value: {@code 0.5}, {@code 1/concurrency}, {@code 1/sqrt_concurrency}. */
    static Feedback parse(String parameter, String value) {
        String text = value.strip();
        int slash = text.indexOf('/');
        String number = slash < 0 ? text : text.substring(0, slash).strip();
        Scale scale = slash < 0 ? Scale.NOTHING : scale(text.substring(slash + 1).strip(), parameter, value);
        try {
            double amount = Double.parseDouble(number);
            if (amount >= 0 && amount <= 1) {
                return new Feedback(amount, scale);
            }
        } catch (NumberFormatException _) {
            // Reported below, with numbers out of range.
        }
        throw bad(parameter, value);
    }

    private static Scale scale(String name, String parameter, String value) {
        return switch (name) {
            case "concurrency" -> Scale.WINDOW;
            case "sqrt_concurrency" -> Scale.SQUARE_ROOT;
            default -> throw bad(parameter, value);
        };
    }

    private static ConfigurationException bad(String parameter, String value) {
        return new ConfigurationException("bad concurrency feedback: " + parameter + " = " + value);
    }
}
