package org.postrider.commands;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.MainCf;

/** {@code postconf -e}, {@code -X} and {@code -#} on main.cf. Used once. */
final class MainCfEdit implements EditedFile.Edit {
    private final char mode;
    private final String title;
    private final Console console;
    private final Map<String, String> requests;
    private final Set<String> seen = new LinkedHashSet<>();
    private final Set<String> repeated = new LinkedHashSet<>();

    MainCfEdit(char mode, List<String> operands, String title, Console console) {
        this.mode = mode;
        this.title = title;
        this.console = console;
        this.requests = requests(mode, operands, console);
    }

    private static Map<String, String> requests(char mode, List<String> operands, Console console) {
        if (operands.isEmpty()) {
            throw new ConfigurationException(
                    mode == 'e' ? "-e requires name=value argument" : "missing service argument");
        }
        Map<String, String> requests = new LinkedHashMap<>();
        for (String operand : operands) {
            checkText(operand);
            if (mode != 'e') {
                if (operand.indexOf('=') >= 0) {
                    throw new ConfigurationException("-X or -# requires names without value");
                }
                requests.put(operand.strip(), "");
                continue;
            }
            Map.Entry<String, String> setting = MainCf.split(operand);
            String earlier = requests.put(setting.getKey(), setting.getValue());
            if (earlier != null) {
                console.warn("ignoring earlier request: '" + setting.getKey() + " = " + earlier + "'");
            }
        }
        return requests;
    }

    /** What would break the file is refused for every kind of edit. */
    static void checkText(String operand) {
        if (operand.strip().startsWith("#")) {
            throw new ConfigurationException("-e, -X, or -# accepts no comment input");
        }
        if (operand.indexOf('\n') >= 0) {
            throw new ConfigurationException("-e, -X, or -# accepts no multi-line input");
        }
    }

    @Override
    public List<String> apply(EditedFile.Block block) {
        String name = name(block.text());
        String value = requests.get(name);
        if (!block.isEntry() || value == null) {
            return block.lines();
        }
        if (!seen.add(name) && repeated.add(name)) {
            console.warn(title + ": multiple entries for \"" + name + "\"");
        }
        return switch (mode) {
            case 'e' -> edited(name + " = " + value, block);
            case 'X' -> comments(block);
            default -> commentedOut(block);
        };
    }

    @Override
    public List<String> append() {
        List<String> lines = new ArrayList<>();
        if (mode == 'e') {
            requests.forEach((name, value) -> {
                if (!seen.contains(name)) {
                    lines.add(name + " = " + value);
                }
            });
        }
        return lines;
    }

    private static String name(String text) {
        int end = 0;
        while (end < text.length() && text.charAt(end) != '=' && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return text.substring(0, end);
    }

    private static List<String> edited(String line, EditedFile.Block block) {
        List<String> lines = new ArrayList<>(List.of(line));
        lines.addAll(comments(block));
        return lines;
    }

    /** The comments between the lines of an entry outlive it. */
    static List<String> comments(EditedFile.Block block) {
        return block.lines().stream().filter(EditedFile::isComment).toList();
    }

    static List<String> commentedOut(EditedFile.Block block) {
        return block.lines().stream()
                .map(line -> EditedFile.isComment(line) ? line : "#" + line)
                .toList();
    }
}
