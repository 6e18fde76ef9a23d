/* The same problem for GLPK's integer solver: one binary per allowed alternative, one
 * of each intent, and no two that clash. The independent oracle of the cost. */
#ifndef SL_TESTS_SETTLE_GLPK_H
#define SL_TESTS_SETTLE_GLPK_H

#include <glpk.h>
#include <math.h>
#include <stdlib.h>

#include "settle/settle.h"

/* One row per alternative of i and intent j it clashes with: x(i,a) + sum of the x(j,b)
 * that clash with it <= 1. Equivalent to a row per pair, and stronger. */
static inline void glpk_add_clashes(glp_prob *lp, const sl_settle_problem *problem, int column[][SL_SETTLE_ALTERNATIVES]) {
  size_t n = problem->count;
  unsigned char *mask = calloc(n * n * SL_SETTLE_ALTERNATIVES, 1);
  if (!mask) abort();
  for (uint32_t c = 0; c < problem->conflict_count; c++) {
    const sl_settle_conflict *of = &problem->conflict[c];
    mask[(of->i * SL_SETTLE_ALTERNATIVES + of->a) * n + of->j] |= (unsigned char)(1u << of->b);
    mask[(of->j * SL_SETTLE_ALTERNATIVES + of->b) * n + of->i] |= (unsigned char)(1u << of->a);
  }
  for (size_t i = 0; i < n; i++) {
    for (unsigned a = 0; a < SL_SETTLE_ALTERNATIVES; a++) {
      for (size_t j = 0; j < n; j++) {
        unsigned with = mask[(i * SL_SETTLE_ALTERNATIVES + a) * n + j];
        if (!column[i][a] || !with) continue;
        int index[SL_SETTLE_ALTERNATIVES + 2] = {0};
        double value[SL_SETTLE_ALTERNATIVES + 2];
        int length = 1;
        index[1] = column[i][a];
        value[1] = 1;
        for (unsigned b = 0; b < SL_SETTLE_ALTERNATIVES; b++) {
          if (!(with >> b & 1u) || !column[j][b]) continue;
          index[++length] = column[j][b];
          value[length] = 1;
        }
        if (length == 1) continue;
        int row = glp_add_rows(lp, 1);
        glp_set_row_bnds(lp, row, GLP_UP, 0, 1);
        glp_set_mat_row(lp, row, length, index, value);
      }
    }
  }
  free(mask);
}

/* True when there is a combination; *ret_cost its least cost in 1/420. */
static inline bool glpk_least(uint64_t *ret_cost, const sl_settle_problem *problem) {
  glp_term_out(GLP_OFF);
  glp_prob *lp = glp_create_prob();
  glp_set_obj_dir(lp, GLP_MIN);
  int column[SL_SETTLE_INTENTS_MAX][SL_SETTLE_ALTERNATIVES] = {{0}};
  for (uint32_t i = 0; i < problem->count; i++) {
    const sl_settle_intent *of = &problem->intent[i];
    int index[SL_SETTLE_ALTERNATIVES + 1] = {0}, length = 0;
    double value[SL_SETTLE_ALTERNATIVES + 1];
    for (unsigned a = 0; a < of->count; a++) {
      if (of->barred >> a & 1) continue;
      column[i][a] = glp_add_cols(lp, 1);
      glp_set_col_kind(lp, column[i][a], GLP_BV);
      glp_set_obj_coef(lp, column[i][a], of->count == 1 ? 0 : (double)(a * 420u / (of->count - 1u)));
      index[++length] = column[i][a];
      value[length] = 1;
    }
    int row = glp_add_rows(lp, 1);
    glp_set_row_bnds(lp, row, GLP_FX, 1, 1);
    glp_set_mat_row(lp, row, length, index, value);
  }
  glpk_add_clashes(lp, problem, column);
  glp_iocp parameters;
  glp_init_iocp(&parameters);
  parameters.presolve = GLP_ON;
  parameters.msg_lev = GLP_MSG_OFF;
  int failed = glp_intopt(lp, &parameters);
  bool found = failed == 0 && glp_mip_status(lp) == GLP_OPT;
  if (found) *ret_cost = (uint64_t)llround(glp_mip_obj_val(lp));
  glp_delete_prob(lp);
  return found;
}

#endif
