/* The words of the starter courses (training/starter_texts.c). */
#ifndef TRAINING_STARTER_H
#define TRAINING_STARTER_H

#include "training/training.h"

#define STARTER_QUESTIONS 12

struct starter_question {
	const char *text;
	enum question_kind kind;
	const char *option[QUESTION_OPTIONS];
	unsigned answers;                /* bit 0: the first option; of yes or no 1 is yes, 2 is no */
	const char *explanation;
};
struct starter_course {
	const char *name, *about, *text;
	int minutes;
	struct starter_question question[STARTER_QUESTIONS];
};
extern const struct starter_course starter_courses[STARTER_COURSES];

#endif
