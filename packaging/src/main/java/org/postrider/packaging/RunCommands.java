package org.postrider.packaging;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.postrider.commands.Console;
import org.postrider.commands.Postconf;
import org.postrider.commands.Postmap;

/**
 * The training run of the commands' ahead-of-time cache: does in one process what the commands do that scripts call most, so that
 * the cache holds what they need and little else. Arguments: a list of classes to load for the other commands, a folder with
 * main.cf and master.cf.
 */
public final class RunCommands {
    private static final int MANY = 5000;
    private static final byte[] TWO_KEYS = "key\nnokey\n".getBytes(StandardCharsets.ISO_8859_1);

    private RunCommands() {}

    public static void main(String[] arguments) throws IOException {
        LoadClasses.main(arguments);
        Path folder = Path.of(arguments[1]);
        Path table = Files.writeString(folder.resolve("table"), "key value\n");
        for (List<String> options : List.of(List.of("-n"), List.of("-nf"), List.of("-x", "myorigin"),
                List.of("-h", "mail_name"),
                List.of("-d"), List.of("-M"), List.of("-P"), List.of("relayhost="), List.of("nosuch"))) {
            run("postconf", options, folder, TWO_KEYS);
        }
        for (List<String> options : List.of(List.of("-q", "key", "hash:" + table),
                List.of("-q", "key", "texthash:" + table),
                List.of("-q", "x", "inline:{a=b}"), List.of("lmdb:" + table), List.of("cdb:" + table),
                List.of("-q", "key", "lmdb:" + table), List.of("-q", "key", "cdb:" + table),
                List.of("-q", "-", "lmdb:" + table), List.of("-q", "-", "cdb:" + table))) {
            run("postmap", options, folder, TWO_KEYS);
        }
        askMany(folder);
    }

    /** So many keys that they are asked for on several processors, in each kind of index. */
    private static void askMany(Path folder) throws IOException {
        StringBuilder source = new StringBuilder();
        StringBuilder keys = new StringBuilder();
        for (int i = 0; i < MANY; i++) {
            source.append("user").append(i).append("@example").append(i % 100).append(".com relay:[host").append(i)
                    .append(".example.net]\n");
            int other = (int) (i * 7919L % (MANY + MANY / 10));
            keys.append("user").append(other).append("@example").append(other % 100).append(".com\n");
        }
        Path table = Files.writeString(folder.resolve("many"), source);
        byte[] asked = keys.toString().getBytes(StandardCharsets.ISO_8859_1);
        for (String type : List.of("lmdb:", "cdb:")) {
            run("postmap", List.of(type + table), folder, TWO_KEYS);
            run("postmap", List.of("-q", "-", type + table), folder, asked);
        }
        try (InputStream index = RunCommands.class.getResourceAsStream("training.db")) {
            // Of Berkeley DB, which nothing here writes: it has the first few hundred of the keys.
            Files.copy(Objects.requireNonNull(index), folder.resolve("training.db"));
        }
        run("postmap", List.of("-q", "-", "hash:" + folder.resolve("training")), folder, asked);
    }

    private static void run(String command, List<String> options, Path folder, byte[] input) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.ISO_8859_1);
        Console console = new Console(command,
                new ByteArrayInputStream(input), nowhere, nowhere,
                Map.of("MAIL_CONFIG", folder.toString()));
        int _ = command.equals("postconf") ? Postconf.run(options, console) : Postmap.run(options, console);
    }
}
