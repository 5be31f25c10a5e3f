package org.postrider.packaging;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.postrider.commands.Console;
import org.postrider.commands.Postconf;
import org.postrider.commands.Postmap;

/**
 * The training run of the commands' ahead-of-time cache: does in one process what the commands do that scripts call most, so that
 * the cache holds what they need and little else. Arguments: a list of classes to load for the other commands, a folder with
 * main.cf and master.cf.
 */
public final class RunCommands {
    private RunCommands() {}

    public static void main(String[] arguments) throws IOException {
        LoadClasses.main(arguments);
        Path folder = Path.of(arguments[1]);
        Path table = Files.writeString(folder.resolve("table"), "key value\n");
        for (List<String> options : List.of(List.of("-n"), List.of("-nf"), List.of("-x", "myorigin"),
                List.of("-h", "mail_name"),
                List.of("-d"), List.of("-M"), List.of("-P"), List.of("relayhost="), List.of("nosuch"))) {
            run("postconf", options, folder);
        }
        for (List<String> options : List.of(List.of("-q", "key", "hash:" + table),
                List.of("-q", "key", "texthash:" + table),
                List.of("-q", "x", "inline:{a=b}"), List.of("lmdb:" + table), List.of("cdb:" + table),
                List.of("-q", "key", "lmdb:" + table), List.of("-q", "key", "cdb:" + table),
                List.of("-q", "-", "lmdb:" + table), List.of("-q", "-", "cdb:" + table))) {
            run("postmap", options, folder);
        }
    }

    private static void run(String command, List<String> options, Path folder) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.ISO_8859_1);
        Console console = new Console(command,
                new ByteArrayInputStream("key\nnokey\n".getBytes(StandardCharsets.ISO_8859_1)), nowhere, nowhere,
                Map.of("MAIL_CONFIG", folder.toString()));
        int _ = command.equals("postconf") ? Postconf.run(options, console) : Postmap.run(options, console);
    }
}
