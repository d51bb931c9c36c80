-- raw keeps the words of a question only where the form's contract lists it; of every other question it keeps path, type and position.
-- uri: where the whole content lies in the landing. It is null where older code left the content here; the next sync of any form lands such contents and
-- takes them out. listed: a hash of the listed questions. The sync writes the words, as SQL cannot read a contract.
alter table raw.kobo_form add column uri text, add column listed text;
