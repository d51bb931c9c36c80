{# What engines spell differently stands here, one implementation each; models use these and dbt's own cross-database macros. #}

{% macro row_key(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append("coalesce(cast(" ~ column ~ " as " ~ dbt.type_string() ~ "), '~')") -%}
        {%- if not loop.last -%}{%- do parts.append("'|'") -%}{%- endif -%}
    {%- endfor -%}
    {{ dbt.hash(dbt.concat(parts)) }}
{%- endmacro %}

{% macro day_series(first, last) %}{{ adapter.dispatch('day_series')(first, last) }}{% endmacro %}
{% macro postgres__day_series(first, last) -%}
    select cast(day as date) as date_day
    from generate_series(cast({{ first }} as timestamp), cast({{ last }} as timestamp), interval '1 day') as days (day)
{%- endmacro %}
{% macro spark__day_series(first, last) -%}
    select explode(sequence(cast({{ first }} as date), cast({{ last }} as date))) as date_day
{%- endmacro %}

{# Each row once for every whole year from one column to another. #}
{% macro year_series(first, last, alias) %}{{ adapter.dispatch('year_series')(first, last, alias) }}{% endmacro %}
{% macro postgres__year_series(first, last, alias) -%}
    cross join lateral generate_series(cast({{ first }} as integer), cast({{ last }} as integer)) as {{ alias }} (period_year)
{%- endmacro %}
{% macro spark__year_series(first, last, alias) -%}
    lateral view explode(if({{ first }} <= {{ last }}, sequence({{ first }}, {{ last }}), array())) {{ alias }} as period_year
{%- endmacro %}

{% macro year_of(date) -%} cast(extract(year from {{ date }}) as integer) {%- endmacro %}
{% macro month_of(date) -%} cast(extract(month from {{ date }}) as integer) {%- endmacro %}
{% macro first_day(year) -%} make_date(cast({{ year }} as integer), 1, 1) {%- endmacro %}
{% macro last_day_of_year(year) -%} make_date(cast({{ year }} as integer), 12, 31) {%- endmacro %}

{% macro days_between(earlier, later) %}{{ adapter.dispatch('days_between')(earlier, later) }}{% endmacro %}
{% macro postgres__days_between(earlier, later) -%} ({{ later }} - {{ earlier }}) {%- endmacro %}
{% macro spark__days_between(earlier, later) -%} datediff({{ later }}, {{ earlier }}) {%- endmacro %}

{% macro add_days(date, days) %}{{ adapter.dispatch('add_days')(date, days) }}{% endmacro %}
{% macro postgres__add_days(date, days) -%} ({{ date }} + cast({{ days }} as integer)) {%- endmacro %}
{% macro spark__add_days(date, days) -%} date_add({{ date }}, cast({{ days }} as int)) {%- endmacro %}

{% macro midpoint(earlier, later) -%}
    {{ add_days(earlier, "floor(" ~ days_between(earlier, later) ~ " / 2.0)") }}
{%- endmacro %}

{# The number that a text holds, null where it holds none: a stray word must not end the build. #}
{% macro number_or_null(text) %}{{ adapter.dispatch('number_or_null')(text) }}{% endmacro %}
{% macro postgres__number_or_null(text) -%}
    case
        when trim({{ text }}) ~ '^[+-]?([0-9]{1,15}([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?$'
            then cast(trim({{ text }}) as {{ dbt.type_float() }})
    end
{%- endmacro %}
{% macro spark__number_or_null(text) -%} try_cast(trim({{ text }}) as double) {%- endmacro %}

{# A sum that does not hang on the order of the rows: sums of floats differ in their last digits from run to run, and a release with
   the same content must be seen to be the same. #}
{% macro exact_sum(value) %}{{ adapter.dispatch('exact_sum')(value) }}{% endmacro %}
{% macro postgres__exact_sum(value) -%} cast(sum(cast({{ value }} as numeric)) as {{ dbt.type_float() }}) {%- endmacro %}
{# A decimal of 38 digits is too short for a double, so each is cut at 1e-9 and what lies below is summed for itself, a billion billion
   billion times as large: exact from 1e-36 to 1e28. #}
{% macro spark__exact_sum(value) -%}
    {%- set whole = "cast(cast(" ~ value ~ " as double) as decimal(38, 9))" -%}
    (cast(sum({{ whole }}) as double)
    + 1e-27 * cast(sum(cast(1e27 * (cast({{ value }} as double) - cast({{ whole }} as double)) as decimal(38, 9))) as double))
{%- endmacro %}

{# The year of an instant, by the clock of UTC. #}
{% macro year_utc(instant) %}{{ adapter.dispatch('year_utc')(instant) }}{% endmacro %}
{% macro postgres__year_utc(instant) -%} cast(extract(year from {{ instant }} at time zone 'UTC') as integer) {%- endmacro %}
{% macro spark__year_utc(instant) -%} year(to_utc_timestamp({{ instant }}, current_timezone())) {%- endmacro %}

{# The day of an instant, by the clock of UTC. #}
{% macro day_utc(instant) %}{{ adapter.dispatch('day_utc')(instant) }}{% endmacro %}
{% macro postgres__day_utc(instant) -%} cast({{ instant }} at time zone 'UTC' as date) {%- endmacro %}
{% macro spark__day_utc(instant) -%} cast(to_utc_timestamp({{ instant }}, current_timezone()) as date) {%- endmacro %}

{# Fresh tables have no statistics, and a planner without them joins large tables row by row. Spark goes by the sizes of files. #}
{% macro analyze() %}{{ adapter.dispatch('analyze')() }}{% endmacro %}
{% macro postgres__analyze() -%} analyze {{ this }} {%- endmacro %}
{% macro spark__analyze() %}{% endmacro %}

{# A post-hook: an index of the few rows of a long table that a condition is true of. An incremental run finds it there. #}
{% macro index_where(column, condition) %}{{ adapter.dispatch('index_where')(column, condition) }}{% endmacro %}
{% macro postgres__index_where(column, condition) -%}
    {% if not is_incremental() %}create index on {{ this }} ({{ column }}) where {{ condition }}{% endif %}
{%- endmacro %}
{% macro spark__index_where(column, condition) %}{% endmacro %}

{% macro hours(number) %}{{ adapter.dispatch('hours')(number) }}{% endmacro %}
{% macro postgres__hours(number) -%} {{ number }} * interval '1 hour' {%- endmacro %}
{% macro spark__hours(number) -%} make_interval(0, 0, 0, 0, {{ number }}) {%- endmacro %}

{# ln n! #}
{% macro log_factorial(n) %}{{ adapter.dispatch('log_factorial')(n) }}{% endmacro %}
{% macro postgres__log_factorial(n) -%} lgamma(cast({{ n }} as double precision) + 1) {%- endmacro %}
{% macro spark__log_factorial(n) -%} aggregate(sequence(1, greatest(cast({{ n }} as int), 1)), cast(0 as double), (sum, k) -> sum + ln(k)) {%- endmacro %}

{% macro median(column) %}{{ adapter.dispatch('median')(column) }}{% endmacro %}
{% macro postgres__median(column) -%} percentile_cont(0.5) within group (order by {{ column }}) {%- endmacro %}
{% macro spark__median(column) -%} percentile({{ column }}, 0.5) {%- endmacro %}

{# The same day so many months before; the last day of the month where it has no such day. #}
{% macro months_before(date, months) %}{{ adapter.dispatch('months_before')(date, months) }}{% endmacro %}
{% macro postgres__months_before(date, months) -%} cast({{ date }} - interval '{{ months }} months' as date) {%- endmacro %}
{% macro spark__months_before(date, months) -%} add_months({{ date }}, -{{ months }}) {%- endmacro %}
