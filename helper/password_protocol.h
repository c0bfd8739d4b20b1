/*
 * Asking ishigaki-password: records on its standard input, one answer each on its standard output (base/helper.h). It
 * ends at the end of its input. Hashing costs 64 MiB, which is why it happens in a process that ends.
 */
#ifndef HELPER_PASSWORD_PROTOCOL_H
#define HELPER_PASSWORD_PROTOCOL_H

#define PASSWORD_BYTES_MAX 1024
#define PASSWORD_HASH_MAX 128 /* an argon2id string of libsodium, its NUL included */

enum password_record {
	PASSWORD_HASH = 1,   /* asked: the password; answered: the argon2id string ($argon2id$v=19$m=65536,t=2,p=1$..) */
	PASSWORD_VERIFY = 2, /* asked: u16 length of the hash, the hash, the password; answered: "1" or "0" */
};

#endif
