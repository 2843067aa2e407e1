"""The daily duties that keep the hall fit: who maintained what, machines and their age, inspections, notices in time; with proof."""
