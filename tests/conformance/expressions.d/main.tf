# What the expressions beside this file may use.
variable "s" {
  default = "sec"
  sensitive = true
}
variable "n" {
  default = 7
  sensitive = true
}
variable "so" {
  default = {a = 1, b = "x"}
  sensitive = true
}
variable "sl" {
  default = ["p", "q"]
  type = list(string)
  sensitive = true
}
variable "sm" {
  default = {k = "v", l = "w"}
  type = map(string)
  sensitive = true
}
variable "ss" {
  default = ["p", "q"]
  type = set(string)
  sensitive = true
}
variable "l" {
  default = ["a", "b"]
  type = list(string)
}
variable "ln" {
  default = [3, 1, 2]
  type = list(number)
}
variable "m" {
  default = {k = "v", l = "w"}
  type = map(string)
}
variable "st" {
  default = ["a", "b"]
  type = set(string)
}
variable "nul" {
  default = null
  type = string
}
variable "nl" {
  default = null
  type = list(string)
}
variable "el" {
  default = []
  type = list(string)
}
variable "em" {
  default = {}
  type = map(number)
}
resource "terraform_data" "u" {}
resource "terraform_data" "v" { input = "known" }
