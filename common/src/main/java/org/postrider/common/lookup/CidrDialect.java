package org.postrider.common.lookup;

import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** cidr_table(5): network blocks, matched by number. A key that is no address matches nothing. */
final class CidrDialect implements RuleContents.Dialect {
    @Override
    public String name() {
        return "cidr";
    }

    @Override
    public RuleContents.Results results() {
        return RuleContents.Results.LITERAL;
    }

    @Override
    public RuleContents.Pattern pattern(String text) throws RuleContents.BadRuleException {
        int end = 0;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        String pattern = text.substring(0, end);
        return switch (AddressBlock.parse(pattern)) {
            case AddressBlock.Parsed.Good(AddressBlock block) ->
                new RuleContents.Pattern(key -> match(block, key), text.substring(end), 0);
            case AddressBlock.Parsed.Bad(String problem) ->
                throw new RuleContents.BadRuleException(problem + ": skipping this rule");
        };
    }

    private static @Nullable IntFunction<String> match(AddressBlock block, String key) {
        Optional<byte[]> address = AddressText.bytes(key);
        return address.isPresent() && block.contains(address.get()) ? CidrDialect::noGroup : null;
    }

    private static String noGroup(int number) {
        return "";
    }
}
