#include "cli/cli.h"
#include "test.h"

static sl_exit nothing(sl_cli *cli, const sl_args *args) {
  (void)cli;
  (void)args;
  return SL_EXIT_DONE;
}

static const sl_option options[] = {{"minima", 'm', "X", "h", false}, {"all", 'a', NULL, "h", false}, {"key", 'k', "FILE", "h", true}, {NULL, 0, NULL, NULL, false}};
static const sl_verb verb = {.name = "try", .summary = "s", .operands = "FILE...", .example = "e", .option = options, .operands_min = 1, .operands_max = 2, .run = nothing};
static const sl_verb pair = {.name = "log verify", .summary = "s", .operands = "", .example = "e", .run = nothing};
static const sl_verb *const verbs[] = {&verb, &pair, NULL};

static sl_exit parse(sl_args *args, bool *helped, int count, char **words) {
  FILE *sink = tmpfile();
  assert_non_null(sink);
  sl_cli cli = {.out = sink, .err = sink, .program = "sideline"};
  sl_exit exit = sl_args_parse(args, helped, &cli, &verb, count, words);
  (void)fclose(sink);
  return exit;
}
#define PARSE(...) parse(&args, &helped, (int)(sizeof((char *[]){__VA_ARGS__}) / sizeof(char *)), (char *[]){__VA_ARGS__})
#define W(text) ((char[]){text})

static void every_way_to_give_an_option(void **state) {
  (void)state;
  sl_args args;
  bool helped;
  char *words[] = {W("a"), W("--minima=5"), W("-k"), W("one"), W("--key"), W("two"), W("-a"), W("--"), W("-b")};
  assert_int_equal(parse(&args, &helped, 9, words), SL_EXIT_DONE);
  assert_string_equal(sl_args_get(&args, "minima"), "5");
  assert_true(sl_args_has(&args, "all") && !sl_args_has(&args, "json"));
  assert_string_equal(sl_args_nth(&args, "key", 0), "one");
  assert_string_equal(sl_args_nth(&args, "key", 1), "two");
  assert_null(sl_args_nth(&args, "key", 2));
  assert_int_equal(args.operand_count, 2);
  assert_string_equal(args.operand[0], "a");
  assert_string_equal(args.operand[1], "-b");
}

static void mistakes_are_usage(void **state) {
  (void)state;
  sl_args args;
  bool helped;
  assert_int_equal(PARSE(W("a"), W("--nothing")), SL_EXIT_USAGE);
  assert_int_equal(PARSE(W("a"), W("-x")), SL_EXIT_USAGE);
  assert_int_equal(PARSE(W("a"), W("--minima")), SL_EXIT_USAGE);
  assert_int_equal(PARSE(W("a"), W("-m")), SL_EXIT_USAGE);
  assert_int_equal(PARSE(W("a"), W("--all=1")), SL_EXIT_USAGE);
  assert_int_equal(PARSE(W("a"), W("-m1"), W("-m2")), SL_EXIT_USAGE);
  assert_int_equal(PARSE(W("a"), W("-am")), SL_EXIT_USAGE);
  assert_int_equal(PARSE(W("a"), W("b"), W("c")), SL_EXIT_USAGE);
  assert_int_equal(PARSE(W("--all")), SL_EXIT_USAGE);
  assert_int_equal(PARSE(W("--help")), SL_EXIT_DONE);
  assert_true(helped);
}

static sl_exit call(int count, char **words) {
  FILE *sink = tmpfile();
  assert_non_null(sink);
  sl_cli cli = {.out = sink, .err = sink, .program = "sideline"};
  sl_exit exit = sl_cli_main(&cli, verbs, count, words);
  (void)fclose(sink);
  return exit;
}

static void verbs_of_one_and_two_words(void **state) {
  (void)state;
  assert_int_equal(call(3, (char *[]){W("p"), W("try"), W("x")}), SL_EXIT_DONE);
  assert_int_equal(call(3, (char *[]){W("p"), W("log"), W("verify")}), SL_EXIT_DONE);
  assert_int_equal(call(3, (char *[]){W("p"), W("log"), W("burn")}), SL_EXIT_USAGE);
  assert_int_equal(call(2, (char *[]){W("p"), W("log")}), SL_EXIT_USAGE);
  assert_int_equal(call(3, (char *[]){W("p"), W("log"), W("--help")}), SL_EXIT_DONE);
  assert_int_equal(call(3, (char *[]){W("p"), W("log"), W("-h")}), SL_EXIT_DONE);
  assert_int_equal(call(3, (char *[]){W("p"), W("lo"), W("--help")}), SL_EXIT_USAGE);
  assert_int_equal(call(2, (char *[]){W("p"), W("dance")}), SL_EXIT_USAGE);
  assert_int_equal(call(1, (char *[]){W("p")}), SL_EXIT_USAGE);
  assert_int_equal(call(2, (char *[]){W("p"), W("--help")}), SL_EXIT_DONE);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_way_to_give_an_option), cmocka_unit_test(mistakes_are_usage), cmocka_unit_test(verbs_of_one_and_two_words)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
