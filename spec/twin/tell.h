/* What a run reads and tells: constants from the environment, states as the prose writes them. */
#include <stdlib.h>
#include <string.h>

static uchar constant(const char *name) {
	char *text = getenv(name);
	if (!text) {
		fprintf(stderr, "%s: not in the environment; set every constant\n", name);
		exit(2);
	}
	return (uchar)atoi(text);
}

#define READ(name) now.name = constant(#name)
static void read_constants(void) {
	READ(KIOSKS); READ(CITIZENS); READ(REQUESTS); READ(SERVERS); READ(PAGES); READ(COPIES); READ(CHANGES);
	READ(FRONT); READ(WRONG_PINS); READ(SWAPS); READ(VALIDITY); READ(COUNTER); READ(CLOCK); READ(KOSEKI);
	READ(FILINGS); READ(TIMEOUTS); READ(SILENCE); READ(LOSSES); READ(DUPLICATES); READ(GLITCHES); READ(MISHAPS);
	now.mutant = constant("MUTANT");
	now.invariant = constant("INVARIANT");
}

static char *put(char *at, const uchar *numbers, int how_many) {
	while (how_many-- > 0) *at++ = "0123456789abcdefghijklmnopqrstuvwxyz"[*numbers++];
	return at;
}
#define PUT(number) at = put(at, &(number), 1)
#define PUT_PAGES(pages) at = put(at, pages, now.PAGES)

static void write_state(void) {
	static char text[400];
	char *at = text;
	int n;
	PUT(now.period); PUT(now.losses); PUT(now.duplicates); PUT(now.glitches); PUT(now.mishaps); PUT(now.filing);
	PUT(now.alarm); PUT(now.flagged); PUT(now.sent); PUT(now.acked); PUT(now.next);
	for (n = 1; n <= now.CITIZENS; n++) {
		struct OneCitizen *it = &now.citizen[n];
		PUT(it->strikes); PUT(it->tally); PUT(it->revoked); PUT(it->identified);
	}
	for (n = 1; n <= now.KIOSKS; n++) {
		struct OneKiosk *it = &now.kiosk[n];
		PUT(it->phase); PUT(it->who); PUT(it->pin_by); PUT(it->status); PUT(it->revoked_then);
		PUT(it->request); PUT(it->money); PUT(it->sheets); PUT(it->noted); PUT(it->kept);
		PUT_PAGES(it->doc);
	}
	for (n = 1; n <= now.SERVERS; n++) {
		struct OneServer *it = &now.server[n];
		PUT(it->applied); PUT(it->current); PUT(it->coming); PUT(it->owner);
		PUT_PAGES(it->work);
	}
	for (n = 1; n <= now.REQUESTS; n++) {
		struct OneRequest *it = &now.request[n];
		PUT(it->holder); PUT(it->kiosk); PUT(it->kind); PUT(it->start); PUT(it->center);
		PUT_PAGES(it->held);
		PUT(it->server); PUT(it->job); PUT(it->knows); PUT(it->dead);
		PUT(it->apply); PUT(it->issue); PUT(it->ask); PUT(it->answer); PUT(it->doc); PUT(it->hand); PUT(it->refusal);
		PUT_PAGES(it->made);
		PUT_PAGES(it->handed);
	}
	fwrite(text, 1, at - text, stdout);
}

/* A line "> state label state" for a step, "= state" for the beginning; the label is the model's own printf. */
#ifdef PRINTF
#define TELLING 1
#else
extern int readtrail; /* pan's own: it replays a counterexample */
#define TELLING readtrail
#endif

/* The first step that breaks an invariant: "! invariant length". Breadth first it ends a shortest history. */
extern long depth; /* pan's own: steps before this one, with those of `init` */
static long initial_depth = -1;
static void broken_by(int which) {
	static char told[16];
	if (told[which]) return;
	told[which] = 1;
	printf("! %d %ld\n", which, depth - initial_depth + 1);
}

static void initially(void) {
	if (!TELLING) return;
	fputs("= ", stdout); write_state(); putchar('\n');
}
static void before(void) {
	if (initial_depth < 0) initial_depth = depth;
	if (!TELLING) return;
	fputs("> ", stdout); write_state(); putchar(' ');
}
static void after(void) {
	if (!TELLING) return;
	putchar(' '); write_state(); putchar('\n');
}
