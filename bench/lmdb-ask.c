/*
 * What an LMDB table costs to ask with Debian's own library on this machine, in one thread: the measure for the part "daemon" of
 * bench/tables, which runs it where a C compiler is. Arguments: the file, a file with a key on each line, seconds to measure.
 * Prints lookups per second of processor time, all in one read transaction and with one for each lookup, as Postfix has it.
 *
 *     cc -O2 -o lmdb-ask bench/lmdb-ask.c -l:liblmdb.so.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* From the documentation of LMDB 0.9; Debian has the library on every system with postfix-lmdb, its header is in another package. */
typedef struct MDB_env MDB_env;
typedef struct MDB_txn MDB_txn;
typedef unsigned int MDB_dbi;
typedef struct { size_t size; void *data; } MDB_val;
enum { NO_SUBDIRECTORY = 0x4000, READ_ONLY = 0x20000, NO_LOCK = 0x400000 };
int mdb_env_create(MDB_env **);
int mdb_env_open(MDB_env *, const char *, unsigned int, unsigned int);
int mdb_txn_begin(MDB_env *, MDB_txn *, unsigned int, MDB_txn **);
void mdb_txn_abort(MDB_txn *);
int mdb_dbi_open(MDB_txn *, const char *, unsigned int, MDB_dbi *);
int mdb_get(MDB_txn *, MDB_dbi, MDB_val *, MDB_val *);

static void check(int status, const char *act) {
    if (status != 0) {
        fprintf(stderr, "%s: error %d\n", act, status);
        exit(1);
    }
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static size_t count;
static char **keys;

/* Each key is a piece of memory of its own, in the order in which it is asked for. */
static void read_keys(const char *name) {
    FILE *in = fopen(name, "r");
    size_t room = 0, size = 0;
    char *line = NULL;
    if (in == NULL) {
        perror(name);
        exit(1);
    }
    while (getline(&line, &size, in) > 0) {
        line[strcspn(line, "\n")] = 0;
        if (count == room) {
            room = 2 * room + 1000;
            keys = realloc(keys, room * sizeof *keys);
        }
        keys[count++] = strdup(line);
    }
    srand(1);
    for (size_t i = count; i > 1; i--) {
        size_t other = rand() % i;
        char *key = keys[i - 1];
        keys[i - 1] = keys[other];
        keys[other] = key;
    }
    for (size_t i = 0; i < count; i++) {
        keys[i] = strdup(keys[i]);
    }
}

static double rate(MDB_env *env, MDB_dbi dbi, int end, double seconds, int one_transaction) {
    MDB_txn *txn = NULL;
    double start = now(), spent;
    size_t asked = 0, found = 0, at = 0;
    char *answer = malloc(1 << 20);
    if (one_transaction) {
        check(mdb_txn_begin(env, NULL, READ_ONLY, &txn), "mdb_txn_begin");
    }
    do {
        for (int i = 0; i < 100000; i++) {
            MDB_val key = {strlen(keys[at]) + end, keys[at]}, value;
            if (!one_transaction) {
                check(mdb_txn_begin(env, NULL, READ_ONLY, &txn), "mdb_txn_begin");
            }
            if (mdb_get(txn, dbi, &key, &value) == 0 && value.size <= 1 << 20) {
                memcpy(answer, value.data, value.size);
                found++;
            }
            if (!one_transaction) {
                mdb_txn_abort(txn);
            }
            at = at + 1 == count ? 0 : at + 1;
        }
        asked += 100000;
        spent = now() - start;
    } while (spent < seconds);
    if (one_transaction) {
        mdb_txn_abort(txn);
    }
    free(answer);
    if (found != asked) {
        fprintf(stderr, "%zu of %zu were not found\n", asked - found, asked);
        exit(1);
    }
    return asked / spent;
}

int main(int argc, char **argv) {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi;
    MDB_val value;
    if (argc != 4) {
        fprintf(stderr, "usage: lmdb-ask file keys seconds\n");
        return 1;
    }
    read_keys(argv[2]);
    check(mdb_env_create(&env), "mdb_env_create");
    check(mdb_env_open(env, argv[1], NO_SUBDIRECTORY | READ_ONLY | NO_LOCK, 0644), argv[1]);
    check(mdb_txn_begin(env, NULL, READ_ONLY, &txn), "mdb_txn_begin");
    check(mdb_dbi_open(txn, NULL, 0, &dbi), "mdb_dbi_open");
    /* Keys end with a NUL in some files. */
    MDB_val key = {strlen(keys[0]) + 1, keys[0]};
    int end = mdb_get(txn, dbi, &key, &value) == 0;
    mdb_txn_abort(txn);
    double seconds = atof(argv[3]);
    rate(env, dbi, end, seconds, 1);
    printf("one_transaction %.0f\n", rate(env, dbi, end, seconds, 1));
    printf("transaction_each %.0f\n", rate(env, dbi, end, seconds, 0));
    return 0;
}
