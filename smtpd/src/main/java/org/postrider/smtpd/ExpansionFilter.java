package org.postrider.smtpd;

import java.util.BitSet;
import org.postrider.common.config.EscapedText;
import org.postrider.common.config.Parameters;

/**
 * smtpd_expansion_filter: the characters that the values of {@code $name} may have in a reply; others become {@code _}. A line break
 * never is one of them. Immutable.
 */
final class ExpansionFilter {
    private final BitSet allowed = new BitSet();

    private ExpansionFilter(String characters) {
        characters.chars().filter(c -> c != '\r' && c != '\n' && c != 0).forEach(allowed::set);
    }

    static ExpansionFilter of(Parameters parameters) {
        return new ExpansionFilter(EscapedText.unescaped(parameters.raw("smtpd_expansion_filter")));
    }

    String apply(String value) {
        StringBuilder text = new StringBuilder(value);
        for (int i = 0; i < text.length(); i++) {
            if (!allowed.get(text.charAt(i))) {
                text.setCharAt(i, '_');
            }
        }
        return text.toString();
    }
}
