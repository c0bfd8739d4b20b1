/*
 * Japanese public holidays: the Act on National Holidays of 1948 with its amendments, and the special acts for 2019 (the
 * accession) and for 2020 and 2021 (the games). A part of base/clock.h.
 */
#include "base/clock.h"
#include "base/msg.h"
#include "base/text/base.h"

/*
 * The day of the equinox in Japan, by the usual formula of the mean equinox (valid to 2150; the official date is announced
 * each February for the year after).
 */
static int equinox(int year, double base_2000, double base_2100)
{
	double base = year < 2100 ? base_2000 : base_2100;
	return (int)(base + 0.242194 * (year - 1980)) - (year - 1980) / 4;
}

/* Which Monday of the month d is, or 0. */
static int monday(struct date d)
{
	return date_weekday(d) == 1 ? (d.day - 1) / 7 + 1 : 0;
}

/* The days that the act names itself. */
static msg_id named(struct date d)
{
	int y = d.year, day = d.day;
	switch (d.month) {
	case 1:
		return day == 1 ? MSG_HOLIDAY_NEW_YEAR : monday(d) == 2 ? MSG_HOLIDAY_COMING_OF_AGE : MSG_NONE;
	case 2:
		return day == 11 ? MSG_HOLIDAY_FOUNDATION : y >= 2020 && day == 23 ? MSG_HOLIDAY_EMPEROR : MSG_NONE;
	case 3:
		return day == equinox(y, 20.8431, 21.8510) ? MSG_HOLIDAY_SPRING : MSG_NONE;
	case 4:
		return day != 29 ? MSG_NONE : y < 2007 ? MSG_HOLIDAY_GREENERY : MSG_HOLIDAY_SHOWA;
	case 5:
		if (day == 1 && y == 2019)
			return MSG_HOLIDAY_ACCESSION;
		if (day == 4 && y >= 2007)
			return MSG_HOLIDAY_GREENERY;
		return day == 3 ? MSG_HOLIDAY_CONSTITUTION : day == 5 ? MSG_HOLIDAY_CHILDREN : MSG_NONE;
	case 7:
		if (y == 2020 || y == 2021)
			return day == (y == 2020 ? 23 : 22) ? MSG_HOLIDAY_MARINE :
			       day == (y == 2020 ? 24 : 23) ? MSG_HOLIDAY_SPORTS : MSG_NONE;
		return (y < 2003 ? day == 20 : monday(d) == 3) ? MSG_HOLIDAY_MARINE : MSG_NONE;
	case 8:
		if (y < 2016)
			return MSG_NONE;
		return day == (y == 2020 ? 10 : y == 2021 ? 8 : 11) ? MSG_HOLIDAY_MOUNTAIN : MSG_NONE;
	case 9:
		if (y < 2003 ? day == 15 : monday(d) == 3)
			return MSG_HOLIDAY_AGED;
		return day == equinox(y, 23.2488, 24.2488) ? MSG_HOLIDAY_AUTUMN : MSG_NONE;
	case 10:
		if (y == 2019 && day == 22)
			return MSG_HOLIDAY_ENTHRONEMENT;
		if (y == 2020 || y == 2021 || monday(d) != 2)
			return MSG_NONE;
		return y < 2020 ? MSG_HOLIDAY_HEALTH : MSG_HOLIDAY_SPORTS;
	case 11:
		return day == 3 ? MSG_HOLIDAY_CULTURE : day == 23 ? MSG_HOLIDAY_LABOUR : MSG_NONE;
	case 12:
		return y < 2019 && day == 23 ? MSG_HOLIDAY_EMPEROR : MSG_NONE;
	default:
		return MSG_NONE;
	}
}

static msg_id holiday(struct date d)
{
	msg_id id = named(d);
	if (id != MSG_NONE)
		return id;
	int weekday = date_weekday(d);
	/* Article 3 (2): the first day after a holiday on Sunday that is not one itself; until 2006 only the Monday. */
	struct date back = d;
	for (int i = 1; i <= (d.year < 2007 ? 1 : 6); i++) {
		back = date_add_days(back, -1);
		if (named(back) == MSG_NONE)
			break;
		if (date_weekday(back) == 0)
			return MSG_HOLIDAY_SUBSTITUTE;
	}
	/* Article 3 (3): a day between two holidays; until 2006 not when it is a Sunday. */
	if (named(date_add_days(d, -1)) != MSG_NONE && named(date_add_days(d, 1)) != MSG_NONE &&
	    (d.year >= 2007 || weekday != 0))
		return MSG_HOLIDAY_CITIZENS;
	return MSG_NONE;
}

struct str date_holiday(struct date d, bool english)
{
	if (!date_valid(d) || d.year < 2000 || d.year > 2150)
		return STR_NULL;
	return msg(english ? LANG_EN : LANG_JA, holiday(d));
}
