/* UTF-8: telling valid text from other bytes. */
#include "config.h"

#include "base/utf8.h"

/* Valid lead bytes with the range of the second byte; further bytes are 80 to BF. */
static const struct {
	unsigned char first, last;	/* of the lead byte */
	unsigned char low, high;	/* of the second byte */
	unsigned char length;
	unsigned char mask;		/* of the lead byte's payload */
} forms[] = {
	{ 0xc2, 0xdf, 0x80, 0xbf, 2, 0x1f },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3, 0x0f },
	{ 0xe1, 0xec, 0x80, 0xbf, 3, 0x0f },
	{ 0xed, 0xed, 0x80, 0x9f, 3, 0x0f },	/* no surrogates */
	{ 0xee, 0xef, 0x80, 0xbf, 3, 0x0f },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4, 0x07 },
	{ 0xf1, 0xf3, 0x80, 0xbf, 4, 0x07 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4, 0x07 },
};

size_t
utf8_decode(const char *bytes, size_t len, uint32_t *c)
{
	const unsigned char *p = (const unsigned char *)bytes;

	*c = p[0];
	if (p[0] < 0x80)
		return 1;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (p[0] < forms[i].first || p[0] > forms[i].last)
			continue;
		if (len < forms[i].length || p[1] < forms[i].low || p[1] > forms[i].high)
			return 0;
		*c = (uint32_t)(p[0] & forms[i].mask);
		for (size_t k = 1; k < forms[i].length; k++) {
			if ((p[k] & 0xc0) != 0x80)
				return 0;
			*c = *c << 6 | (p[k] & 0x3f);
		}
		return forms[i].length;
	}
	return 0;
}

/*
 * Controls (general category Cc), the separators of lines and paragraphs, what annotates between lines, and what is
 * ignored in display where it is not supported (Default_Ignorable_Code_Point in DerivedCoreProperties.txt of the Unicode
 * Character Database 16.0).  Ascending.
 */
static const struct {
	uint32_t first, last;
} hidden[] = {
	{ 0x0000, 0x001f },	/* C0 */
	{ 0x007f, 0x009f },	/* DEL, C1 */
	{ 0x00ad, 0x00ad },	/* soft hyphen */
	{ 0x034f, 0x034f },	/* combining grapheme joiner */
	{ 0x061c, 0x061c },	/* Arabic letter mark */
	{ 0x115f, 0x1160 },	/* Hangul fillers */
	{ 0x17b4, 0x17b5 },	/* Khmer inherent vowels */
	{ 0x180b, 0x180f },	/* Mongolian variation selectors, vowel separator */
	{ 0x200b, 0x200f },	/* zero width, directional marks */
	{ 0x2028, 0x202e },	/* separators, directional embeddings and overrides */
	{ 0x2060, 0x206f },	/* word joiner, invisible operators, directional isolates */
	{ 0x3164, 0x3164 },	/* Hangul filler */
	{ 0xfe00, 0xfe0f },	/* variation selectors */
	{ 0xfeff, 0xfeff },	/* zero width no-break space */
	{ 0xffa0, 0xffa0 },	/* halfwidth Hangul filler */
	{ 0xfff0, 0xfffb },	/* unassigned specials, interlinear annotation */
	{ 0x1bca0, 0x1bca3 },	/* shorthand format controls */
	{ 0x1d173, 0x1d17a },	/* musical beams and phrases */
	{ 0xe0000, 0xe0fff },	/* tags, variation selectors */
};

bool
utf8_hidden(uint32_t c)
{
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]) && c >= hidden[i].first; i++) {
		if (c <= hidden[i].last)
			return true;
	}
	return false;
}

bool
utf8_valid(const char *bytes, size_t len)
{
	uint32_t c;

	while (len > 0) {
		size_t n = utf8_decode(bytes, len, &c);

		if (n == 0)
			return false;
		bytes += n;
		len -= n;
	}
	return true;
}

void
utf8_scrub(struct buf *out, const char *bytes, size_t len)
{
	uint32_t c;

	while (len > 0) {
		size_t n = utf8_decode(bytes, len, &c);

		if (n == 0) {
			buf_addstr(out, "\xef\xbf\xbd");
			n = 1;
		} else {
			buf_add(out, bytes, n);
		}
		bytes += n;
		len -= n;
	}
}
