"""The QC circle: from topic to proof, with every exhibit made from records, checks of the house, and what people decided."""
