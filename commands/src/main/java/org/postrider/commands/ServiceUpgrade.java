package org.postrider.commands;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.postrider.common.config.ConfigurationException;
import org.postrider.common.config.ServiceText;

/**
 * {@code postfix upgrade-configuration} on master.cf: appends the services of the stock file that are missing. Network services
 * are left alone, because whoever has none took them out on purpose; what stands in the file stays as it is. Used once.
 */
final class ServiceUpgrade implements EditedFile.Edit {
    private static final String STOCK = "/org/postrider/conf/master.cf";

    private final String title;
    private final Set<String> present = new LinkedHashSet<>();
    private final List<String> added = new ArrayList<>();

    ServiceUpgrade(String title) {
        this.title = title;
    }

    /** The names of the services that were appended. */
    List<String> added() {
        return added;
    }

    @Override
    public List<String> apply(EditedFile.Block block) {
        if (block.isEntry()) {
            ServiceText text = parse(block);
            present.add(kind(text) + text.name());
        }
        return block.lines();
    }

    @Override
    public List<String> append() {
        List<String> lines = new ArrayList<>();
        for (EditedFile.Block block : EditedFile.blocks(stock())) {
            if (!block.isEntry()) {
                continue;
            }
            ServiceText text = parse(block);
            if (!text.type().equals("inet") && present.add(kind(text) + text.name())) {
                lines.addAll(block.lines());
                added.add(text.name());
            }
        }
        return lines;
    }

    private ServiceText parse(EditedFile.Block block) {
        return ServiceText.parse(block.text(), "file " + title + ": ");
    }

    /** A fifo of old times and a socket of today are the same service. */
    private static String kind(ServiceText text) {
        return text.type().equals("inet") ? "inet " : "";
    }

    private static String stock() {
        try (InputStream in = ServiceUpgrade.class.getResourceAsStream(STOCK)) {
            if (in == null) {
                throw new ConfigurationException("no stock master.cf in this installation");
            }
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
