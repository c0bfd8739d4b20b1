/* A file system that fails on demand: it passes everything on to the real one, and counts. For tests of this room. */
#ifndef DB_TEST_VFS_H
#define DB_TEST_VFS_H

#include <stdatomic.h>

#include "db/test_support.h"

static atomic_bool vfs_fail_sync; /* every fsync fails from now on */
static atomic_int vfs_fail_write; /* n: the n-th write to a WAL from now on fails, once */
static atomic_int vfs_fail_open;  /* n: so many files cannot be opened from now on */
static atomic_int vfs_syncs;

struct vfs_file {
	sqlite3_file base;
	bool wal;
	sqlite3_file *real;
};

static sqlite3_vfs *vfs_real;

static sqlite3_file *real_of(sqlite3_file *f)
{
	return ((struct vfs_file *)f)->real;
}

static int vfs_close(sqlite3_file *f)
{
	int rc = real_of(f)->pMethods->xClose(real_of(f));
	sqlite3_free(real_of(f));
	return rc;
}
static int vfs_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return real_of(f)->pMethods->xRead(real_of(f), p, n, at);
}
static int vfs_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	if (((struct vfs_file *)f)->wal && vfs_fail_write > 0 && --vfs_fail_write == 0)
		return SQLITE_IOERR_WRITE;
	return real_of(f)->pMethods->xWrite(real_of(f), p, n, at);
}
static int vfs_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	return real_of(f)->pMethods->xTruncate(real_of(f), n);
}
static int vfs_sync(sqlite3_file *f, int flags)
{
	vfs_syncs++;
	if (vfs_fail_sync)
		return SQLITE_IOERR_FSYNC;
	return real_of(f)->pMethods->xSync(real_of(f), flags);
}
static int vfs_size(sqlite3_file *f, sqlite3_int64 *ret)
{
	return real_of(f)->pMethods->xFileSize(real_of(f), ret);
}
static int vfs_lock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xLock(real_of(f), level);
}
static int vfs_unlock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xUnlock(real_of(f), level);
}
static int vfs_check_lock(sqlite3_file *f, int *ret)
{
	return real_of(f)->pMethods->xCheckReservedLock(real_of(f), ret);
}
static int vfs_control(sqlite3_file *f, int op, void *arg)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}
static int vfs_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}
static int vfs_device(sqlite3_file *f)
{
	return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}
static int vfs_shm_map(sqlite3_file *f, int region, int size, int extend, void volatile **ret)
{
	return real_of(f)->pMethods->xShmMap(real_of(f), region, size, extend, ret);
}
static int vfs_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}
static void vfs_shm_barrier(sqlite3_file *f)
{
	real_of(f)->pMethods->xShmBarrier(real_of(f));
}
static int vfs_shm_unmap(sqlite3_file *f, int delete)
{
	return real_of(f)->pMethods->xShmUnmap(real_of(f), delete);
}

static const sqlite3_io_methods vfs_methods = {
	.iVersion = 2,
	.xClose = vfs_close,
	.xRead = vfs_read,
	.xWrite = vfs_write,
	.xTruncate = vfs_truncate,
	.xSync = vfs_sync,
	.xFileSize = vfs_size,
	.xLock = vfs_lock,
	.xUnlock = vfs_unlock,
	.xCheckReservedLock = vfs_check_lock,
	.xFileControl = vfs_control,
	.xSectorSize = vfs_sector,
	.xDeviceCharacteristics = vfs_device,
	.xShmMap = vfs_shm_map,
	.xShmLock = vfs_shm_lock,
	.xShmBarrier = vfs_shm_barrier,
	.xShmUnmap = vfs_shm_unmap,
};

static int vfs_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *ret_flags)
{
	(void)v;
	f->pMethods = NULL;
	if (vfs_fail_open > 0 && (flags & SQLITE_OPEN_MAIN_DB)) {
		vfs_fail_open--;
		return SQLITE_CANTOPEN;
	}
	struct vfs_file *own = (struct vfs_file *)f;
	*own = (struct vfs_file){ .wal = (flags & SQLITE_OPEN_WAL) != 0 };
	own->real = sqlite3_malloc(vfs_real->szOsFile);
	memset(own->real, 0, (size_t)vfs_real->szOsFile);
	int rc = vfs_real->xOpen(vfs_real, name, own->real, flags, ret_flags);
	if (rc == SQLITE_OK)
		own->base.pMethods = &vfs_methods;
	else
		sqlite3_free(own->real);
	return rc;
}

/* From here on every database of this process lies on it. */
static void vfs_install(void)
{
	static sqlite3_vfs vfs;
	vfs_real = sqlite3_vfs_find(NULL);
	vfs = *vfs_real;
	vfs.zName = "failing";
	vfs.szOsFile = sizeof(struct vfs_file);
	vfs.xOpen = vfs_open;
	vfs.pNext = NULL;
	if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
		die("sqlite3_vfs_register");
}

#endif
