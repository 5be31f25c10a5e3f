package org.postrider.common.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK's client introduces itself. */
class ClientHelloTest {
    private static final int HEADERS = 9;

    /** The first record of a handshake. */
    private static byte[] record(String[] protocols, String[] suites, String... schemes) {
        try {
            SSLEngine client = SSLContext.getDefault().createSSLEngine("mail.example.com", 25);
            client.setUseClientMode(true);
            SSLParameters parameters = client.getSSLParameters();
            parameters.setProtocols(protocols);
            parameters.setCipherSuites(suites);
            parameters.setSignatureSchemes(schemes);
            parameters.setNamedGroups(new String[]{"x25519", "secp384r1"});
            client.setSSLParameters(parameters);
            ByteBuffer out = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
            client.wrap(ByteBuffer.allocate(0), out);
            return Arrays.copyOf(out.array(), out.position());
        } catch (NoSuchAlgorithmException | SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] body(byte[] record) {
        return Arrays.copyOfRange(record, HEADERS, record.length);
    }

    @Test
    void whatAClientKnowsIsRead() {
        ClientHello hello = ClientHello.parse(body(record(new String[]{"TLSv1.3", "TLSv1.2"},
                new String[]{"TLS_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}, "rsa_pss_rsae_sha256",
                "ecdsa_secp256r1_sha256"))).orElseThrow();
        assertThat(hello.versions()).containsExactlyInAnyOrder(0x0304, 0x0303);
        assertThat(hello.suites()).contains(0x1301, 0xc02f).doesNotContain(0x1302);
        assertThat(hello.signatures()).hasValue(Set.of(0x0804, 0x0403));
        assertThat(hello.groups()).hasValue(Set.of(29, 24));
    }

    @Test
    void whoHasNoExtensionsSpeaksOldVersions() {
        byte[] body = new byte[2 + 32 + 1 + 2 + 2 + 2];
        body[0] = 3;
        body[1] = 2;
        body[36] = 2;
        body[38] = 0x2f;
        body[39] = 1;
        assertThat(ClientHello.parse(body))
                .hasValue(new ClientHello(Set.of(0x0301, 0x0302), Set.of(0x2f), Optional.empty(), Optional.empty()));
    }

    @Test
    void whatIsCutOffTellsNothing() {
        byte[] body = body(record(new String[]{"TLSv1.2"}, new String[]{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
                "rsa_pkcs1_sha256"));
        assertThat(ClientHello.parse(body)).isPresent();
        int extensions = 2 + 32 + 1 + (body[34] & 0xff) + 2 + 2 + 2;
        for (int length = 0; length < body.length; length++) {
            boolean allButExtensions = length == extensions || length == extensions - 2;
            if (!allButExtensions) {
                assertThat(ClientHello.parse(Arrays.copyOf(body, length))).as("%d bytes", length).isEmpty();
            }
        }
    }

    /** However the message is cut into pieces and records, it goes through as it is. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 50, 10_000})
    void theMessageIsSeenInPassing(int piece) throws NoSuchAlgorithmException {
        byte[] record = record(new String[]{"TLSv1.3"}, new String[]{"TLS_AES_128_GCM_SHA256"}, "ed25519");
        for (int cut : new int[]{0, 1, 100}) {
            byte[] sent = cut == 0 ? record : twoRecords(record, cut);
            SSLEngine engine = SSLContext.getDefault().createSSLEngine();
            ClientHellos heard = new ClientHellos();
            EmbeddedChannel channel = new EmbeddedChannel(new HelloWatch(engine, heard));
            ByteBuf passed = Unpooled.buffer();
            for (int at = 0; at < sent.length; at += piece) {
                assertThat(heard.of(engine)).isEmpty();
                channel.writeInbound(Unpooled.wrappedBuffer(sent, at, Math.min(piece, sent.length - at)));
                passed.writeBytes(channel.<ByteBuf>readInbound());
            }
            assertThat(Arrays.copyOf(passed.array(), passed.readableBytes())).isEqualTo(sent);
            assertThat(heard.of(engine).orElseThrow().signatures()).hasValue(Set.of(0x0807));
            assertThat(channel.pipeline().get(HelloWatch.class)).isNull();
            heard.forget(engine);
            assertThat(heard.of(engine)).isEmpty();
        }
    }

    private static byte[] twoRecords(byte[] record, int first) {
        ByteBuffer out = ByteBuffer.allocate(record.length + 5);
        out.put(record, 0, 3).putShort((short) first).put(record, 5, first);
        out.put(record, 0, 3).putShort((short) (record.length - 5 - first)).put(record, 5 + first,
                record.length - 5 - first);
        return out.array();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1503010002020a", "160301000402000000", "160301000401000000", "160301000401ffffff",
            "1603010000",
            "474554202f20485454502f312e30"})
    void nobodyListensToAnythingElse(String bytes) throws NoSuchAlgorithmException {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        ClientHellos heard = new ClientHellos();
        EmbeddedChannel channel = new EmbeddedChannel(new HelloWatch(engine, heard));
        channel.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(bytes)));
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[]{0, 0}));
        assertThat(channel.pipeline().get(HelloWatch.class)).isNull();
        assertThat(heard.of(engine)).isEmpty();
    }
}
