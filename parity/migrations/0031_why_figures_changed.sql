-- What each figure of a release is made from, so that `parity release diff` can say why it changed. Hashes alone: nothing of it is copied to readers.
-- Releases from before have no rows. A release that other inputs make again, unchanged, is made from them, too, and has a row for each.

-- `source` is a table of the catalogue or of a reference source, a file of the catalogue, a module of Python or a model of dbt. `part` is the value
-- that its rows are split by (`split_by`: indicator, contract, form, …), and empty for the whole.
create table release.ingredient (
    release_id bigint not null references release.release, source text not null, split_by text not null, part text not null,
    state text not null, primary key (release_id, source, part, state));
-- The models that make an indicator's figures of one breakdown and kind of period, and the sources that each reads. Their code is among the ingredients.
create table release.figure_model (
    release_id bigint not null references release.release, indicator_code text not null, breakdown text not null, period text not null,
    model text not null, reads text[] not null, primary key (release_id, indicator_code, breakdown, period, model));
-- `exact`: a hash of the exact figure, empty for surveys, whose hash would outlive an erasure. `made_in`: the release that computed it; for a figure
-- of a final wave an earlier one. `forms`: the survey forms that it is of.
create table release.made_of (
    release_id bigint not null references release.release, cell_id text not null, exact text not null, made_in bigint not null,
    forms text[] not null, primary key (release_id, cell_id, exact));
-- Whether a wave that was computed again has the respondents and answers of every version published before.
alter table release.survey_wave add column has_same_answers boolean;
-- What each model of dbt reads: models and sources. Noted before each run.
create table ops.dbt_reads (node text not null, reads text not null, primary key (node, reads));
