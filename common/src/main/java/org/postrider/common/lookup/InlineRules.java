package org.postrider.common.lookup;

import java.util.ArrayList;
import java.util.List;

/** Rules of a table of patterns that stand in the parameter itself: {@code {{ rule }, { rule }}}, each as one line of a file. */
final class InlineRules {
    private InlineRules() {}

    /**
     * The rules without their braces and the white space inside them.
     *
     * @throws TableException where the braces are not as they must be
     */
    static List<String> split(String type, String text) {
        if (!ListText.isBraced(text)) {
            throw new TableException(type + " map: missing '}' in \"" + text + '"');
        }
        List<String> rules = new ArrayList<>();
        for (String rule : ListText.split(ListText.unbrace(text))) {
            if (!rule.startsWith("{")) {
                throw new TableException(type + " map: no '{' at start of text in \"" + rule + '"');
            }
            if (!ListText.isBraced(rule)) {
                throw new TableException(type + " map: missing '}' in \"" + rule + '"');
            }
            rules.add(ListText.unbrace(rule));
        }
        return rules;
    }
}
