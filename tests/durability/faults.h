/*
 * What a machine can do to a program, on demand: a disk that is slow, full, read-only or broken, memory that ends, a clock that
 * is set back; and a record of everything that was written, from which a power cut at any moment can be played.
 *
 * faults.c stands before the C library's functions: loaded by LD_PRELOAD into the released server (then the block below is the
 * file that FAULTS names, shared with the test that turns the knobs), or linked into a test program (then it is `faults`).
 * Only regular files below FAULTS_DIR are touched; sockets, pipes and logs elsewhere go on as ever.
 */
#ifndef DURABILITY_FAULTS_H
#define DURABILITY_FAULTS_H

#include <stdint.h>

/* Counted in 64-bit words: tests/durability/office.mjs writes them by their place. */
struct faults {
	int64_t sync_delay_us; /* 0: every fsync takes so much longer */
	int64_t sync_error;    /* 1: errno of every fsync */
	int64_t write_error;   /* 2: errno of every write, and of every file made or grown */
	int64_t clock_ms;      /* 3: added to the machine's clock */
	int64_t write_at;      /* 4: n: the n-th write, truncation or fsync from now on fails, once, with write_at_error */
	int64_t write_at_error;/* 5 */
	int64_t alloc_at;      /* 6: n: the n-th allocation from now on fails, once (programs that link it only) */
	int64_t writes;        /* 7: of what write_at counts */
	int64_t allocs;        /* 8: of what alloc_at counts */
	int64_t alive;         /* 9: allocations not freed */
	int64_t failed;        /* 10: how often something was made to fail */
	int64_t lost;          /* 11: 1 plants a lie: fsync says yes and tells nobody else (the record leaves it out) */
	int64_t syncs;         /* 12: fsyncs that were waited for */
};

extern struct faults *faults;

/*
 * The record (FAULTS_RECORD names the file): one head per event, then name (n1 bytes) and data (n2 bytes).
 *
 *	w  a write: ino, at = offset, data        t  a file's new length: ino, at = length
 *	o  a name came: ino, name                 u  a name went: name
 *	r  a name was moved: name, data = to      l  a second name: ino, name
 *	d  a directory came: name
 *	b  a sync begins: at = its number         s  a file was synced: ino, at = its number
 *	y  a directory was synced: name, at       a  written by the test: name says what
 */
struct event {
	char kind;
	char pad[7];
	uint64_t ino;
	int64_t at;
	uint32_t n1, n2;
};

#endif
