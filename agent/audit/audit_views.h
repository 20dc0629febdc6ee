// An audit as text for people, JSON for scripts, HTML for the file, JUnit for the pipeline.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "agent/audit/auditor.h"
#include "agent/output/console.h"
#include "agent/output/views.h"

namespace lanwarden::agent {

/// `audit --json`, as the contract has it, and more.
Json audit_json(const AuditReport& report);
std::string finding_json_text(const AuditFinding& finding);
std::string audit_json_text(const AuditReport& report);
/// `all`: the standing and the accepted ones, too. Lines without a final newline.
std::string audit_text(const AuditReport& report, const Console& console, std::size_t width, bool all);
std::string audit_html(const AuditReport& report);
/// A test case for each kind that found nothing, and one for each finding, failed.
std::string audit_junit(const AuditReport& report);

/// "3 findings: 1 critical, 2 warnings".
std::string count_words(const std::vector<AuditFinding>& findings);

}  // namespace lanwarden::agent
