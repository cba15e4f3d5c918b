a = <<-EOT
    one ${x}
      two %{ if y ~} z %{ else } w %{~ endif }
  EOT
b = <<E
$${c}
E
