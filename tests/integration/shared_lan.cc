#include "shared_lan.h"

#include <memory>

namespace lanwarden::integration {
namespace {

std::unique_ptr<Lan> office, ring;

const Lan& standing(std::unique_ptr<Lan>& wanted, std::unique_ptr<Lan>& other, LanPlan (*plan)()) {
  other.reset();
  if (!wanted) wanted = std::make_unique<Lan>(plan());
  return *wanted;
}

}  // namespace

const Lan& shared_office_lan() { return standing(office, ring, office_lan); }
const Lan& shared_ring_lan() { return standing(ring, office, ring_lan); }

void take_down_shared_lans() {
  office.reset();
  ring.reset();
}

}  // namespace lanwarden::integration
