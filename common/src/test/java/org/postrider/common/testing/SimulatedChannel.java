package org.postrider.common.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** An open file of a {@link SimulatedFileSystem}. */
final class SimulatedChannel extends FileChannel {
    private final SimulatedFileSystem files;
    private final SimulatedInode inode;
    private final boolean writable;
    private final boolean appends;
    private final long life;
    private long position;

    SimulatedChannel(SimulatedFileSystem files, SimulatedInode inode, boolean writable, boolean appends) {
        this.files = files;
        this.inode = inode;
        this.writable = writable;
        this.appends = appends;
        this.life = files.life();
    }

    private void check() throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        if (life != files.life()) {
            throw new IllegalStateException("a file of a process that is dead");
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int n = read(into, position);
        position += Math.max(n, 0);
        return n;
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
        check();
        byte[] bytes = inode.read((int) at, into.remaining());
        into.put(bytes);
        return bytes.length == 0 && into.hasRemaining() ? -1 : bytes.length;
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        return read(into[offset]);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int n = write(from, appends ? inode.size() : position);
        position += n;
        return n;
    }

    @Override
    public int write(ByteBuffer from, long at) throws IOException {
        check();
        if (!writable) {
            throw new NonWritableChannelException();
        }
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        files.write(inode, (int) at, bytes);
        return bytes.length;
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        return write(from[offset]);
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long changed) {
        position = changed;
        return this;
    }

    @Override
    public long size() throws IOException {
        check();
        return inode.size();
    }

    @Override
    public FileChannel truncate(long length) throws IOException {
        check();
        files.change(() -> inode.truncate((int) length));
        return this;
    }

    @Override
    public void force(boolean withMetadata) throws IOException {
        check();
        files.sync(inode, withMetadata);
    }

    @Override
    public long transferTo(long at, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long at, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long at, long length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long at, long length, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long at, long length, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void implCloseChannel() {
        // Linux releases a descriptor whatever happens.
    }
}
