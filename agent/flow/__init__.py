"""The stations, one file each. Each reads tables and writes tables, is safe to repeat, and calls no other."""
