// The commands of the binary. Each reads its arguments, calls lib/, prints, and gives an exit status (design.md, The command).
#pragma once

#include <string>
#include <vector>

#include "lib/policy/waiver.h"
#include "lib/report/listing.h"

namespace weir::hooks {

struct ScanArguments {
  std::string path = ".";
  bool staged = false, all_verdicts = false, all = false, quiet = false;
  bool no_suppress = false, no_baseline = false, show_suppressions = false;
  std::string diff, plan, format = "text", output;
  std::vector<std::string> policies;  // files and folders of policies to judge by as well
  bool no_built_in = false;
};

struct InstallArguments {
  bool uninstall = false, user = false, team = false, system = false;
  std::string server;
};

struct DoctorArguments {
  bool fix = false, system = false;
  std::string server;
};

int Scan(const ScanArguments& arguments);
int Hook(const std::string& name, const std::vector<std::string>& arguments);
struct FixArguments {
  bool apply = false, staged = false, interactive = false, diff = false;
  std::vector<std::string> policies, paths;
};

int Fix(const FixArguments& arguments);
int Explain(const std::string& id);
int ShowPolicy(const std::string& id);
int ListPolicies(const report::PolicyFilter& filter, const std::string& format);
int DocumentPolicies(const std::string& folder, bool own);
int CreateBaseline(bool force);
int UpdateBaseline(bool add);
int ShowBaseline();
int Waive(policy::Waiver waiver);
int TestPolicies(const std::vector<std::string>& files);
int Install(const InstallArguments& arguments);
int Doctor(const DoctorArguments& arguments);
int Debug(const std::string& what, const std::vector<std::string>& arguments);

}  // namespace weir::hooks
