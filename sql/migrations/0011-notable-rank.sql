-- What a person should look at is told the gravest first.
ALTER TABLE notable_path ADD COLUMN rank INTEGER;
