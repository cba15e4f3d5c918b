// serverless.yml: functions, and the CloudFormation under `resources:`.
// https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml
#pragma once

#include <string>

#include "lib/lang/cloudformation/template.h"

namespace weir::cloudformation {

/// Declares every function as a resource of language "serverless" and type `function`, whose body has what the provider's section
/// gives to all functions (environment, runtime, vpc, tracing, kmsKeyArn …) and, under `policy`, the statements of its role as a
/// policy document; then the templates under `resources:`. `${self:…}`, `${file(…)}` and defaults (`${opt:stage, 'dev'}`) are
/// followed; other variables are unknown.
void PublishServerlessFile(Context& context, const std::string& path, const yaml::Node& root);

}  // namespace weir::cloudformation
