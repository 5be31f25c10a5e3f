package org.postrider.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.postrider.common.lookup.TableException;

/**
 * A text with {@code %} codes: {@code %s} the key, {@code %u} and {@code %d} its local part and domain, {@code %1} to {@code %9} the
 * labels of the domain from the right, {@code %%} a percent sign. In a format of results the small letters stand for the result and
 * the capital ones for the key.
 */
public final class KeyTemplate {
    /** A piece of the text. */
    public sealed interface Part {
        /** Taken as it is. */
        record Text(String text) implements Part {}

        /** Replaced; the letter or digit behind the percent sign. */
        record Code(char letter) implements Part {}
    }

    private static final String LETTERS = "sudSUD123456789";

    private final List<Part> parts;

    private KeyTemplate(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /** A template of a query; {@code source} names the settings in complaints. */
    public static KeyTemplate ofQuery(String template, String source) {
        return parse(template, "db_common_parse: " + source + ": Invalid query template: ");
    }

    /** A template of results. */
    public static KeyTemplate ofResult(String template, String source) {
        return parse(template, "db_common_parse: " + source + ": Invalid result template: ");
    }

    private static KeyTemplate parse(String template, String complaint) {
        List<Part> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < template.length()) {
            char c = template.charAt(i);
            if (c != '%') {
                text.append(c);
                i++;
                continue;
            }
            char code = i + 1 < template.length() ? template.charAt(i + 1) : '\0';
            if (code == '%') {
                text.append('%');
            } else if (LETTERS.indexOf(code) >= 0) {
                if (!text.isEmpty()) {
                    parts.add(new Part.Text(text.toString()));
                    text.setLength(0);
                }
                parts.add(new Part.Code(code));
            } else {
                throw new TableException(complaint + template);
            }
            i += 2;
        }
        if (!text.isEmpty()) {
            parts.add(new Part.Text(text.toString()));
        }
        return new KeyTemplate(parts);
    }

    public List<Part> parts() {
        return parts;
    }

    /** True when every key makes the same text. */
    public boolean isFixed() {
        return parts.stream().noneMatch(part -> part instanceof Part.Code);
    }

    /** The text for this key; empty when the key does not have what the template asks for, and so can't be in the table. */
    public Optional<String> expand(LookupKey key, UnaryOperator<String> quote) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Part.Text(String fixed) -> text.append(fixed);
                case Part.Code(char letter) -> {
                    Optional<String> value = value(letter, key);
                    if (value.isEmpty()) {
                        return Optional.empty();
                    }
                    text.append(quote.apply(value.get()));
                }
            }
        }
        return Optional.of(text.toString());
    }

    /** True when the key has what a format of results asks of it; otherwise there is no use in a query. */
    public boolean fits(LookupKey key) {
        for (Part part : parts) {
            if (part instanceof Part.Code(char letter) && !Character.isLowerCase(letter)
                    && value(letter, key).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** The text for this result; empty when the result does not have what the format asks for, and is skipped. */
    public Optional<String> format(String result, LookupKey key) {
        if (result.isEmpty()) {
            return Optional.empty();
        }
        LookupKey value = new LookupKey(result);
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Part.Text(String fixed) -> text.append(fixed);
                case Part.Code(char letter) -> {
                    Optional<String> found = value(letter, Character.isLowerCase(letter) ? value : key);
                    if (found.isEmpty()) {
                        return Optional.empty();
                    }
                    text.append(found.get());
                }
            }
        }
        return Optional.of(text.toString());
    }

    /** The value of a code for this key; empty where the key does not have it. */
    public static Optional<String> value(char letter, LookupKey key) {
        return switch (letter) {
            case 's', 'S' -> Optional.of(key.text());
            case 'u', 'U' -> Optional.of(key.local()).filter(local -> !local.isEmpty());
            case 'd', 'D' -> Optional.of(key.domain()).filter(domain -> !domain.isEmpty());
            default -> {
                List<String> labels = key.labels();
                int place = letter - '1';
                yield place < labels.size() ? Optional.of(labels.get(place)) : Optional.empty();
            }
        };
    }
}
