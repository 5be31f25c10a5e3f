package org.postrider.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The training run of the ahead-of-time cache: loads the classes of a list, one name a line; runs on the image's run time. */
public final class LoadClasses {
    private LoadClasses() {}

    public static void main(String[] arguments) throws IOException {
        int loaded = 0;
        int missing = 0;
        for (String name : Files.readAllLines(Path.of(arguments[0]))) {
            try {
                Class<?> _ = Class.forName(name, false, LoadClasses.class.getClassLoader());
                loaded++;
            } catch (ClassNotFoundException | LinkageError _) {
                // Made at run time, or for another class loader.
                missing++;
            }
        }
        System.err.println("loaded " + loaded + " classes, could not load " + missing);
    }
}
