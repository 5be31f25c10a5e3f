package org.postrider.common;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of the house, stated once: which room may import which. */
class ArchitectureTest {
    private static final String ROOM = "org.postrider.common.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.postrider");

    @Test
    void roomsImportOnlyTowardsTheGround() {
        layeredArchitecture().consideringOnlyDependenciesInAnyPackage("org.postrider..").withOptionalLayers(true)
                .layer("delivery").definedBy(ROOM + "delivery..")
                .layer("daemon").definedBy(ROOM + "daemon..")
                .layer("ipc").definedBy(ROOM + "ipc..")
                .layer("smtp").definedBy(ROOM + "smtp..")
                .layer("dns").definedBy(ROOM + "dns..")
                .layer("tls").definedBy(ROOM + "tls..")
                .layer("wire").definedBy(ROOM + "wire..")
                .layer("queue").definedBy(ROOM + "queue..")
                .layer("notice").definedBy(ROOM + "notice..")
                .layer("lookup").definedBy(ROOM + "lookup..")
                .layer("config").definedBy(ROOM + "config..")
                .layer("log").definedBy(ROOM + "log..")
                .layer("mail").definedBy(ROOM + "mail..")
                .layer("gather").definedBy(ROOM + "gather..")
                .layer("posix").definedBy(ROOM + "posix..")
                .whereLayer("delivery").mayNotBeAccessedByAnyLayer()
                .whereLayer("daemon").mayOnlyBeAccessedByLayers("delivery")
                .whereLayer("ipc").mayOnlyBeAccessedByLayers("daemon", "delivery")
                .whereLayer("smtp").mayNotBeAccessedByAnyLayer()
                .whereLayer("dns").mayOnlyBeAccessedByLayers("smtp", "daemon", "delivery")
                .whereLayer("tls").mayOnlyBeAccessedByLayers("daemon", "delivery")
                .whereLayer("wire").mayOnlyBeAccessedByLayers("tls", "smtp", "ipc", "daemon", "delivery")
                .whereLayer("queue").mayOnlyBeAccessedByLayers("ipc", "daemon", "delivery")
                .whereLayer("notice").mayNotBeAccessedByAnyLayer()
                .whereLayer("lookup").mayOnlyBeAccessedByLayers("daemon", "delivery")
                .check(CLASSES);
    }

    @Test
    void theGroundImportsNoRoomAboveIt() {
        for (String ground : new String[]{"config", "gather", "log", "mail", "posix"}) {
            noClasses().that().resideInAPackage(ROOM + ground + "..").should().dependOnClassesThat()
                    .resideInAnyPackage(ROOM + "lookup..", ROOM + "queue..", ROOM + "ipc..", ROOM + "wire..",
                            ROOM + "daemon..", ROOM + "delivery..", ROOM + "smtp..", ROOM + "dns..")
                    .allowEmptyShould(true).check(CLASSES);
        }
    }

    @Test
    void nettyStaysInWire() {
        noClasses().that().resideOutsideOfPackage(ROOM + "wire..").should().dependOnClassesThat()
                .resideInAnyPackage("io.netty..").check(CLASSES);
    }

    @Test
    void dnsjavaStaysInDns() {
        noClasses().that().resideOutsideOfPackage(ROOM + "dns..").should().dependOnClassesThat()
                .resideInAnyPackage("org.xbill..").check(CLASSES);
    }

    @Test
    void commonsConfigurationStaysInConfig() {
        noClasses().that().resideOutsideOfPackage(ROOM + "config..").should().dependOnClassesThat()
                .resideInAnyPackage("org.apache.commons..").check(CLASSES);
    }

    @Test
    void logbackStaysInLog() {
        noClasses().that().resideOutsideOfPackage(ROOM + "log..").should().dependOnClassesThat()
                .resideInAnyPackage("ch.qos.logback..").check(CLASSES);
    }

    @Test
    void foreignCallsStayInPosix() {
        noClasses().that().resideOutsideOfPackage(ROOM + "posix..").should().dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.foreign.Linker").check(CLASSES);
    }
}
