/**
 * What a person types: one class per command, each with a {@code main} and an entry that tests call with streams of their own.
 * The launcher picks the class by the name it was started as. Everything runs on the main thread. Commands answer within a tenth
 * of a second, so none of them loads a logging framework, Netty or Commons Configuration before its first output.
 *
 * <p>Read {@link org.postrider.commands.Console} first: the streams, and how warnings and fatal errors look.
 */
@NullMarked
package org.postrider.commands;

import org.jspecify.annotations.NullMarked;
