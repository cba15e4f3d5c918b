// Dockerfiles (https://docs.docker.com/reference/dockerfile/): stages and instructions as resources.
//
//   type                address                        body
//   dockerfile          Dockerfile                     path, syntax, stages, final (the last stage), names, instructions, args
//   stage               Dockerfile:stage-0             index, name, image, platform, scratch, base (number of the stage it builds on), is_final,
//                                                      user, user_set, workdir, shell, healthcheck, env, instructions
//   instruction.RUN     Dockerfile:stage-0/RUN[3]      keyword, text, form, flags, stage, user, shell and, by keyword:
//     RUN               commands (lib/lang/shell/commands.h), mounts, script
//     FROM              image, name, platform, scratch, stage_ref, pinned
//     ENV ARG LABEL     pairs: {name, value}
//     COPY ADD          sources, destination, from, heredocs
//     EXPOSE            ports: {port, last, protocol, text}
//     USER              name, group;  WORKDIR path;  VOLUME paths;  STOPSIGNAL signal;  MAINTAINER name
//     CMD ENTRYPOINT SHELL   argv, commands;  HEALTHCHECK none, commands, argv
//   ARGs before the first FROM are Dockerfile:ARG[0]. What ONBUILD holds is …/ONBUILD[0]/RUN.
//
// Variables are expanded as BuildKit does, with ARG's defaults; what has none, or comes from the base image, is unknown.
#pragma once

#include "lib/lang/language.h"

namespace weir::dockerfile {

const Language& Dockerfile();

}  // namespace weir::dockerfile
