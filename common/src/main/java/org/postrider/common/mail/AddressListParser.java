package org.postrider.common.mail;

import java.util.ArrayList;
import java.util.List;
import org.postrider.common.mail.AddressList.AddressPart;
import org.postrider.common.mail.AddressList.Comment;
import org.postrider.common.mail.AddressList.Mark;
import org.postrider.common.mail.AddressList.Part;
import org.postrider.common.mail.AddressList.Phrase;
import org.postrider.common.mail.AddressTokens.Kind;
import org.postrider.common.mail.AddressTokens.Token;

/**
 * Groups tokens into parts. Words that run up to a {@code <} or a group's {@code :} are a phrase; other words are addresses: a
 * word goes on over a dot or {@code @}, and a word that follows another without either begins a new address.
 */
final class AddressListParser {
    private final List<Token> tokens;
    private final List<Part> parts = new ArrayList<>();
    /** Words and comments since the last mark: not known yet to be phrase or addresses. */
    private final List<Token> pending = new ArrayList<>();
    private boolean afterAddress;

    AddressListParser(List<Token> tokens) {
        this.tokens = tokens;
    }

    AddressList parse() {
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.is('<')) {
                phrase();
                i = route(i + 1);
            } else if (token.is(':') && !partOfAddress(i)) {
                phrase();
                mark(new Mark(":"));
            } else if (token.is(',') || token.is(';')) {
                addresses();
                mark(token.is(',') ? Mark.COMMA : new Mark(";"));
            } else if (token.is('>')) {
                addresses();
                mark(Mark.CLOSE);
            } else {
                pending.add(token);
            }
        }
        addresses();
        return new AddressList(parts);
    }

    private void mark(Mark mark) {
        parts.add(mark);
        afterAddress = mark.text().equals(";");
    }

    /** A colon ends a group's name only when the name is made of plain words; {@code a::b} and source routes are addresses. */
    private boolean partOfAddress(int colon) {
        boolean doubled = (colon + 1 < tokens.size() && tokens.get(colon + 1).is(':'))
                || (colon > 0 && tokens.get(colon - 1).is(':'));
        boolean routed = !pending.isEmpty() && pending.stream().anyMatch(token -> token.is('@'));
        return doubled || routed;
    }

    /** What is pending turns out to be a display name. */
    private void phrase() {
        if (afterAddress && !pending.isEmpty()) {
            parts.add(Mark.COMMA);
            afterAddress = false;
        }
        StringBuilder glued = new StringBuilder();
        boolean open = false;
        for (Token token : pending) {
            boolean joins = token.is('.') || token.is('@');
            if (!joins && !open) {
                endOfPhraseWord(glued);
            }
            open = joins;
            if (token.kind() == Kind.COMMENT) {
                endOfPhraseWord(glued);
                parts.add(new Comment(token.text()));
            } else {
                glued.append(token.text());
            }
        }
        endOfPhraseWord(glued);
        pending.clear();
    }

    private void endOfPhraseWord(StringBuilder word) {
        if (!word.isEmpty()) {
            parts.add(new Phrase(word.toString()));
            word.setLength(0);
        }
    }

    /** From behind a {@code <} to its {@code >}; returns the index of the last token used. */
    private int route(int start) {
        StringBuilder address = new StringBuilder();
        List<Part> comments = new ArrayList<>();
        int i = start;
        while (i < tokens.size() && !tokens.get(i).is('>')) {
            Token token = tokens.get(i);
            if (token.kind() == Kind.COMMENT) {
                comments.add(new Comment(token.text()));
            } else {
                address.append(token.text());
            }
            i++;
        }
        parts.add(Mark.OPEN);
        parts.add(new AddressPart(address.toString()));
        parts.add(Mark.CLOSE);
        parts.addAll(comments);
        afterAddress = true;
        return i;
    }

    /** What is pending turns out to be addresses. */
    private void addresses() {
        StringBuilder address = new StringBuilder();
        List<Part> comments = new ArrayList<>();
        List<Part> behind = new ArrayList<>();
        boolean open = true;
        for (Token token : pending) {
            if (token.kind() == Kind.COMMENT) {
                behind.add(new Comment(token.text()));
                continue;
            }
            if (token.isWord() && !open && !address.isEmpty()) {
                finish(address, comments);
            }
            // A comment belongs to the word after it; only the last ones belong to what is before them.
            comments.addAll(behind);
            behind.clear();
            address.append(token.text());
            open = !token.isWord();
        }
        comments.addAll(behind);
        finish(address, comments);
        pending.clear();
    }

    private void finish(StringBuilder address, List<Part> comments) {
        if (!address.isEmpty()) {
            if (afterAddress) {
                parts.add(Mark.COMMA);
            }
            parts.add(new AddressPart(address.toString()));
            address.setLength(0);
            afterAddress = true;
        }
        parts.addAll(comments);
        comments.clear();
    }
}
