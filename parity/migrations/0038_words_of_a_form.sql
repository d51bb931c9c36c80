-- Of a form, raw keeps the words of the questions that its contract lists; the others by path, type and position. The content as the server sent it
-- lies in the landing at `uri`. `listed` is a hash of what is spelt out: null where the content is still whole, as code before this migration left it.
-- The next sync of each form lands such a content, takes it out of here, and writes the words anew by the present contract, which SQL cannot read.
alter table raw.kobo_form add column uri text, add column listed text;
