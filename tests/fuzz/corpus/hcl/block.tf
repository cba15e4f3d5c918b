resource "aws_x" "y" {
  name = "a-${var.b}"
  tags = { a = 1, "b" : true }
  nested {
    list = [1, 2.5, null]
  }
}
