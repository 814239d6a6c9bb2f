-- By what members are counted: 'unit', a place of either division ('commune', 'province',
-- 'former_commune', 'former_province'), 'sex', 'age' or 'category'. Parts that the figures of a
-- year (flows.sql) and of a day (insured_on.sql) share. A group's name is a key: of the unit or
-- place, the letter or code, the first age of the band; '' where it is not known.

-- The place of each colline; no row where nothing is counted by place.
CREATE OR REPLACE FUNCTION collines_by_place(by_what text)
    RETURNS TABLE (colline_id bigint, place_id bigint)
    LANGUAGE sql STABLE
AS $function$
    SELECT c.id, CASE by_what WHEN 'commune' THEN z.parent_id WHEN 'province' THEN m.parent_id
                     WHEN 'former_commune' THEN c.former_commune_id ELSE f.parent_id END
    FROM public.federations_place c
    JOIN public.federations_place z ON z.id = c.parent_id
    JOIN public.federations_place m ON m.id = z.parent_id
    LEFT JOIN public.federations_place f ON f.id = c.former_commune_id
    WHERE c.kind = 'colline'
      AND by_what IN ('commune', 'province', 'former_commune', 'former_province')
$function$;

-- The first age of the band that an age is in.
CREATE OR REPLACE FUNCTION age_band(age integer)
    RETURNS integer
    LANGUAGE sql IMMUTABLE
AS $function$
    SELECT CASE WHEN age < 5 THEN 0 WHEN age < 15 THEN 5 WHEN age < 25 THEN 15
                WHEN age < 50 THEN 25 WHEN age < 65 THEN 50 WHEN age >= 65 THEN 65 END
$function$;

-- The expression of the first age of the band in which somebody is on a day, by the day of birth:
-- compared with the five days on which who is of a band's first age was born.
CREATE OR REPLACE FUNCTION age_band_on(of_day date, born_on text)
    RETURNS text
    LANGUAGE sql IMMUTABLE
AS $function$
    SELECT format(
        'CASE WHEN %1$s > %2$L::date THEN 0 WHEN %1$s > %3$L::date THEN 5 WHEN %1$s > %4$L::date'
        ' THEN 15 WHEN %1$s > %5$L::date THEN 25 WHEN %1$s > %6$L::date THEN 50 ELSE 65 END',
        born_on, (of_day - interval '5 years')::date, (of_day - interval '15 years')::date,
        (of_day - interval '25 years')::date, (of_day - interval '50 years')::date,
        (of_day - interval '65 years')::date)
$function$;

-- The statement of a year's enrolments with what each is counted by: a household as it signed, at
-- the age that its head reaches in the year; by place, where it lives, or 'colline' for whoever
-- leads collines to places later. is_back: it was enrolled the year before too; is_kept: in the
-- unit where it was, or in one that replaced it at a re-cut, as it was found on the day of signing.
-- signed_francs: what it came to, with what was paid of it in the federation that the household came
-- from; here it owes the rest. Written out for one breakdown, for a figure of the nation has no time
-- to ask each row which one was meant. Whoever runs it by place gives `place`, the rows of
-- collines_by_place.
CREATE OR REPLACE FUNCTION enrolments_by(of_year integer, by_what text)
    RETURNS text
    LANGUAGE sql IMMUTABLE
AS $function$
    SELECT format(
        'SELECT e.id, e.unit_id, e.household_id, e.males + e.females AS people,'
        ' e.is_renewal OR e.is_returning AS is_back,'
        ' (e.is_renewal OR e.is_returning) AND e.is_same_unit AS is_kept,'
        ' e.contribution_francs + e.joining_fee_francs + e.paid_before_francs'
        ' + e.payer_paid_before_francs AS signed_francs, %s AS key'
        ' FROM public.membership_enrolment e %s WHERE e.year_id = %s AND e.cancelled_on IS NULL',
        CASE by_what
            WHEN 'unit' THEN 'e.unit_id'
            WHEN 'sex' THEN 'e.head_sex'
            WHEN 'category' THEN 'e.category'
            WHEN 'colline' THEN 'e.colline_id'
            WHEN 'age' THEN format('public.age_band(%s - e.head_birth_year)', of_year)
            ELSE 'p.place_id'
        END,
        CASE WHEN by_what NOT IN ('unit', 'sex', 'category', 'age', 'colline')
             THEN 'LEFT JOIN place p ON p.colline_id = e.colline_id' END,
        of_year
    )
$function$;
