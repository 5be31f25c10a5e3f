package org.postrider.common.lookup;

import java.util.List;
import java.util.Optional;

/**
 * The rules of a cidr table. Rules that follow each other are searched together ({@link AddressIntervals}); a negated rule and an
 * {@code if} block stand between them. Does not change.
 */
record CidrContents(List<Step> steps, List<LookupResult.Found> results) implements TableContents {
    /** What is tried in turn. */
    sealed interface Step {
        /** The number of the rule whose result this is, or {@link AddressIntervals#NONE}. */
        int find(byte[] address);
    }

    /** Plain rules. */
    record Blocks(AddressIntervals four, AddressIntervals six) implements Step {
        @Override
        public int find(byte[] address) {
            return (address.length == 4 ? four : six).find(address);
        }
    }

    /** {@code !block result}: of the other addresses of the block's family. */
    record Others(AddressBlock block, int rule) implements Step {
        @Override
        public int find(byte[] address) {
            return holds(block, true, address) ? rule : AddressIntervals.NONE;
        }
    }

    /** {@code if block}. */
    record Inside(AddressBlock block, boolean negated, List<Step> steps) implements Step {
        @Override
        public int find(byte[] address) {
            return holds(block, negated, address) ? first(steps, address) : AddressIntervals.NONE;
        }
    }

    private static boolean holds(AddressBlock block, boolean negated, byte[] address) {
        return block.address().length == address.length && block.contains(address) != negated;
    }

    private static int first(List<Step> steps, byte[] address) {
        for (Step step : steps) {
            int rule = step.find(address);
            if (rule >= 0) {
                return rule;
            }
        }
        return AddressIntervals.NONE;
    }

    @Override
    public LookupResult find(String key) {
        Optional<byte[]> address = AddressText.bytes(key);
        int rule = address.isEmpty() ? AddressIntervals.NONE : first(steps, address.get());
        return rule < 0 ? LookupResult.NOT_FOUND : results.get(rule);
    }
}
