"""Known ERPs, one YAML file each: what their export files mean and which import files they read."""
