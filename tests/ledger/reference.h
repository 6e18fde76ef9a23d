/* RFC 6962 section 2.1 as it is written, recursive and slow, for the tests to hold
 * the real tree against; and the eight leaves of the Certificate Transparency
 * reference tree with what is known of them. */
#ifndef SL_TESTS_LEDGER_REFERENCE_H
#define SL_TESTS_LEDGER_REFERENCE_H

#include "base/text.h"
#include "ledger/tree.h"
#include "seal/seal.h"

/* The leaf hash of the i-th test entry: eight bytes, i in big endian. */
static inline sl_hash reference_leaf(uint64_t i) {
  uint8_t entry[8];
  sl_hash leaf;
  for (unsigned k = 0; k < 8; k++) {
    entry[k] = (uint8_t)(i >> (56 - 8 * k));
  }
  sl_leaf_hash(sl_sha256, &leaf, (sl_span){entry, 8});
  return leaf;
}

static inline uint64_t reference_split(uint64_t n) {
  uint64_t k = 1;
  while (k * 2 < n) {
    k *= 2;
  }
  return k;
}

/* MTH(D[n]) over leaf hashes. */
static inline sl_hash reference_root(const sl_hash *leaf, uint64_t n) {
  sl_hash root;
  if (n == 0) {
    sl_sha256(root.bytes, NULL, 0);
    return root;
  }
  if (n == 1) {
    return leaf[0];
  }
  const uint64_t k = reference_split(n);
  const sl_hash left = reference_root(leaf, k);
  const sl_hash right = reference_root(leaf + k, n - k);
  const uint8_t one = 1;
  const sl_span parts[3] = {{&one, 1}, {left.bytes, 32}, {right.bytes, 32}};
  sl_sha256(root.bytes, parts, 3);
  return root;
}

/* PATH(m, D[n]) appended to out. */
static inline void reference_path(sl_proof *out, const sl_hash *leaf, uint64_t m, uint64_t n) {
  if (n == 1) {
    return;
  }
  const uint64_t k = reference_split(n);
  if (m < k) {
    reference_path(out, leaf, m, k);
    out->hash[out->count++] = reference_root(leaf + k, n - k);
  } else {
    reference_path(out, leaf + k, m - k, n - k);
    out->hash[out->count++] = reference_root(leaf, k);
  }
}

/* SUBPROOF(m, D[n], b) appended to out; PROOF(m, D[n]) is SUBPROOF(m, D[n], true). */
static inline void reference_subproof(sl_proof *out, const sl_hash *leaf, uint64_t m, uint64_t n, bool b) {
  if (m == n) {
    if (!b) {
      out->hash[out->count++] = reference_root(leaf, n);
    }
    return;
  }
  const uint64_t k = reference_split(n);
  if (m <= k) {
    reference_subproof(out, leaf, m, k, b);
    out->hash[out->count++] = reference_root(leaf + k, n - k);
  } else {
    reference_subproof(out, leaf + k, m - k, n - k, false);
    out->hash[out->count++] = reference_root(leaf, k);
  }
}

#define REFERENCE_LEAVES 8
static const char *const reference_entry[REFERENCE_LEAVES] = {
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
static const char *const reference_root_hex[REFERENCE_LEAVES + 1] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

/* A proof of the reference tree; inclusion: (index, size), consistency: (old, size). */
typedef struct reference_case {
  uint64_t first, size;
  const char *hash[4];   /* up to the first NULL */
} reference_case;
static const reference_case reference_inclusion[] = {
    {0, 1, {NULL}},
    {0, 8,
     {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4", NULL}},
    {5, 8,
     {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7", NULL}},
    {2, 3, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125", NULL}},
    {1, 5,
     {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b", NULL}},
};
static const reference_case reference_consistency[] = {
    {1, 1, {NULL}},
    {1, 8,
     {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4", NULL}},
    {6, 8,
     {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7", NULL}},
    {2, 5,
     {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b", NULL}},
    {6, 7,
     {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7", NULL}},
};

static inline sl_hash reference_hash(const char *hex) {
  sl_hash hash;
  assert_int_equal(sl_unhex(hash.bytes, 32, sl_str_from(hex)), SL_OK);
  return hash;
}

static inline sl_proof reference_proof(const reference_case *from) {
  sl_proof proof = {.count = 0};
  while (from->hash[proof.count] != NULL) {
    proof.hash[proof.count] = reference_hash(from->hash[proof.count]);
    proof.count++;
  }
  return proof;
}

static inline sl_hash reference_entry_leaf(unsigned i) {
  uint8_t entry[16];
  const size_t size = strlen(reference_entry[i]) / 2;
  sl_hash leaf;
  assert_int_equal(sl_unhex(entry, size, sl_str_from(reference_entry[i])), SL_OK);
  sl_leaf_hash(sl_sha256, &leaf, (sl_span){entry, size});
  return leaf;
}

#endif
