/*
 * Aligns two sequences globally (Needleman and Wunsch, linear cost of gaps): a summary on standard
 * output, the alignment in /out/alignment.txt.
 *
 * Usage: align [MATCH MISMATCH GAP], with two FASTA records on standard input. The scores are 2, -1 and
 * -2 unless given.
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 20000, NAME = 64, WIDTH = 60 };

enum step { DIAGONAL, UP, LEFT };

struct record {
	char name[NAME];
	char *letters;
	size_t length;
};

struct scores {
	int match, mismatch, gap;
};

/* An alignment, from its end to its start. */
struct alignment {
	char *first, *second;
	size_t length, equal;
	int score;
};

static int fail(const char *message)
{
	fprintf(stderr, "align: %s\n", message);
	return 0;
}

static int read_name(struct record *record)
{
	size_t length = 0;
	int c;

	while ((c = getchar()) != EOF && c != '\n')
		if (length + 1 < NAME && isprint(c))
			record->name[length++] = (char)c;
	record->name[length] = '\0';
	return 1;
}

/* Reads up to the next record, whose mark has been read then. */
static int read_record(struct record *record)
{
	int c;

	record->letters = malloc(LONGEST);
	record->length = 0;
	if (!record->letters)
		return fail("out of memory");
	read_name(record);
	while ((c = getchar()) != EOF && c != '>') {
		if (isspace(c))
			continue;
		if (!isalpha(c))
			return fail("a sequence has letters only");
		if (record->length == LONGEST)
			return fail("a sequence is longer than 20000 letters");
		record->letters[record->length++] = (char)toupper(c);
	}
	return record->length > 0 || fail("a sequence is empty");
}

static int substitution(const struct scores *scores, char one, char other)
{
	return one == other ? scores->match : scores->mismatch;
}

/* Fills the table of steps, row by row; scores are kept of one row only. */
static int fill(const struct record *a, const struct record *b, const struct scores *scores,
		unsigned char *steps, int *row)
{
	const size_t columns = b->length + 1;

	for (size_t j = 0; j < columns; j++) {
		row[j] = (int)j * scores->gap;
		steps[j] = LEFT;
	}
	for (size_t i = 1; i <= a->length; i++) {
		int corner = row[0];
		row[0] = (int)i * scores->gap;
		steps[i * columns] = UP;
		for (size_t j = 1; j < columns; j++) {
			int best = corner + substitution(scores, a->letters[i - 1], b->letters[j - 1]);
			unsigned char step = DIAGONAL;
			if (row[j] + scores->gap > best) {
				best = row[j] + scores->gap;
				step = UP;
			}
			if (row[j - 1] + scores->gap > best) {
				best = row[j - 1] + scores->gap;
				step = LEFT;
			}
			corner = row[j];
			row[j] = best;
			steps[i * columns + j] = step;
		}
	}
	return row[b->length];
}

static void trace(const struct record *a, const struct record *b, const unsigned char *steps,
		  struct alignment *out)
{
	size_t i = a->length, j = b->length;

	while (i > 0 || j > 0) {
		const enum step step = steps[i * (b->length + 1) + j];
		const char one = step == LEFT ? '-' : a->letters[--i];
		const char other = step == UP ? '-' : b->letters[--j];
		out->first[out->length] = one;
		out->second[out->length++] = other;
		out->equal += one == other;
	}
}

static int align(const struct record *a, const struct record *b, const struct scores *scores,
		 struct alignment *out)
{
	const size_t cells = (a->length + 1) * (b->length + 1);
	unsigned char *steps = malloc(cells);
	int *row = malloc((b->length + 1) * sizeof *row);

	memset(out, 0, sizeof *out);
	out->first = malloc(a->length + b->length);
	out->second = malloc(a->length + b->length);
	if (!steps || !row || !out->first || !out->second)
		return fail("out of memory: give the job more, or shorter sequences");
	out->score = fill(a, b, scores, steps, row);
	trace(a, b, steps, out);
	free(steps);
	free(row);
	return 1;
}

static int write_alignment(const struct alignment *found)
{
	FILE *file = fopen("/out/alignment.txt", "w");

	if (!file)
		return fail(strerror(errno));
	for (size_t from = 0; from < found->length; from += WIDTH) {
		const size_t left = found->length - from;
		const size_t width = left < WIDTH ? left : WIDTH;
		char lines[3][WIDTH + 1];
		for (size_t at = 0; at < width; at++) {
			const size_t index = left - 1 - at;
			lines[0][at] = found->first[index];
			lines[2][at] = found->second[index];
			lines[1][at] = lines[0][at] == lines[2][at] ? '|' : ' ';
		}
		for (int line = 0; line < 3; line++)
			fprintf(file, "%.*s\n", (int)width, lines[line]);
		fputc('\n', file);
	}
	return fclose(file) == 0 || fail("can't write the alignment");
}

static int read_scores(int argc, char **argv, struct scores *scores)
{
	int *const into[] = { &scores->match, &scores->mismatch, &scores->gap };

	if (argc != 1 && argc != 4)
		return fail("give three scores, or none: MATCH MISMATCH GAP");
	for (int at = 1; at < argc; at++) {
		char *end;
		const long value = strtol(argv[at], &end, 10);
		if (*argv[at] == '\0' || *end != '\0' || value < -1000 || value > 1000)
			return fail("a score is a number from -1000 to 1000");
		*into[at - 1] = (int)value;
	}
	return 1;
}

int main(int argc, char **argv)
{
	struct scores scores = { 2, -1, -2 };
	struct record a, b;
	struct alignment found;

	if (!read_scores(argc, argv, &scores))
		return 2;
	if (getchar() != '>')
		return !fail("the input has to begin with a FASTA record");
	if (!read_record(&a) || !read_record(&b) || !align(&a, &b, &scores, &found))
		return 1;
	printf("first     %s, %zu letters\n", a.name, a.length);
	printf("second    %s, %zu letters\n", b.name, b.length);
	printf("score     %d\n", found.score);
	printf("columns   %zu\n", found.length);
	printf("identity  %.2f %%\n", 100.0 * (double)found.equal / (double)found.length);
	return write_alignment(&found) ? 0 : 1;
}
