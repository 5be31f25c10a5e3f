package org.postrider.commands;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.ServiceText;

/** {@code postconf -e}, {@code -X} and {@code -#} with {@code -M}, {@code -F} or {@code -P}, on master.cf. Used once. */
final class MasterCfEdit implements EditedFile.Edit {
    private final char mode;
    private final char part;
    private final String title;
    private final Console console;
    private final List<ServicePattern> requests = new ArrayList<>();
    private final Set<ServicePattern> matched = new LinkedHashSet<>();

    /**
     * @param mode {@code e}, {@code X} or {@code #}
     * @param part {@code M}, {@code F} or {@code P}
     */
    MasterCfEdit(char mode, char part, List<String> operands, String title, Console console) {
        this.mode = mode;
        this.part = part;
        this.title = title;
        this.console = console;
        if (operands.isEmpty()) {
            throw new ConfigurationException("missing service argument");
        }
        String shape = part == 'M'
                ? "-Me, -MX or -M# requires service_name/type"
                : part == 'F'
                        ? "-Fe or -FX requires service_name/type/field_name"
                        : "-Pe or -PX requires service_name/type/parameter";
        for (String operand : operands) {
            ServicePattern request = ServicePattern.parseEdit(operand, part == 'M' ? 2 : 3, mode == 'e', shape);
            checkRequest(request);
            requests.add(request);
        }
    }

    private void checkRequest(ServicePattern request) {
        if (part == 'F') {
            ServiceRow.checkField(request.part(2));
        }
        if (part == 'P' && FoldedText.split(request.value()).size() > 1) {
            throw new ConfigurationException("-Pe does not accept whitespace in parameter value");
        }
        if (part == 'M' && mode == 'e') {
            row(request);
        }
    }

    private static ServiceRow row(ServicePattern request) {
        if (FoldedText.split(request.value()).size() < ServiceRow.FIELDS.size()) {
            throw new ConfigurationException("bad field count: \"" + request.text() + "\"");
        }
        return ServiceRow.of(ServiceText.parse(request.value(), ""));
    }

    @Override
    public List<String> apply(EditedFile.Block block) {
        if (!block.isEntry()) {
            return block.lines();
        }
        if (part == 'M' && FoldedText.split(block.text()).size() < ServiceRow.FIELDS.size()) {
            // Somebody else's mistake must not be in the way of an edit.
            return block.lines();
        }
        ServiceRow row = ServiceRow.of(ServiceText.parse(block.text(), "file " + title + ": "));
        ServiceRow changed = row;
        boolean touched = false;
        for (ServicePattern request : requests) {
            if (!isMeant(request, row)) {
                continue;
            }
            boolean again = !matched.add(request);
            touched = true;
            if (again && mode == 'e' && part == 'M') {
                // A replaced service is there once.
                return MainCfEdit.comments(block);
            }
            if (mode == '#') {
                return MainCfEdit.commentedOut(block);
            }
            if (mode == 'X' && part == 'M') {
                return MainCfEdit.comments(block);
            }
            changed = change(changed, request);
        }
        if (!touched) {
            return block.lines();
        }
        List<String> lines = new ArrayList<>(changed.format(true).lines().toList());
        lines.addAll(MainCfEdit.comments(block));
        return lines;
    }

    /** A line may have another name than the one it replaces; it then also replaces what has its own name. */
    private boolean isMeant(ServicePattern request, ServiceRow row) {
        return request.matches(row)
                || (part == 'M' && mode == 'e' && row(request).identity().equals(row.identity()));
    }

    private ServiceRow change(ServiceRow row, ServicePattern request) {
        if (part == 'M') {
            return row(request);
        }
        if (part == 'F') {
            return row.withField(ServiceRow.FIELDS.indexOf(request.part(2)), request.value());
        }
        return mode == 'X' ? row.without(request::matchesName) : row.with(request.part(2), request.value());
    }

    @Override
    public List<String> append() {
        List<String> lines = new ArrayList<>();
        for (ServicePattern request : requests) {
            if (matched.contains(request)) {
                continue;
            }
            if (part == 'M' && mode == 'e') {
                lines.addAll(row(request)
                        .format(true)
                        .lines()
                        .toList());
            } else if (mode == 'e' || part == 'P') {
                console.warn("unmatched service_name/type: \"" + request.text() + "\"");
            }
        }
        return lines;
    }
}
