package org.postrider.common.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/** What java.nio.file asks of a {@link SimulatedFileSystem}. */
final class SimulatedProvider extends FileSystemProvider {
    private static final Set<PosixFilePermission> USUAL = PosixFilePermissions.fromString("rwx------");

    private final SimulatedFileSystem files;

    SimulatedProvider(SimulatedFileSystem files) {
        this.files = files;
    }

    @Override
    public String getScheme() {
        return "simulated";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return files;
    }

    @Override
    public Path getPath(URI uri) {
        return files.getPath(uri.getSchemeSpecificPart());
    }

    @Override
    public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options,
            FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        boolean appends = options.contains(StandardOpenOption.APPEND);
        boolean writable = appends || options.contains(StandardOpenOption.WRITE);
        SimulatedInode inode;
        if (options.contains(StandardOpenOption.CREATE_NEW)) {
            inode = files.create(path, false, mode(attributes));
        } else {
            inode = existing(path, options, attributes);
        }
        return new SimulatedChannel(files, inode, writable, appends);
    }

    private SimulatedInode existing(Path path, Set<? extends OpenOption> options, FileAttribute<?>[] attributes)
            throws IOException {
        try {
            return files.inode(path);
        } catch (NoSuchFileException e) {
            if (options.contains(StandardOpenOption.CREATE)) {
                return files.create(path, false, mode(attributes));
            }
            throw e;
        }
    }

    @SuppressWarnings("unchecked") // The only attribute anybody gives.
    private static Set<PosixFilePermission> mode(FileAttribute<?>[] attributes) {
        return attributes.length == 0 ? USUAL : (Set<PosixFilePermission>) attributes[0].value();
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        Iterator<Path> found = files.list(directory).iterator();
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return found;
            }

            @Override
            public void close() {
                // The list is complete.
            }
        };
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        files.create(directory, true, mode(attributes));
    }

    @Override
    public void delete(Path path) throws IOException {
        files.delete(path);
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        if (options.length == 0 && exists(target)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        files.move(source, target);
    }

    @Override
    public boolean isSameFile(Path one, Path two) {
        return one.equals(two);
    }

    @Override
    public boolean isHidden(Path path) {
        return false;
    }

    @Override
    public FileStore getFileStore(Path path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        files.inode(path);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        // As on a file system without extended attributes.
        return type.isAssignableFrom(View.class) ? type.cast(new View(path)) : null;
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return type.cast(new Attributes(files.inode(path)));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) throws IOException {
        return switch (names) {
            case "unix:ino" -> Map.of("ino", files.inode(path).number);
            // There are no hard links.
            case "unix:nlink" -> Map.of("nlink", 1);
            default -> throw new UnsupportedOperationException(names);
        };
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options) {
        throw new UnsupportedOperationException();
    }

    private final class View implements PosixFileAttributeView {
        private final Path path;

        View(Path path) {
            this.path = path;
        }

        @Override
        public String name() {
            return "posix";
        }

        @Override
        public PosixFileAttributes readAttributes() throws IOException {
            return new Attributes(files.inode(path));
        }

        @Override
        public void setTimes(FileTime modified, FileTime accessed, FileTime created) throws IOException {
            SimulatedInode inode = files.inode(path);
            files.change(() -> inode.time(modified));
        }

        @Override
        public void setPermissions(Set<PosixFilePermission> mode) throws IOException {
            SimulatedInode inode = files.inode(path);
            files.change(() -> inode.mode(mode));
        }

        @Override
        public void setGroup(GroupPrincipal group) {
            throw new UnsupportedOperationException();
        }

        @Override
        public UserPrincipal getOwner() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setOwner(UserPrincipal owner) {
            throw new UnsupportedOperationException();
        }
    }

    private record Attributes(SimulatedInode inode) implements PosixFileAttributes {
        @Override
        public FileTime lastModifiedTime() {
            return inode.time();
        }

        @Override
        public FileTime lastAccessTime() {
            return inode.time();
        }

        @Override
        public FileTime creationTime() {
            return inode.time();
        }

        @Override
        public boolean isRegularFile() {
            return !inode.directory;
        }

        @Override
        public boolean isDirectory() {
            return inode.directory;
        }

        @Override
        public boolean isSymbolicLink() {
            return false;
        }

        @Override
        public boolean isOther() {
            return false;
        }

        @Override
        public long size() {
            return inode.size();
        }

        @Override
        public Object fileKey() {
            return inode.number;
        }

        @Override
        public UserPrincipal owner() {
            throw new UnsupportedOperationException();
        }

        @Override
        public GroupPrincipal group() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<PosixFilePermission> permissions() {
            return inode.mode();
        }
    }
}
