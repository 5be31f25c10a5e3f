package org.postrider.common.lookup;

import java.util.List;
import java.util.Optional;

/**
 * The rules of a cidr table. Rules that follow each other are searched together ({@link AddressIntervals}); negated rules and
 * {@code if} stand between them. Does not change.
 */
record CidrContents(List<Step> steps, List<LookupResult.Found> results) implements TableContents {
    /** What is tried in turn. */
    sealed interface Step {}

    /** Plain rules; what they find is the number of a result. */
    record Blocks(AddressIntervals four, AddressIntervals six) implements Step {}

    /** {@code !block result}: of the other addresses of the block's family. */
    record Others(AddressBlock block, int rule) implements Step {}

    /**
     * {@code if block}.
     *
     * @param end index of the step to go on with when it does not hold
     */
    record If(int line, AddressBlock block, boolean negated, int end) implements Step {
        If endingAt(int index) {
            return new If(line, block, negated, index);
        }
    }

    @Override
    public LookupResult find(String key) {
        Optional<byte[]> address = AddressText.bytes(key);
        int rule = address.isEmpty() ? AddressIntervals.NONE : find(address.get());
        return rule < 0 ? LookupResult.NOT_FOUND : results.get(rule);
    }

    private int find(byte[] address) {
        int index = 0;
        while (index < steps.size()) {
            int rule = AddressIntervals.NONE;
            switch (steps.get(index++)) {
                case Blocks(AddressIntervals four, AddressIntervals six) ->
                    rule = (address.length == 4 ? four : six).find(address);
                case Others(AddressBlock block, int number) ->
                    rule = holds(block, true, address) ? number : AddressIntervals.NONE;
                case If(_, AddressBlock block, boolean negated, int end) ->
                    index = holds(block, negated, address) ? index : end;
            }
            if (rule >= 0) {
                return rule;
            }
        }
        return AddressIntervals.NONE;
    }

    private static boolean holds(AddressBlock block, boolean negated, byte[] address) {
        return block.address().length == address.length && block.contains(address) != negated;
    }
}
