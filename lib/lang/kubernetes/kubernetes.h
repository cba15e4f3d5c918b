// Kubernetes manifests (https://kubernetes.io/docs/concepts/overview/working-with-objects/), YAML and JSON: objects as resources.
//
//   type      the kind: Deployment, NetworkPolicy; a kind that Kubernetes has too, of another API group, with its group behind it
//             (`Service.serving.knative.dev`), so that no policy takes it for Kubernetes' own
//   address   kind.namespace.name: `Deployment.default.web`; the namespace is `default` where none is written, also of what has none;
//             of a generated name its beginning
//   body      the object as it is written: apiVersion, kind, metadata, spec …
//
// The objects of a list (`kind: List`) are resources of their own. A scope is a folder: what its manifests select, bind and name are
// references (relations.h). Text with a template's placeholder ({{ … }}) is unknown behind its known beginning. Charts, kustomizations and
// other templates are noted as unread (unread.h), and a kustomization's patches are not taken for objects.
#pragma once

#include "lib/lang/language.h"

namespace weir::kubernetes {

const Language& Kubernetes();

}  // namespace weir::kubernetes
