package org.postrider.common.lookup;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.common.mail.AddressTokens;
import org.postrider.common.mail.AddressTokens.Kind;
import org.postrider.common.mail.AddressTokens.Token;

/**
 * One logical line of aliases(5), {@code name: value}, read as tokens of RFC 5322. The name is kept without quotes; the value is
 * written anew with one space where there was any and one after a comma.
 *
 * @param isLocal false for a name with a domain
 */
record AliasLine(String name, String value, boolean isLocal) {
    private static final int MOST_TOKENS = 1_000_000;

    /** The line's parts; null when it is no such line. */
    static @Nullable AliasLine of(String line) {
        List<Token> tokens = AddressTokens.scan(line, MOST_TOKENS);
        int colon = 0;
        while (colon < tokens.size() && !tokens.get(colon).is(':')) {
            colon++;
        }
        if (colon == 0 || colon + 1 >= tokens.size()) {
            return null;
        }
        List<Token> left = tokens.subList(0, colon);
        return new AliasLine(name(left), value(tokens.subList(colon + 1, tokens.size())),
                left.stream().noneMatch(token -> token.is('@')));
    }

    private static String name(List<Token> tokens) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < tokens.size(); i++) {
            if (i > 0 && isWord(tokens.get(i - 1)) && isWord(tokens.get(i))) {
                name.append(' ');
            }
            name.append(tokens.get(i).plain());
        }
        return name.toString();
    }

    private static String value(List<Token> tokens) {
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean apart = token.spaced() || (i > 0 && tokens.get(i - 1).kind() == Kind.COMMENT);
            if (i > 0 && apart && isWord(tokens.get(i - 1)) && (isWord(token) || token.is('<'))) {
                value.append(' ');
            }
            value.append(token.is(',') && i + 1 < tokens.size() ? ", " : token.text());
        }
        return value.toString();
    }

    private static boolean isWord(Token token) {
        return token.kind() != Kind.SPECIAL;
    }
}
