/*
 * Asking ishigaki-mail to hand one message to a mail server: records on its standard input, in any order, MAIL_GO last; on its
 * standard output MAIL_END before the end of the message is sent, if it comes to that, and one MAIL_RESULT. It resolves the name and connects before its sandbox closes; what the server says is read
 * behind closed doors, with one open connection and nothing else.
 */
#ifndef HELPER_MAIL_PROTOCOL_H
#define HELPER_MAIL_PROTOCOL_H

#define MAIL_RECORD_MAX (1u << 20)
#define MAIL_SAID_MAX 500 /* bytes of the server's last answer */

enum mail_record {
	MAIL_HOST = 1, MAIL_PORT, /* decimal */
	MAIL_HOW,                 /* "plain", "starttls", "tls" */
	MAIL_USER, MAIL_PASSWORD,
	MAIL_CA,                  /* PEM of further authorities; the system's count as well */
	MAIL_FROM, MAIL_TO,       /* addresses, without < > */
	MAIL_MESSAGE,             /* lines ended by CR LF */
	MAIL_GO,
	/* answered: one byte, '1' accepted, '2' refused for good, '3' not now, '4' server not to be had, '5' handed over without an
	 * answer; then words for people, at most MAIL_SAID_MAX bytes */
	MAIL_RESULT,
	MAIL_END,                 /* answered: from now on the server may have the whole message */
};

#endif
