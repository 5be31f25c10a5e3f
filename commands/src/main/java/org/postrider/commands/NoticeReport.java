package org.postrider.commands;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.Parameters;
import org.postrider.common.notice.NoticeKind;
import org.postrider.common.notice.NoticeTemplate;
import org.postrider.common.notice.NoticeTemplates;

/** {@code postconf -t} and {@code postconf -b}: the templates of letters about mail, as written or as they will be sent. */
final class NoticeReport {
    private final Parameters parameters;
    private final Console console;

    NoticeReport(Parameters parameters, Console console) {
        this.parameters = parameters;
        this.console = console;
    }

    /**
     * Prints all templates.
     *
     * @param operands a file in place of bounce_template_file; an empty name stands for the built-in templates
     */
    void print(List<String> operands, boolean expanded) {
        if (operands.size() > 1) {
            throw new ConfigurationException("options -b and -t require at most one template file");
        }
        String file = operands.isEmpty() ? parameters.string("bounce_template_file") : operands.getFirst();
        if (!file.isEmpty() && !Files.isReadable(Path.of(file))) {
            throw new ConfigurationException("open " + file + ": No such file or directory");
        }
        Parameters chosen = parameters.with(java.util.Map.of("bounce_template_file", file));
        NoticeTemplates templates = NoticeTemplates.configured(chosen, console::warn);
        NoticeTemplates shown = expanded ? templates.expanded(parameters) : templates;
        String separator = "";
        for (NoticeKind kind : NoticeKind.values()) {
            NoticeTemplate template = shown.of(kind);
            console.out().print(separator + (expanded ? text(kind, template) : source(kind, template)));
            separator = "\n";
        }
    }

    private static String text(NoticeKind kind, NoticeTemplate template) {
        String name = "expanded_" + kind.templateName().replace("_template", "_text");
        return name + " = <<EOF\n" + body(template) + "EOF\n";
    }

    private static String source(NoticeKind kind, NoticeTemplate template) {
        String postmaster = template.postmasterSubject().isEmpty()
                ? ""
                : "Postmaster-Subject: " + template.postmasterSubject() + "\n";
        return kind.templateName() + " = <<EOF\nCharset: " + template.charset() + "\nFrom: " + template.from()
                + "\nSubject: " + template.subject() + "\n" + postmaster + "\n" + body(template) + "EOF\n";
    }

    private static String body(NoticeTemplate template) {
        return template.body().isEmpty() ? "" : String.join("\n", template.body()) + "\n";
    }
}
