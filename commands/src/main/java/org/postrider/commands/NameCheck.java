package org.postrider.commands;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postrider.common.config.DeprecatedParameters;
import org.postrider.common.config.ParameterCatalogue;
import org.postrider.common.config.References;
import org.postrider.common.config.WithoutEffect;

/** Are the names in main.cf and master.cf the ones that were meant? */
final class NameCheck {
    private final CheckedFiles files;
    private final ParameterNames names;
    private final DeprecatedParameters deprecated = DeprecatedParameters.standard();
    private final WithoutEffect without = WithoutEffect.standard();
    private final Map<String, CheckedFiles.Setting> seen = new LinkedHashMap<>();

    NameCheck(CheckedFiles files) {
        this.files = files;
        this.names = new ParameterNames(files.values(), files.rows());
    }

    void run() {
        List<String> unused = names.unused();
        List<String> undefined = names.undefined();
        for (CheckedFiles.Setting setting : files.settings()) {
            checkRepeated(setting);
            if (unused.contains(setting.name())) {
                addUnused(files.mainFile(), setting.line(), setting.name());
            }
            checkOne(files.mainFile(), setting.line(), setting.name(), setting.value());
            if (!names.isRaw(setting.name())) {
                checkReferences(files.mainFile(), setting.line(), setting.value(), undefined);
            }
        }
        List<String> unusedByServices = names.unusedByServices();
        List<String> undefinedByServices = names.undefinedByServices();
        for (CheckedFiles.ServiceAt service : files.services()) {
            service.row().overrides().forEach((name, value) -> {
                if (unusedByServices.contains(name + "=" + value)) {
                    addUnused(files.masterFile(), service.line(), name);
                }
                checkOne(files.masterFile(), service.line(), name, value);
                checkReferences(files.masterFile(), service.line(), value, undefinedByServices);
            });
        }
    }

    private void checkRepeated(CheckedFiles.Setting setting) {
        CheckedFiles.Setting earlier = seen.put(setting.name(), setting);
        if (earlier != null && !earlier.value().equals(setting.value())) {
            files.add(Finding.Kind.REPEATED_PARAMETER, files.mainFile(), earlier.line(),
                    earlier.name() + " is set again in line " + setting.line() + ", where it counts",
                    "remove one of them");
        }
    }

    private void addUnused(String file, int line, String name) {
        if (deprecated.advice(name).isPresent()) {
            return;
        }
        Optional<String> near = near(name);
        if (near.isPresent()) {
            files.add(Finding.Kind.UNKNOWN_PARAMETER, file, line, name + " is not a parameter",
                    "did you mean " + near.get() + "?");
        } else {
            files.add(Finding.Kind.UNUSED_PARAMETER, file, line, "nothing uses " + name, "");
        }
    }

    private void checkOne(String file, int line, String name, String value) {
        if (MainCfReport.READ_ONLY.contains(name)) {
            files.add(Finding.Kind.READ_ONLY_PARAMETER, file, line, name + " can't be set", "remove it");
        }
        without.reason(name, value).ifPresent(
                reason -> files.add(Finding.Kind.NO_EFFECT, file, line, name + " has no effect: " + reason, ""));
        deprecated.advice(name).ifPresent(advice -> files.add(Finding.Kind.DEPRECATED_PARAMETER, file, line,
                "support for " + name + " will be removed", advice));
        if (FoldedText.split(value).stream().anyMatch(word -> word.startsWith("#"))) {
            files.add(Finding.Kind.COMMENT_IN_VALUE, file, line, "# after other text in " + name + " begins no comment",
                    "put the comment on a line of its own");
        }
    }

    private void checkReferences(String file, int line, String value, List<String> undefined) {
        for (String name : References.in(value)) {
            if (undefined.contains(name)) {
                files.add(Finding.Kind.UNDEFINED_NAME, file, line, "$" + name + " is not defined",
                        near(name).map(near -> "did you mean $" + near + "?").orElse(""));
            }
        }
    }

    /** The known name that differs least, when it differs little. */
    private Optional<String> near(String name) {
        String best = "";
        int least = name.length() > 7 ? 3 : 2;
        for (Set<String> known : List.of(names.builtin(), names.service(), names.user())) {
            for (String each : known) {
                int distance = EditDistance.of(name, each, least);
                if (distance < least && ParameterCatalogue.standard().find(each).isPresent()) {
                    least = distance;
                    best = each;
                }
            }
        }
        return best.isEmpty() ? Optional.empty() : Optional.of(best);
    }
}
