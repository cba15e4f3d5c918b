#!/bin/sh
# Staged changes of Kubernetes manifests: blocked where the wrong container is, repaired, accepted; what is not read is said.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

# A List behind another document; its Deployment has two containers.
shop() { # LINE-OF-THE-SECOND-CONTAINER
  cat <<YAML
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: List
items:
  - apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      namespace: shop
    spec:
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
            - name: web
              image: registry.example.com/web:1.4.2
              imagePullPolicy: Always
            # keeps the certificates fresh
            - name: certificates
              image: registry.example.com/certificates:2.0.1
              $1
YAML
}

new_repository
mkdir k8s
# weir's own policy only suggests its fix; the team's is sure.
printf 'version: 1\npolicies: {k8s-image-pull-policy: off}\n' >.weir.yaml
mkdir -p .weir/policies
cat >.weir/policies/images.yaml <<'YAML'
id: team-pull-always
title: Image is not asked for at the registry
severity: high
category: supply-chain
why: Our nodes keep images for months.
rules:
  - kubernetes: [workload]
    for: "k8s.allContainers(self)"
    pass: "it.imagePullPolicy == 'Always'"
    fix: {set: {it.imagePullPolicy: Always}}
examples:
  - kubernetes: |
      apiVersion: v1
      kind: Pod
      metadata: {name: good}
      spec:
        containers: [{name: web, image: web, imagePullPolicy: Always}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: bad}
      spec:
        containers: [{name: web, image: web}]
    pass: [Pod.good]
    fail: {Pod.bad: "spec.containers[0].imagePullPolicy"}
YAML
shop 'imagePullPolicy: Always' >k8s/shop.yaml
git add . && check "a manifest that is good enough goes through" commit
shop 'imagePullPolicy: IfNotPresent  # saves a minute' >k8s/shop.yaml
git add . && check "a container that takes what lies there blocks" blocked
check "with its place" says "k8s/shop.yaml:26:32  high  team-pull-always"
check "and its way in the object" says "in Deployment.shop.web, spec.template.spec.containers[1].imagePullPolicy"
"$WEIR" fix --apply --staged >"$work/out" 2>&1
shop 'imagePullPolicy: Always  # saves a minute' >"$work/wanted"
check "its fix changes that value alone" sh -c "git show :k8s/shop.yaml | cmp - '$work/wanted'"
check "then the commit goes through" commit

# Another object in a file of its own; the setting is not there at all.
{ shop 'stdin: false' | sed -n '9,$p' | sed 's/^  - /---\n/; s/^    //; s/name: web$/name: other/'; } >k8s/another.yaml
git add . && check "what a container does not say blocks" blocked
check "at the container" says "k8s/another.yaml:17:11  high  team-pull-always"
"$WEIR" fix --apply --staged >"$work/out" 2>&1
check "its fix adds it behind its last line" sh -c "git show :k8s/another.yaml | tail -2 | tr -s ' \n' ' ' | grep -qx ' stdin: false imagePullPolicy: Always '"
check "then the commit goes through" commit

shop 'securityContext: {privileged: true}' | sed 's/^              securityContext/              imagePullPolicy: Always\n&/' >k8s/shop.yaml
git add . && check "a privileged container blocks" blocked
check "with its finding" says "k8s/shop.yaml:27:45  high  k8s-privileged"
sed 's|^      name: web$|&\n      annotations:\n        weir/ignore: k8s-privileged the node is its own|' k8s/shop.yaml >new && mv new k8s/shop.yaml
git add . && check "an annotation accepts it" commit

printf 'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}\n' >k8s/service.yaml
git add . && check "a manifest that does not parse blocks" blocked
check "with its line" says "k8s/service.yaml:"
git rm -qf k8s/service.yaml
mkdir -p chart/templates
printf 'apiVersion: v2\nname: shop\nversion: 1.0.0\n' >chart/Chart.yaml
printf '{{- if .Values.on }}\napiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n{{- end }}\n' >chart/templates/a.yaml
cp chart/templates/a.yaml chart/templates/b.yaml
git add . && check "a chart goes through" commit
check "with the word that its templates are not read" says "chart/Chart.yaml:2:1  low  not-read"
check "once" sh -c "[ \"\$(grep -c 'low  not-read' '$work/out')\" = 1 ]"
finish
