0# weir:ignore a, b until=2027-01-31 why
# checkov:skip=CKV_AWS_1,CKV_AWS_2: why
/* trivy:ignore:aws-0001[a.b=c]:exp:2027-01-31:ws:x */ a = <<E
# no
E
