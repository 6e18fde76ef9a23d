// Four dimensions in single precision, which is what the R-tree is fastest with;
// values are bounds and a number. Leaves of 16 are its best here (8 and 32 tried).
#include "peer_boost.h"

#include <atomic>
#include <thread>
#include <vector>

#include <boost/geometry.hpp>
#include <boost/geometry/index/rtree.hpp>
#include <boost/iterator/function_output_iterator.hpp>

namespace bg = boost::geometry;
namespace bgi = boost::geometry::index;

using point = bg::model::point<float, 4, bg::cs::cartesian>;
using box4 = bg::model::box<point>;
using value = std::pair<box4, uint32_t>;
using rtree = bgi::rtree<value, bgi::linear<16>>;      // packed: the splits do not matter

static box4 box_of(const peer_box &b) {
  box4 out;
  bg::set<bg::min_corner, 0>(out, b.low[0]);
  bg::set<bg::min_corner, 1>(out, b.low[1]);
  bg::set<bg::min_corner, 2>(out, b.low[2]);
  bg::set<bg::min_corner, 3>(out, b.low[3]);
  bg::set<bg::max_corner, 0>(out, b.high[0]);
  bg::set<bg::max_corner, 1>(out, b.high[1]);
  bg::set<bg::max_corner, 2>(out, b.high[2]);
  bg::set<bg::max_corner, 3>(out, b.high[3]);
  return out;
}

static std::vector<value> values_of(const peer_box *box, size_t count) {
  std::vector<value> out;
  out.reserve(count);
  for (size_t i = 0; i < count; i++) {
    out.emplace_back(box_of(box[i]), static_cast<uint32_t>(i));
  }
  return out;
}

static bool conflict(const sl_prepared *a, const sl_prepared *b, const sl_minima *minima) {
  sl_finding finding;
  return sl_judge(&finding, a, b, minima, false) == SL_OK && finding.verdict != SL_CLEAR;
}

size_t peer_boost_all(const peer_box *box, const sl_prepared *const *object, size_t count, const sl_minima *minima,
                      unsigned threads) {
  const rtree tree(values_of(box, count));
  std::atomic<size_t> next{0}, total{0};
  auto work = [&] {
    size_t pairs = 0;
    for (;;) {
      const size_t first = next.fetch_add(4096), end = std::min(first + 4096, count);
      for (size_t i = first; i < end; i++) {
        tree.query(bgi::intersects(box_of(box[i])), boost::make_function_output_iterator([&](const value &v) {
                     if (v.second > i && conflict(object[i], object[v.second], minima)) {
                       pairs++;
                     }
                   }));
      }
      if (end >= count) {
        break;
      }
    }
    total += pairs;
  };
  std::vector<std::thread> others;
  for (unsigned t = 1; t < threads; t++) {
    others.emplace_back(work);
  }
  work();
  for (auto &other : others) {
    other.join();
  }
  return total;
}
