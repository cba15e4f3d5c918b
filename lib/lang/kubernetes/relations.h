// How the objects of a folder refer to each other, as the cluster would find it: by names and by labels, within a namespace.
//
//   of                               at                                                            to
//   Service                          spec.selector                                                 what runs such pods
//   NetworkPolicy                    spec.podSelector                                              likewise; an empty selector means all
//   PodDisruptionBudget              spec.selector                                                 likewise
//   RoleBinding, ClusterRoleBinding  roleRef; subjects                                             Role, ClusterRole; ServiceAccount
//   what runs pods, in the pod       spec.serviceAccountName; spec.volumes; spec.imagePullSecrets;  ServiceAccount, ConfigMap, Secret,
//                                    env and envFrom of containers                                 PersistentVolumeClaim
//   ServiceAccount                   secrets, imagePullSecrets                                     Secret
//   StatefulSet, Ingress             spec.serviceName; backends, tls                               Service; Secret
//   HorizontalPodAutoscaler          spec.scaleTargetRef                                           what it scales
//   anything                         metadata.namespace                                            Namespace
//
// So related('NetworkPolicy', 'spec.podSelector') in a Deployment's policy gives what holds its pods, and references('roleRef') in a
// binding's the role. What is not known matches: nothing is said to be missing because of it. Internal.
#pragma once

#include <span>

#include "lib/model/document.h"

namespace weir::kubernetes {

/// Puts references into the bodies of `objects`, whose bodies are new ones then. What there are too many of is a diagnostic.
void Relate(std::span<Resource* const> objects, Arena& arena, Document& out);

}  // namespace weir::kubernetes
