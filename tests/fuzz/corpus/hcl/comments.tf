# c
// d
/* e
 */ a = 1 # f
b { c = 1 }
"bad" = [
