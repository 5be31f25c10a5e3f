package org.postrider.common.lookup;

import java.util.ArrayList;
import java.util.List;

/** The keys under which the parents of a domain are found in a table. */
final class DomainParents {
    private DomainParents() {}

    /**
     * The parents, nearest first, without the domain itself.
     *
     * @param plain {@code example.com} for {@code a.example.com}; else {@code .example.com}
     */
    static List<String> of(String domain, boolean plain) {
        List<String> parents = new ArrayList<>();
        if (domain.startsWith("[")) {
            return parents;
        }
        int dot = domain.indexOf('.', 1);
        while (dot > 0 && dot + 1 < domain.length()) {
            parents.add(domain.substring(plain ? dot + 1 : dot));
            dot = domain.indexOf('.', dot + 1);
        }
        return parents;
    }
}
