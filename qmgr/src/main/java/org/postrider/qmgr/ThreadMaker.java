package org.postrider.qmgr;

/** Makes threads, not started, for work that only computes and waits for other daemons. */
interface ThreadMaker {
    Thread thread(String name, Runnable work);
}
