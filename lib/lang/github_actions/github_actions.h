// GitHub Actions (https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax): workflows, reusable ones and composite actions;
// and what Dependabot is told (https://docs.github.com/code-security/dependabot/working-with-dependabot/dependabot-options-reference).
//
//   type       address                body, beside what is written there
//   workflow   workflow               events: [{name, types, branches, inputs, cron}], event_names, jobs, reusable, path
//   action     action                 an action.yml; using, steps
//   job        jobs.build             id, event_names, runs_on (labels), permissions_in_force, steps, env_list, action (as of a step), and of the whole
//                                     workflow workflow_scripts, workflow_actions
//   step       jobs.build.steps[2]    index, event_names, job (id), action {owner, repository, path, ref, kind, pinned}, commands (lib/lang/shell/commands.h)
//              runs.steps[0]          where its shell is a POSIX one, shell_in_force, env_list
//   update     updates[0]             an element of dependabot.yml
//   each                              expressions: [{text, where, key, contexts, functions, tainted, inputs, secrets, error, code}]
//
// An expression's `tainted` lists what strangers can write (the title of an issue, the name of a branch) and what it turns into text,
// through env included; `inputs` what whoever starts or calls the workflow can. `code` is true where it becomes a part of a script.
#pragma once

#include "lib/lang/language.h"

namespace weir::github_actions {

const Language& GithubActions();

}  // namespace weir::github_actions
