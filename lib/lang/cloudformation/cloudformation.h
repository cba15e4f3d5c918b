// AWS CloudFormation, the Serverless Application Model (SAM) and the Serverless Framework. A scope is a file.
//
// CloudFormation and SAM templates are one language, "cloudformation", in YAML and JSON; a resource's address is
// `AWS::S3::Bucket.Name`, below a nested stack `Stack/AWS::S3::Bucket.Name`. Its body is what stands under Properties, evaluated,
// with the resource's Metadata, DeletionPolicy, UpdateReplacePolicy and DependsOn beside it.
//
// A serverless.yml is "serverless": its functions are resources of type `function`; what it says under `resources:` is declared
// as CloudFormation's.
#pragma once

#include "lib/lang/language.h"

namespace weir::cloudformation {

/// The languages. The objects live for ever.
const Language& CloudFormation();
const Language& Serverless();

}  // namespace weir::cloudformation
