package org.postrider.common.config;

/** How the text of a parameter is understood. */
public enum ParameterType {
    /** Text, expanded when read; the bounds are on its length. */
    STRING,
    /** Text that the program expands itself, per message or per client. */
    RAW,
    /** A decimal number of 32 bits. */
    INT,
    /** A decimal number of 64 bits. */
    LONG,
    /** {@code yes} or {@code no}. */
    BOOL,
    /** A number with one unit letter, {@code s m h d w}. */
    TIME
}
