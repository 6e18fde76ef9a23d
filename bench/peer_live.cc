// Boost's R-tree as an index that is asked and changed: each of its ways to split, with
// 16 values to a node (8 and 32 are worse at asking, and 32 slower to change as well),
// packed from everything at once and then changed, or filled by inserting one by one,
// which is what a packed one becomes as its values leave and others come. In four
// dimensions, and once without the altitude.
#include <memory>
#include <vector>

#include <boost/geometry.hpp>
#include <boost/geometry/index/rtree.hpp>
#include <boost/iterator/function_output_iterator.hpp>

#include "peer_boost.h"

namespace bg = boost::geometry;
namespace bgi = boost::geometry::index;

struct peer_live {
  virtual ~peer_live() = default;
  virtual void insert(const peer_box &box, size_t number) = 0;
  virtual void remove(const peer_box &box, size_t number) = 0;
  virtual size_t meet(const peer_box &box) const = 0;
  virtual size_t query(const peer_box &box, const sl_prepared *const *object, size_t number, const sl_minima *minima) const = 0;
};

static bool conflict(const sl_prepared *a, const sl_prepared *b, const sl_minima *minima) {
  sl_finding finding;
  return sl_judge(&finding, a, b, minima, false) == SL_OK && finding.verdict != SL_CLEAR;
}

template <size_t Dimensions> using box_in = bg::model::box<bg::model::point<float, Dimensions, bg::cs::cartesian>>;

template <size_t Dimensions> static box_in<Dimensions> box_of(const peer_box &b) {
  constexpr size_t last = Dimensions - 1;
  constexpr size_t third = Dimensions == 4 ? 2 : 3;
  box_in<Dimensions> out;
  bg::set<bg::min_corner, 0>(out, b.low[0]);
  bg::set<bg::min_corner, 1>(out, b.low[1]);
  bg::set<bg::min_corner, 2>(out, b.low[third]);
  bg::set<bg::min_corner, last>(out, b.low[3]);
  bg::set<bg::max_corner, 0>(out, b.high[0]);
  bg::set<bg::max_corner, 1>(out, b.high[1]);
  bg::set<bg::max_corner, 2>(out, b.high[third]);
  bg::set<bg::max_corner, last>(out, b.high[3]);
  return out;
}

template <size_t Dimensions, class Split> class tree_of final : public peer_live {
  using value = std::pair<box_in<Dimensions>, uint32_t>;
  bgi::rtree<value, Split> tree;

 public:
  tree_of(bool packed, const peer_box *box, size_t count) {
    if (packed) {
      std::vector<value> all;
      all.reserve(count);
      for (size_t i = 0; i < count; i++) all.emplace_back(box_of<Dimensions>(box[i]), static_cast<uint32_t>(i));
      bgi::rtree<value, Split> made(all);
      tree.swap(made);
    } else {
      for (size_t i = 0; i < count; i++) insert(box[i], i);
    }
  }
  void insert(const peer_box &box, size_t number) override {
    tree.insert(value(box_of<Dimensions>(box), static_cast<uint32_t>(number)));
  }
  void remove(const peer_box &box, size_t number) override {
    tree.remove(value(box_of<Dimensions>(box), static_cast<uint32_t>(number)));
  }
  size_t meet(const peer_box &box) const override {
    size_t found = 0;
    tree.query(bgi::intersects(box_of<Dimensions>(box)), boost::make_function_output_iterator([&](const value &) { found++; }));
    return found;
  }
  size_t query(const peer_box &box, const sl_prepared *const *object, size_t number, const sl_minima *minima) const override {
    size_t found = 0;
    tree.query(bgi::intersects(box_of<Dimensions>(box)), boost::make_function_output_iterator([&](const value &v) {
                 if (v.second != number && conflict(object[number], object[v.second], minima)) found++;
               }));
    return found;
  }
};

struct kind {
  const char *name;
  peer_live *(*make)(const peer_box *box, size_t count);
};

template <size_t Dimensions, class Split, bool Packed> static peer_live *make(const peer_box *box, size_t count) {
  return new tree_of<Dimensions, Split>(Packed, box, count);
}

static const kind kinds[] = {
    {"packed, linear", make<4, bgi::linear<16>, true>},
    {"packed, quadratic", make<4, bgi::quadratic<16>, true>},
    {"packed, rstar", make<4, bgi::rstar<16>, true>},
    {"packed, linear, no altitude", make<3, bgi::linear<16>, true>},
    {"packed, quadratic, no altitude", make<3, bgi::quadratic<16>, true>},
    {"filled, linear", make<4, bgi::linear<16>, false>},
    {"filled, quadratic", make<4, bgi::quadratic<16>, false>},
    {"filled, rstar", make<4, bgi::rstar<16>, false>},
};

size_t peer_live_kinds(void) { return sizeof kinds / sizeof kinds[0]; }
const char *peer_live_name(size_t number) { return kinds[number].name; }
peer_live *peer_live_new(size_t number, const peer_box *box, size_t count) { return kinds[number].make(box, count); }
void peer_live_free(peer_live *tree) { delete tree; }
void peer_live_insert(peer_live *tree, const peer_box *box, size_t number) { tree->insert(box[number], number); }
void peer_live_remove(peer_live *tree, const peer_box *box, size_t number) { tree->remove(box[number], number); }
size_t peer_live_meet(const peer_live *tree, const peer_box *box, size_t number) { return tree->meet(box[number]); }
size_t peer_live_query(const peer_live *tree, const peer_box *box, const sl_prepared *const *object, size_t number,
                       const sl_minima *minima) {
  return tree->query(box[number], object, number, minima);
}
