a = [for k, v in x : v if k != "z"]
b = {for s in y : s.id => s...}
c = p[*].q.*.r[0]["k"].0
d = provider::n::f(a, b...)
e = (a ? -1 : !b) || c && d == 1 + 2 * 3 % 4
