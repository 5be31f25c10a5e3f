package org.postrider.common.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a cidr table finds, beside a scan of its blocks in their order. */
class AddressIntervalsTest {
    private final RecordedComplaints complaints = new RecordedComplaints();

    private record Rule(AddressBlock block, boolean negated) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void findsWhatAScanFinds(long seed) throws IOException {
        Random random = new Random(seed);
        int[] sizes = {1, 2, 10, 100, 2000};
        int size = sizes[random.nextInt(sizes.length)];
        List<Rule> rules = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < size; i++) {
            Rule rule = new Rule(block(random), seed % 2 == 0 && random.nextInt(20) == 0);
            rules.add(rule);
            text.append(rule.negated ? "!" : "").append(rule.block).append(' ').append(i).append('\n');
        }
        CidrContents table = new CidrReader("t", complaints).read(new LogicalLines(new StringReader(text.toString())));
        assertThat(complaints.lines).isEmpty();
        for (int i = 0; i < 2000; i++) {
            byte[] key = key(random, rules);
            assertThat(table.find(AddressText.text(key))).isEqualTo(scan(rules, key));
        }
    }

    private static LookupResult scan(List<Rule> rules, byte[] key) {
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (rule.block.address().length == key.length && rule.block.contains(key) != rule.negated) {
                return new LookupResult.Found(Integer.toString(i));
            }
        }
        return LookupResult.NOT_FOUND;
    }

    /** Few different bits, so that blocks lie inside each other, and at both ends of the address space. */
    private static byte[] address(Random random) {
        byte[] address = new byte[random.nextInt(4) == 0 ? 16 : 4];
        for (int i = 0; i < address.length; i++) {
            address[i] = new byte[]{0, (byte) 0xff, (byte) 0x80, 1, (byte) random.nextInt(256)}[random.nextInt(5)];
        }
        return address;
    }

    private static AddressBlock block(Random random) {
        byte[] address = address(random);
        int prefix = random.nextInt(address.length * 8 + 1);
        for (int bit = prefix; bit < address.length * 8; bit++) {
            address[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        return AddressBlock.of(AddressText.text(address) + '/' + prefix).orElseThrow();
    }

    /** Anywhere, or at the edge of a block. */
    private static byte[] key(Random random, List<Rule> rules) {
        byte[] key = address(random);
        if (random.nextBoolean()) {
            key = rules.get(random.nextInt(rules.size())).block.address().clone();
            int step = random.nextInt(3) - 1;
            for (int i = key.length - 1; i >= 0 && step != 0; i--) {
                key[i] += (byte) step;
                step = step > 0 ? (key[i] == 0 ? 1 : 0) : key[i] == -1 ? -1 : 0;
            }
        }
        return key;
    }
}
