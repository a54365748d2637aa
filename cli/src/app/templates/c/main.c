/* Counts the lines and bytes of the input, and keeps them in /out/counts.txt. */

#include <stdio.h>

int main(void)
{
	static char buffer[65536];
	size_t lines = 0, bytes = 0, got;
	char last = '\n';

	/* The input is standard input, and the file /in/input. */
	while ((got = fread(buffer, 1, sizeof buffer, stdin)) > 0) {
		for (size_t at = 0; at < got; at++)
			lines += buffer[at] == '\n';
		bytes += got;
		last = buffer[got - 1];
	}
	/* What follows the last line break is a line too, where there is anything. */
	lines += last != '\n';
	/* Whatever is written to standard output, standard error and below /out is the result. */
	printf("%zu lines, %zu bytes\n", lines, bytes);
	FILE *out = fopen("/out/counts.txt", "w");
	if (!out) {
		perror("@NAME@");
		return 1;
	}
	fprintf(out, "%zu %zu\n", lines, bytes);
	return fclose(out) ? 1 : 0;
}
