/* The least that a suite of separate programs does for a message into discard or a Maildir: what bench/floor measures. No checks, no tables, no
   faults, no other clients: the system calls of the way, and nothing else. Not a mail server.

   floor PORT FOLDER [maildir]: listens until it is killed; FOLDER/spool has incoming and active, log lines go to FOLDER/mail.log,
   messages to FOLDER/mail/box. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 128, TEXT = 16384, JOURNAL = 64 << 20 };

typedef struct { int slot; int length; long id; char text[TEXT]; } Message;

static int log_file;
static char lines[1 << 16];
static int lines_length;

static void need(int ok, const char *what) { if (!ok) { perror(what); exit(1); } }

static void line(const char *program, long id, const char *text) {
    if (lines_length > (int)sizeof lines - 512) { need(write(log_file, lines, lines_length) > 0, "log"); lines_length = 0; }
    time_t now = time(NULL);
    struct tm parts;
    localtime_r(&now, &parts);
    lines_length += strftime(lines + lines_length, 32, "%b %e %H:%M:%S", &parts);
    lines_length += snprintf(lines + lines_length, 400, " mail postfix/%s[%d]: %lX: %s\n", program, getpid(), id, text);
}

static void write_lines(void) {
    if (lines_length > 0) { need(write(log_file, lines, lines_length) > 0, "log"); lines_length = 0; }
}

/* smtpd: one thread, one epoll. */
typedef struct { int file; int length; int content; int begin; char text[TEXT]; } Client;

static Client clients[MOST];

static void say(Client *client, const char *text) { need(write(client->file, text, strlen(text)) > 0, "reply"); }

static void forget(Client *client) { close(client->file); client->file = 0; line("smtpd", 0, "disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5"); }

static void hear(Client *client, int cleanup) {
    static Message message;
    int got = read(client->file, client->text + client->length, TEXT - 1 - client->length);
    if (got <= 0) { forget(client); return; }
    client->length += got;
    while (client->file) {
        client->text[client->length] = 0;
        if (client->content) {
            int from = client->begin > 5 ? client->begin - 5 : 0;
            char *end = strstr(client->text + from, "\r\n.\r\n");
            client->begin = client->length;
            if (!end) { return; }
            int used = end + 5 - client->text;
            message.slot = client - clients;
            message.length = used;
            memcpy(message.text, client->text, used);
            need(send(cleanup, &message, offsetof(Message, text) + used, 0) > 0, "to cleanup");
            memmove(client->text, client->text + used, client->length - used);
            client->length -= used;
            client->content = client->begin = 0;
            return;
        }
        char *end = strstr(client->text, "\r\n");
        if (!end) { return; }
        char verb = client->text[0] | 32;
        int used = end + 2 - client->text;
        memmove(client->text, client->text + used, client->length - used);
        client->length -= used;
        switch (verb) {
            case 'e': case 'h': say(client, "250-mail.example.test\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-8BITMIME\r\n250 DSN\r\n"); break;
            case 'd': client->content = 1; client->begin = 0; say(client, "354 End data with <CR><LF>.<CR><LF>\r\n"); break;
            case 'q': say(client, "221 2.0.0 Bye\r\n"); forget(client); break;
            case 'r': line("smtpd", 0, "client=localhost[127.0.0.1]"); say(client, "250 2.1.5 Ok\r\n"); break;
            default: say(client, "250 2.1.0 Ok\r\n"); break;
        }
    }
}

static void smtpd(int listener, int cleanup) {
    int poll = epoll_create1(0);
    struct epoll_event event = {EPOLLIN, {.u32 = MOST}}, ready[MOST];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    event.data.u32 = MOST + 1;
    epoll_ctl(poll, EPOLL_CTL_ADD, cleanup, &event);
    while (1) {
        int count = epoll_wait(poll, ready, MOST, -1);
        for (int i = 0; i < count; i++) {
            unsigned which = ready[i].data.u32;
            if (which == MOST) {
                int file = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
                if (file < 0) { continue; }
                int slot = 0, on = 1;
                while (clients[slot].file) { slot++; }
                clients[slot] = (Client){.file = file};
                setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                event = (struct epoll_event){EPOLLIN, {.u32 = slot}};
                epoll_ctl(poll, EPOLL_CTL_ADD, file, &event);
                line("smtpd", 0, "connect from localhost[127.0.0.1]");
                say(&clients[slot], "220 mail.example.test ESMTP\r\n");
            } else if (which == MOST + 1) {
                int slots[MOST];
                int got = recv(cleanup, slots, sizeof slots, 0) / sizeof(int);
                for (int k = 0; k < got; k++) { say(&clients[slots[k]], "250 2.0.0 Ok: queued as 4dF0000000\r\n"); }
            } else {
                hear(&clients[which], cleanup);
            }
        }
        write_lines();
    }
}

