package org.postrider.services;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.postrider.common.testing.DeliveryRig;

class RefusingAgentsTest {
    private final DeliveryRig rig = new DeliveryRig();

    @Test
    void errorBouncesForTheReasonInTheNexthop() {
        assertThat(rig.nexthop("5.1.6 User has moved to x").serve(new ErrorAgent(false), "a@x")).isFalse();
        rig.nexthop("no thanks").serve(new ErrorAgent(false), "b@x");
        rig.nexthop("4.7.0 wrong class").serve(new ErrorAgent(false), "c@x");
        assertThat(rig.kept()).containsExactly("BOUNCE a@x 5.1.6 failed: User has moved to x",
                "BOUNCE b@x 5.0.0 failed: no thanks", "BOUNCE c@x 5.7.0 failed: wrong class");
    }

    @Test
    void retryDefers() {
        assertThat(rig.nexthop("4.3.0 later").serve(new ErrorAgent(true), "a@x", "b@x")).isTrue();
        assertThat(rig.kept()).containsExactly("DEFER a@x 4.3.0 delayed: later", "DEFER b@x 4.3.0 delayed: later");
        assertThat(rig.done()).isZero();
    }

    @Test
    void discardPretends() {
        assertThat(rig.nexthop("silently").serve(new DiscardAgent(), "a@x")).isFalse();
        assertThat(rig.kept()).containsExactly("TRACE a@x 2.0.0 delivered: silently");
        assertThat(rig.done()).isEqualTo(1);
    }
}
