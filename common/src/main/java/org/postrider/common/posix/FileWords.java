package org.postrider.common.posix;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** The system's words for a failed file operation, as operators know them; Java's exceptions have words of their own. */
public final class FileWords {
    private FileWords() {}

    /** The text strerror(3) has for it. */
    public static String of(IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "No such file or directory";
            case AccessDeniedException _ -> "Permission denied";
            case FileAlreadyExistsException _ -> "File exists";
            case NotDirectoryException _ -> "Not a directory";
            case DirectoryNotEmptyException _ -> "Directory not empty";
            case FileSystemException known when known.getReason() != null -> known.getReason();
            default -> failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        };
    }

    /** The same behind the name of the file, where that is known, or both names where one was to become the other. */
    public static String at(IOException failure) {
        if (!(failure instanceof FileSystemException known) || known.getFile() == null) {
            return of(failure);
        }
        String other = known.getOtherFile() == null ? "" : " -> " + known.getOtherFile();
        return known.getFile() + other + ": " + of(failure);
    }
}
