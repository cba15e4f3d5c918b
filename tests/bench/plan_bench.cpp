// How fast a plan of Terraform is read, on one core, in processor time, beside RapidJSON on the same text in the same run.
//
//   plan_bench [MB]      a generated plan of that size, 100 by default, as `terraform show -json` writes it: planned values, changes with their
//                        values before and after, prior state, configuration
//
// Prints the milliseconds that RapidJSON takes to read the text into its document and to only hand out its events, those of weir to read the
// plan and to have it ready to be judged, and the memory that weir's values take.
#include <fmt/format.h>
#include <rapidjson/document.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "lib/lang/tfplan/plan.h"
#include "tests/bench/processor_time.h"

namespace {

std::string Values(size_t i) {
  return fmt::format(R"({{"ami":"ami-0{0:07}","arn":null,"availability_zone":"eu-west-1a","ebs_block_device":[{{"device_name":"/dev/sdf","encrypted":false,"volume_size":{1},"tags":{{"Name":"data-{0}"}}}}],"ebs_optimized":true,"instance_type":"m5.large","monitoring":false,"tags":{{"Name":"web-{0}","Team":"edge"}},"user_data":"#!/bin/sh\necho \"{0}\"\n","vpc_security_group_ids":["sg-{0:08}"],"metadata_options":[{{"http_endpoint":"enabled","http_tokens":"optional","http_put_response_hop_limit":2}}]}})",
                     i, 20 + i % 100);
}

std::string MakePlan(size_t bytes) {
  std::string planned, changes, prior, configuration;
  size_t i = 0;
  for (; planned.size() + changes.size() + prior.size() + configuration.size() < bytes; ++i) {
    const char* comma = i == 0 ? "" : ",";
    const std::string head = fmt::format(R"({{"address":"aws_instance.web[{0}]","mode":"managed","type":"aws_instance","name":"web","index":{0},"provider_name":"registry.terraform.io/hashicorp/aws")", i);
    const std::string values = Values(i);
    planned += fmt::format(R"({}{},"schema_version":1,"values":{},"sensitive_values":{{}}}})", comma, head, values);
    prior += fmt::format(R"({}{},"schema_version":1,"values":{},"sensitive_values":{{}}}})", comma, head, values);
    changes += fmt::format(R"({}{},"change":{{"actions":["update"],"before":{},"after":{},"after_unknown":{{"arn":true,"id":true,"ebs_block_device":[{{"volume_id":true}}]}},"before_sensitive":{{}},"after_sensitive":{{"user_data":true}}}}}})", comma, head, values, values);
  }
  return fmt::format(R"({{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{{"root_module":{{"resources":[{}]}}}},"resource_changes":[{}],"prior_state":{{"format_version":"1.0","values":{{"root_module":{{"resources":[{}]}}}}}},"configuration":{{"root_module":{{"resources":[{{"address":"aws_instance.web","expressions":{{"ami":{{"references":["var.ami"]}}}}}}]}}}}}})",
                     planned, changes, prior);
}

template <typename Work>
double BestMilliseconds(Work work) {
  double best = 1e18;
  for (int round = 0; round < 5; ++round) {
    const double start = weir::bench::ProcessorSeconds();
    work();
    best = std::min(best, (weir::bench::ProcessorSeconds() - start) * 1e3);
  }
  return best;
}

long PeakMegabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string text = MakePlan(size_t(argc > 1 ? std::atoi(argv[1]) : 100) << 20);
  const long before = PeakMegabytes();
  size_t resources = 0, kept = 0;
  bool ok = true;
  weir::Limits limits;
  limits.scope_memory = uint64_t(4) << 30;
  const double read = BestMilliseconds([&] {
    weir::Arena arena(1 << 20);
    ok &= weir::tfplan::ReadPlanText(text, 0, arena, limits).ok();
  });
  const double ready = BestMilliseconds([&] {
    weir::Arena arena(1 << 20);
    weir::Document document;
    const auto plan = weir::tfplan::ReadPlanText(text, 0, arena, limits);
    ok &= plan.ok() && weir::tfplan::MakeDocument(*plan, nullptr, arena, limits, document).ok();
    resources = document.resources.size();
    kept = arena.bytes_reserved();
  });
  const long peak = PeakMegabytes();
  const double dom = BestMilliseconds([&] {
    rapidjson::Document document;
    ok &= !document.Parse(text.data(), text.size()).HasParseError();
  });
  const double events = BestMilliseconds([&] {
    rapidjson::StringStream stream(text.data());
    rapidjson::BaseReaderHandler<> handler;
    ok &= !rapidjson::Reader().Parse(stream, handler).IsError();
  });
  fmt::print("plan of {:.1f} MB, {} resources{}\n", double(text.size()) / 1048576, resources, ok ? "" : ", NOT READ");
  fmt::print("RapidJSON, into its document  {:>7.0f} ms\nRapidJSON, events only         {:>7.0f} ms\n", dom, events);
  fmt::print("weir, read                    {:>7.0f} ms  {:.2f} times the document\n", read, read / dom);
  fmt::print("weir, ready to be judged      {:>7.0f} ms  {:.2f} times the document\n", ready, ready / dom);
  fmt::print("memory: the text {} MB, weir's values {} MB, peak above the text {} MB\n", text.size() >> 20, kept >> 20, peak - before);
  return ok ? 0 : 1;
}