/* cleanup: one thread writes queue files, another the journal, for all that have come meanwhile. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t some = PTHREAD_COND_INITIALIZER;
static int batch_length, batch_slots[MOST], batch_bytes;
static long batch_ids[MOST];
static char batch[MOST * TEXT];
static int to_smtpd, to_qmgr;

static void *syncs(void *unused) {
    static char bytes[MOST * TEXT];
    int journal = open("spool/journal", O_RDWR | O_CREAT, 0600), at = 0;
    for (int i = 0; i < JOURNAL; i += sizeof bytes) { need(pwrite(journal, bytes, sizeof bytes, i) > 0, "journal"); }
    fsync(journal);
    while (1) {
        int slots[MOST], count, length;
        long ids[MOST];
        pthread_mutex_lock(&lock);
        while (batch_length == 0) { pthread_cond_wait(&some, &lock); }
        count = batch_length;
        length = batch_bytes;
        memcpy(slots, batch_slots, sizeof slots);
        memcpy(ids, batch_ids, sizeof ids);
        memcpy(bytes, batch, length);
        batch_length = batch_bytes = 0;
        pthread_mutex_unlock(&lock);
        if (at + length > JOURNAL) { at = 0; }
        need(pwrite(journal, bytes, length, at) > 0, "journal");
        at += length;
        need(fdatasync(journal) == 0, "fdatasync");
        need(send(to_smtpd, slots, count * sizeof(int), 0) > 0, "to smtpd");
        need(send(to_qmgr, ids, count * sizeof(long), 0) > 0, "to qmgr");
    }
    return unused;
}

static void cleanup(void) {
    static Message message;
    static long id = 0x4D0000000;
    pthread_t thread;
    pthread_create(&thread, NULL, syncs, NULL);
    while (1) {
        int got = recv(to_smtpd, &message, sizeof message, MSG_DONTWAIT);
        if (got < 0) { write_lines(); got = recv(to_smtpd, &message, sizeof message, 0); }
        if (got <= 0) { exit(0); }
        char path[64];
        snprintf(path, sizeof path, "spool/incoming/%lX", ++id);
        int file = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
        need(file >= 0 && write(file, message.text, message.length) > 0, path);
        fchmod(file, 0700);
        close(file);
        line("cleanup", id, "message-id=<20261123000000.1@mail.example.test>");
        pthread_mutex_lock(&lock);
        memcpy(batch + batch_bytes, message.text, message.length);
        batch_bytes += message.length;
        batch_slots[batch_length] = message.slot;
        batch_ids[batch_length++] = id;
        pthread_cond_signal(&some);
        pthread_mutex_unlock(&lock);
    }
}

static void qmgr(int from_cleanup, int agent) {
    int poll = epoll_create1(0);
    struct epoll_event event = {EPOLLIN, {.fd = from_cleanup}}, ready[2];
    epoll_ctl(poll, EPOLL_CTL_ADD, from_cleanup, &event);
    event.data.fd = agent;
    epoll_ctl(poll, EPOLL_CTL_ADD, agent, &event);
    while (1) {
        int count = epoll_wait(poll, ready, 2, -1);
        for (int i = 0; i < count; i++) {
            long ids[MOST];
            int got = recv(ready[i].data.fd, ids, sizeof ids, 0) / (int)sizeof(long);
            if (got <= 0) { exit(0); }
            for (int k = 0; k < got; k++) {
                char path[64], old[64], envelope[512];
                snprintf(path, sizeof path, "spool/active/%lX", ids[k]);
                if (ready[i].data.fd == agent) {
                    need(unlink(path) == 0, path);
                    line("qmgr", ids[k], "removed");
                    continue;
                }
                snprintf(old, sizeof old, "spool/incoming/%lX", ids[k]);
                need(rename(old, path) == 0, path);
                int file = open(path, O_RDONLY);
                need(read(file, envelope, sizeof envelope) > 0, path);
                close(file);
                line("qmgr", ids[k], "from=<a@example.test>, size=4310, nrcpt=1 (queue active)");
                need(send(agent, &ids[k], sizeof(long), 0) > 0, "to agent");
            }
        }
        write_lines();
    }
}

/* A Maildir: the bytes of all, then all names and sizes at once as in docs/adr/0023, but by one thread (io_submit), then the renames. */
static int begin(long id, const char *text, int length) {
    char path[64];
    snprintf(path, sizeof path, "mail/box/tmp/%lX", id);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (file < 0) {
        mkdir("mail/box", 0700); mkdir("mail/box/tmp", 0700); mkdir("mail/box/new", 0700);
        file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    }
    need(file >= 0 && write(file, text, length) == length, path);
    return file;
}

