-- Of a form, raw keeps the words of the questions that its contract lists; the others by path, type and position. The content as the server sent it
-- lies in the landing at `uri`, null where it is still whole in `content`, as code before this migration left it. `listed` is a hash of what is spelt out.
-- The next sync of any form lands such contents, takes them out of here, and writes the words of its own form by its contract, which SQL cannot read.
alter table raw.kobo_form add column uri text, add column listed text;
