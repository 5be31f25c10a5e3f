package org.postrider.common.lookup;

import java.util.List;
import java.util.random.RandomGenerator;

/** {@code randmap:{...}}: one of its values, each as likely as the others. */
record RandomTable(String title, List<String> values, RandomGenerator random) implements LookupTable {
    @Override
    public LookupResult find(String key) {
        return new LookupResult.Found(values.get(random.nextInt(values.size())));
    }
}