static void publish(const long *ids, const int *files, int count) {
    static aio_context_t context;
    if (!context) { need(syscall(SYS_io_setup, MOST, &context) == 0, "io_setup"); }
    struct iocb requests[MOST], *pointers[MOST];
    struct io_event events[MOST];
    memset(requests, 0, sizeof requests);
    for (int i = 0; i < count; i++) {
        sync_file_range(files[i], 0, 0, SYNC_FILE_RANGE_WRITE);
        requests[i].aio_lio_opcode = IOCB_CMD_FSYNC;
        requests[i].aio_fildes = files[i];
        pointers[i] = &requests[i];
    }
    for (int i = 0; i < count; i++) { sync_file_range(files[i], 0, 0, SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WAIT_AFTER); }
    need(syscall(SYS_io_submit, context, count, pointers) == count, "io_submit");
    need(syscall(SYS_io_getevents, context, count, count, events, NULL) == count, "io_getevents");
    for (int i = 0; i < count; i++) {
        need(events[i].res == 0, "fsync");
        char path[64], target[64];
        snprintf(path, sizeof path, "mail/box/tmp/%lX", ids[i]);
        snprintf(target, sizeof target, "mail/box/new/%lX", ids[i]);
        close(files[i]);
        need(rename(path, target) == 0, target);
    }
}

static void agent(int qmgr, int maildir) {
    static char text[TEXT];
    while (1) {
        long ids[MOST];
        int files[MOST];
        int count = 0, got = recv(qmgr, &ids[0], sizeof(long), 0);
        while (got > 0) {
            char path[64];
            snprintf(path, sizeof path, "spool/active/%lX", ids[count]);
            int file = open(path, O_RDWR), length = read(file, text, maildir ? TEXT : 512);
            need(length > 0 && pwrite(file, "D", 1, 0) > 0, path);
            close(file);
            if (maildir) { files[count] = begin(ids[count], text, length); }
            line("discard", ids[count], "to=<b@discard.test>, relay=none, delay=0.01, delays=0.01/0/0/0, dsn=2.0.0, status=sent (discard.test)");
            got = ++count < MOST ? recv(qmgr, &ids[count], sizeof(long), MSG_DONTWAIT) : 0;
        }
        if (count == 0) { exit(0); }
        if (maildir) { publish(ids, files, count); }
        write_lines();
        need(send(qmgr, ids, count * sizeof(long), 0) > 0, "to qmgr");
    }
}

static void child(void) { prctl(PR_SET_PDEATHSIG, SIGKILL); }

int main(int count, char **words) {
    need((count == 3 || count == 4) && chdir(words[2]) == 0, "floor PORT FOLDER [maildir]");
    log_file = open("mail.log", O_WRONLY | O_APPEND | O_CREAT, 0644);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(words[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    need(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 128) == 0, "listen");
    int one[2], two[2], three[2];
    need(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, one) == 0 && socketpair(AF_UNIX, SOCK_SEQPACKET, 0, two) == 0
         && socketpair(AF_UNIX, SOCK_SEQPACKET, 0, three) == 0, "socketpair");
    if (fork() == 0) { child(); to_smtpd = one[1]; to_qmgr = two[0]; cleanup(); }
    if (fork() == 0) { child(); qmgr(two[1], three[0]); }
    if (fork() == 0) { child(); agent(three[1], count == 4); }
    smtpd(listener, one[0]);
}
