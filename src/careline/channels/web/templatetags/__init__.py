"""Tags of the web hall's templates."""
