package org.postrider.common.delivery;

import java.util.Optional;

/** What the exit status of a delivery command means: the numbers of {@code sysexits.h} with their status codes and words. */
enum ExitStatus {
    USAGE(64, "5.3.0", "command line usage error"), DATA(65, "5.6.0", "data format error"), NO_INPUT(66, "5.3.0",
            "cannot open input"), NO_USER(67, "5.1.1", "user unknown"), NO_HOST(68, "5.1.2",
                    "host name unknown"), UNAVAILABLE(69, "5.3.0", "service unavailable"), SOFTWARE(70, "5.3.0",
                            "internal software error"), SYSTEM(71, "4.3.0", "system resource problem"), SYSTEM_FILE(72,
                                    "5.3.0", "critical OS file missing"), CANNOT_CREATE(73, "5.2.0",
                                            "can't create user output file"), INPUT_OUTPUT(74, "5.3.0",
                                                    "input/output error"), TEMPORARY(75, "4.3.0",
                                                            "temporary failure"), PROTOCOL(76, "5.5.0",
                                                                    "remote error in protocol"), PERMISSION(77, "5.7.0",
                                                                            "permission denied"), CONFIGURATION(78,
                                                                                    "5.3.5",
                                                                                    "local configuration error");

    private final int number;
    private final String code;
    private final String words;

    ExitStatus(int number, String code, String words) {
        this.number = number;
        this.code = code;
        this.words = words;
    }

    String code() {
        return code;
    }

    String words() {
        return words;
    }

    static Optional<ExitStatus> of(int number) {
        for (ExitStatus status : values()) {
            if (status.number == number) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
