package org.postrider.smtp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.common.delivery.MessageContent;
import org.postrider.common.mail.Address;
import org.postrider.common.mail.AddressList;
import org.postrider.common.mail.HeaderField;
import org.postrider.common.mail.HeaderName;

/**
 * A message's content with the addresses in its header mapped by {@link GenericMap}. Only the message's own header is looked at; a
 * field longer than {@link #LONGEST} and everything behind it goes out as it is. Holds one field at a time.
 */
final class GenericContent implements MessageContent {
    private static final int LONGEST = 102_400;

    /** A line, or a part of one. */
    private record Piece(String text, boolean ends) {}

    private final MessageContent source;
    private final GenericMap map;
    private final ArrayDeque<Piece> ready = new ArrayDeque<>();
    private boolean inHeader = true;
    private @Nullable Piece ahead;
    private @Nullable Piece current;
    private byte[] currentBytes = {};

    GenericContent(MessageContent source, GenericMap map) {
        this.source = source;
        this.map = map;
    }

    @Override
    public boolean next() throws IOException {
        current = ready.poll();
        if (current == null && inHeader) {
            try {
                field();
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            current = ready.poll();
        }
        if (current == null) {
            return source.next();
        }
        currentBytes = current.text.getBytes(StandardCharsets.ISO_8859_1);
        return true;
    }

    @Override
    public byte[] bytes() {
        return current != null ? currentBytes : source.bytes();
    }

    @Override
    public int offset() {
        return current != null ? 0 : source.offset();
    }

    @Override
    public int length() {
        return current != null ? currentBytes.length : source.length();
    }

    @Override
    public boolean endsLine() {
        return current != null ? current.ends : source.endsLine();
    }

    private @Nullable Piece read() throws IOException {
        if (!source.next()) {
            return null;
        }
        String text = new String(source.bytes(), source.offset(), source.length(), StandardCharsets.ISO_8859_1);
        return new Piece(text, source.endsLine());
    }

    /** Reads one field and the first piece of what follows it. */
    private void field() throws IOException {
        List<Piece> pieces = new ArrayList<>();
        int size = 0;
        boolean lineBegins = true;
        Piece piece = ahead != null ? ahead : read();
        ahead = null;
        while (piece != null) {
            boolean belongs = !lineBegins || pieces.isEmpty() || isContinuation(piece);
            if (!belongs) {
                ahead = piece;
                break;
            }
            pieces.add(piece);
            size += piece.text.length();
            lineBegins = piece.ends;
            if (size > LONGEST || (lineBegins && pieces.size() == 1 && !isField(piece))) {
                // The header is over, or nobody's business.
                inHeader = false;
                ready.addAll(pieces);
                return;
            }
            piece = read();
        }
        inHeader = ahead != null;
        emit(pieces);
    }

    private static boolean isContinuation(Piece piece) {
        return piece.text.startsWith(" ") || piece.text.startsWith("\t");
    }

    private static boolean isField(Piece piece) {
        return HeaderField.nameLength(piece.text) > 0;
    }

    private void emit(List<Piece> pieces) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Piece piece : pieces) {
            text.append(piece.text).append(piece.ends ? "\n" : "");
        }
        Optional<String> changed = HeaderField.parse(text.toString().stripTrailing()).flatMap(this::rewritten);
        if (changed.isEmpty()) {
            ready.addAll(pieces);
            return;
        }
        for (String line : changed.get().split("\n", -1)) {
            ready.add(new Piece(line, true));
        }
    }

    private Optional<String> rewritten(HeaderField field) {
        HeaderName name = HeaderName.of(field.name());
        boolean holdsAddresses = name != null
                && (name.kind() == HeaderName.Kind.SENDER || name.kind() == HeaderName.Kind.RECIPIENT);
        if (!holdsAddresses) {
            return Optional.empty();
        }
        AddressList list = AddressList.parse(field.value());
        return list.rewrite(this::mapped) ? Optional.of(list.fold(field.name())) : Optional.empty();
    }

    private String mapped(String external) {
        try {
            String internal = Address.toInternal(external);
            String other = map.map(internal);
            return other.equals(internal) ? external : Address.toExternal(other);
        } catch (MapUnavailableException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
