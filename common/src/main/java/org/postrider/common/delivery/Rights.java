package org.postrider.common.delivery;

/**
 * With whose rights a file is written or a command runs.
 *
 * @param uid numerical user
 * @param gid numerical group
 * @param name the account's name, for messages
 */
public record Rights(int uid, int gid, String name) {}
