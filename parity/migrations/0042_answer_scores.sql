-- What an answer counts for an indicator is its score. The view that reads the table keeps its rows; the next build gives it the new name, too.
alter table raw.catalogue_indicator_answer rename column worth to answer_score;
