package org.postrider.common.testing;

import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path in a {@link SimulatedFileSystem}: names with slashes between them, absolute when a slash is the first character. */
record SimulatedPath(SimulatedFileSystem files, String text) implements Path {
    private SimulatedPath of(String other) {
        return new SimulatedPath(files, other);
    }

    private List<String> names() {
        return List.of(text.split("/")).stream().filter(name -> !name.isEmpty()).toList();
    }

    @Override
    public FileSystem getFileSystem() {
        return files;
    }

    @Override
    public boolean isAbsolute() {
        return text.startsWith("/");
    }

    @Override
    public Path getRoot() {
        return of("/");
    }

    @Override
    public Path getFileName() {
        return of(text.substring(text.lastIndexOf('/') + 1));
    }

    @Override
    public @Nullable Path getParent() {
        int slash = text.lastIndexOf('/');
        return slash <= 0 ? null : of(text.substring(0, slash));
    }

    @Override
    public int getNameCount() {
        return names().size();
    }

    @Override
    public Path getName(int index) {
        return of(names().get(index));
    }

    @Override
    public Path subpath(int begin, int end) {
        return of(String.join("/", names().subList(begin, end)));
    }

    @Override
    public boolean startsWith(Path other) {
        return (text + "/").startsWith(other + "/");
    }

    @Override
    public boolean endsWith(Path other) {
        return ("/" + text).endsWith("/" + other);
    }

    @Override
    public Path normalize() {
        return this;
    }

    @Override
    public Path resolve(Path other) {
        return other.isAbsolute() ? other : of(text + "/" + other);
    }

    @Override
    public Path relativize(Path other) {
        return of(other.toString().substring(text.length() + 1));
    }

    @Override
    public URI toUri() {
        return URI.create("simulated:" + text);
    }

    @Override
    public Path toAbsolutePath() {
        return this;
    }

    @Override
    public Path toRealPath(LinkOption... options) {
        return this;
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Path other) {
        return text.compareTo(other.toString());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SimulatedPath path && path.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
