package org.postrider.common.delivery;

/** In place of a queue file, for an address probe without one: no content, and nothing to mark. */
enum NoFile implements MessageFile {
    INSTANCE;

    @Override
    public MessageContent content() {
        return Nothing.INSTANCE;
    }

    @Override
    public void markDone(long offset) {}

    @Override
    public void close() {}

    private enum Nothing implements MessageContent {
        INSTANCE;

        private static final byte[] NO_BYTES = new byte[0];

        @Override
        public boolean next() {
            return false;
        }

        @Override
        public byte[] bytes() {
            return NO_BYTES;
        }

        @Override
        public int offset() {
            return 0;
        }

        @Override
        public int length() {
            return 0;
        }

        @Override
        public boolean endsLine() {
            return true;
        }

        @Override
        public void close() {}
    }
}
