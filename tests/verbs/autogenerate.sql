-- What people change, each in a schema of its own: what revisions made, and behind "-- after" what the schema file says.
-- "-- change NAME" must be seen, "-- same NAME" must not.

-- same plain
create table t (a integer, n text not null);
-- after
create table t (a int4, n text not null);
-- same default_str
create table t (a text default 'x', b text default 'it''s', c varchar(20) default 'x');
-- after
create table t (a text default 'x'::text, b text default E'it\'s', c varchar(20) default 'x'::varchar);
-- same default_int
create table t (a integer default 5, b integer default '5', c integer default -1, d numeric default 1.50);
-- after
create table t (a integer default 5, b integer default '5', c integer default -1, d numeric default 1.50);
-- same default_bool
create table t (a boolean default true, b boolean default 't');
-- after
create table t (a boolean default true, b boolean default 't');
-- same default_time
create table t (a timestamptz default now(), b timestamp default timezone('utc', now()), c timestamptz default current_timestamp,
  d date default '2024-01-01', e timestamptz default clock_timestamp(), f interval default '1 day');
-- after
create table t (a timestamptz default now(), b timestamp default timezone('utc'::text, now()), c timestamptz default CURRENT_TIMESTAMP,
  d date default '2024-01-01'::date, e timestamptz default clock_timestamp(), f interval default interval '1 day');
-- same default_other
create type e as enum ('a', 'b');
create sequence s;
create table t (a uuid default gen_random_uuid(), b json default '{}', c jsonb default '{}'::jsonb, d integer[] default '{}',
  e e default 'a', f integer default 1 + 2, g integer default nextval('s'), h double precision default random(),
  i point default '(1,2)', j bit(4) default B'0101');
-- after
create type e as enum ('a', 'b');
create sequence s;
create table t (a uuid default gen_random_uuid(), b json default '{}'::json, c jsonb default '{}', d integer[] default '{}'::integer[],
  e e default 'a'::e, f integer default (1 + 2), g integer default nextval('s'::regclass), h float8 default random(),
  i point default point '(1,2)', j bit(4) default B'0101');
-- same indexes
create table t (a integer, n text, j jsonb, v tsvector, arr integer[], at timestamp);
create index i1 on t (lower(n)); create index i2 on t ((n || 'x')); create index i3 on t (coalesce(n, ''));
create index i4 on t (a desc); create index i5 on t (a desc nulls last); create index i6 on t (a) where n is not null;
create index i7 on t using gin (j); create index i8 on t using gin (j jsonb_path_ops); create index i9 on t (n text_pattern_ops);
create index i10 on t (a) include (n); create index i11 on t (a) with (fillfactor = 70); create unique index i12 on t (a) nulls not distinct;
create index i13 on t ((j ->> 'x')); create index i14 on t ((a::text)); create index i15 on t using gin (to_tsvector('english', n));
create index i16 on t (extract(year from at)); create index i17 on t using brin (a); create index i18 on t using hash (a);
-- after
create table t (a integer, n text, j jsonb, v tsvector, arr integer[], at timestamp);
create index i1 on t using btree (lower(n)); create index i2 on t ((n || 'x'::text)); create index i3 on t (coalesce(n, ''::text));
create index i4 on t (a desc nulls first); create index i5 on t (a desc nulls last); create index i6 on t (a) where (n is not null);
create index i7 on t using gin (j jsonb_ops); create index i8 on t using gin (j jsonb_path_ops); create index i9 on t (n text_pattern_ops);
create index i10 on t (a) include (n); create index i11 on t (a) with (fillfactor = '70'); create unique index i12 on t (a) nulls not distinct;
create index i13 on t ((j ->> 'x'::text)); create index i14 on t (cast(a as text)); create index i15 on t using gin (to_tsvector('english'::regconfig, n));
create index i16 on t (extract('year' from at)); create index i17 on t using brin (a); create index i18 on t using hash (a);
-- same constraints
create table p (id integer primary key, b integer unique nulls not distinct);
create table t (a integer constraint ck check (a > 0), b integer check (b in (1, 2)), r int4range, exclude using gist (r with &&),
  c integer references p on update cascade on delete set null deferrable initially deferred, n text check (n = 'x' or n = 'y'));
-- after
create table t (a integer constraint ck check ((a > 0)), b integer check (b = any (array[1, 2])), r int4range, exclude using gist (r with &&),
  c integer, n text check ((n = 'x'::text) or (n = 'y'::text)));
create table p (id integer, b integer, primary key (id), unique nulls not distinct (b));
alter table t add foreign key (c) references p (id) on update cascade on delete set null deferrable initially deferred;
-- same columns
create domain dom as integer check (value > 0);
create table t (id bigserial primary key, i integer generated always as identity, g integer generated always as (i * 2) stored,
  s text generated always as ('x' || 'y') stored, c "char", v varchar(10) collate "C", f float(24), w tsvector, d dom, z time(3));
comment on column t.g is 'it''s'; comment on table t is 'x';
-- after
create domain dom as integer check (value > 0);
create table t (id bigserial primary key, i integer generated always as identity, g integer generated always as ((i * 2)) stored,
  s text generated always as ('x'::text || 'y'::text) stored, c "char", v varchar(10) collate "C", f real, w tsvector, d dom,
  z time(3) without time zone);
comment on column t.g is 'it''s'; comment on table t is 'x';
-- same partitions
create table t (a integer, b text) partition by range (a); create table t1 partition of t for values from (0) to (10);
-- after
create table t (a integer, b text) partition by range (a); create table t1 partition of t for values from (0) to (10);
-- same col_order
create table t (a integer, b integer);
-- after
create table t (b integer, a integer);
-- same tbl_tablespace
create table t (a integer);
-- after
create table t (a integer) tablespace pg_default;

-- same type_array_dims
create table t (a integer[]);
-- after
create table t (a integer[][]);

-- change add_table
create table t (a integer);
-- after
create table t (a integer); create table z (a integer);
-- change drop_table
create table t (a integer); create table z (a integer);
-- after
create table t (a integer);
-- change add_col
create table t (a integer);
-- after
create table t (a integer, z integer);
-- change drop_col
create table t (a integer, n text);
-- after
create table t (a integer);
-- change rename_col
create table t (a integer, n text);
-- after
-- plumb: renamed column rename_col.t.a2 from a
create table t (a2 integer, n text);
-- change rename_table
create table t (a integer);
-- after
-- plumb: renamed table rename_table.t2 from t
create table t2 (a integer);
-- change nullable
create table t (a integer);
-- after
create table t (a integer not null);
-- change type_int_to_bigint
create table t (a integer);
-- after
create table t (a bigint);
-- change type_varchar20_50
create table t (a varchar(20));
-- after
create table t (a varchar(50));
-- change type_varchar20_to_unbounded
create table t (a varchar(20));
-- after
create table t (a varchar);
-- change type_varchar_unbounded_to_50
create table t (a varchar);
-- after
create table t (a varchar(50));
-- change type_varchar_to_text
create table t (a varchar(20));
-- after
create table t (a text);
-- change type_numeric_scale
create table t (a numeric(10, 2));
-- after
create table t (a numeric(10, 4));
-- change type_numeric_drop_args
create table t (a numeric(10, 2));
-- after
create table t (a numeric);
-- change type_numeric_precision_only
create table t (a numeric(10, 2));
-- after
create table t (a numeric(12, 2));
-- change type_ts_to_tstz
create table t (a timestamp);
-- after
create table t (a timestamptz);
-- change type_tstz_to_ts
create table t (a timestamptz);
-- after
create table t (a timestamp);
-- change type_ts_precision
create table t (a timestamp(3));
-- after
create table t (a timestamp(6));
-- change type_json_to_jsonb
create table t (a json);
-- after
create table t (a jsonb);
-- change type_text_to_array
create table t (a text);
-- after
create table t (a text[]);
-- change type_intarr_to_bigintarr
create table t (a integer[]);
-- after
create table t (a bigint[]);
-- change type_real_to_double
create table t (a real);
-- after
create table t (a double precision);
-- change type_char3_char5
create table t (a char(3));
-- after
create table t (a char(5));
-- change type_uuid_from_text
create table t (a text);
-- after
create table t (a uuid);
-- change type_int_to_numeric
create table t (a integer);
-- after
create table t (a numeric(10, 2));
-- change type_bool_from_int
create table t (a integer);
-- after
create table t (a boolean);
-- change type_interval_fields
create table t (a interval);
-- after
create table t (a interval day to second);
-- change type_citext_to_text
create table t (a public.citext);
-- after
create table t (a text);
-- change type_varbit
create table t (a bit(4));
-- after
create table t (a bit(8));
-- change type_vec_varchar_arr
create table t (a varchar(10)[]);
-- after
create table t (a varchar(20)[]);
-- change collation_change
create table t (a text);
-- after
create table t (a text collate "C");
-- change enum_add_value
create type e as enum ('a', 'b'); create table t (a e default 'a');
-- after
create type e as enum ('a', 'x', 'b'); create table t (a e default 'x');
-- change enum_remove_value
create type e as enum ('a', 'b', 'c'); create table t (a e);
-- after
create type e as enum ('a', 'b'); create table t (a e);
-- change enum_reorder
create type e as enum ('a', 'b'); create table t (a e);
-- after
create type e as enum ('b', 'a'); create table t (a e);
-- change enum_name_change
create type e as enum ('a', 'b'); create table t (a e);
-- after
create type e_new as enum ('a', 'b', 'c'); create table t (a e_new);
-- change varchar_to_enum
create table t (a varchar(20));
-- after
create type e as enum ('a', 'b'); create table t (a e);
-- change default_add
create table t (a integer);
-- after
create table t (a integer default 5);
-- change default_drop
create table t (a integer default 5);
-- after
create table t (a integer);
-- change default_change
create table t (a integer default 5);
-- after
create table t (a integer default 6);
-- change default_now_to_utc
create table t (a timestamp default now());
-- after
create table t (a timestamp default timezone('utc', now()));
-- change default_now_to_clock
create table t (a timestamptz default now());
-- after
create table t (a timestamptz default clock_timestamp());
-- change default_str_vs_expr
create table t (a text default 'ab');
-- after
create table t (a text default 'a' || 'b');
-- change serial_to_identity
create table t (id serial primary key);
-- after
create table t (id integer generated by default as identity primary key);
-- change identity_drop
create table t (id integer generated always as identity primary key);
-- after
create table t (id integer primary key);
-- change identity_options
create table t (id integer generated always as identity);
-- after
create table t (id integer generated always as identity (increment by 10));
-- change computed_change
create table t (a integer, g integer generated always as (a * 2) stored);
-- after
create table t (a integer, g integer generated always as (a * 3) stored);
-- change computed_add
create table t (a integer, g integer);
-- after
create table t (a integer, g integer generated always as (a * 2) stored);
-- change computed_drop
create table t (a integer, g integer generated always as (a * 2) stored);
-- after
create table t (a integer, g integer);
-- change pk_add_col
create table t (a integer not null, b integer not null, constraint pk primary key (a));
-- after
create table t (a integer not null, b integer not null, constraint pk primary key (a, b));
-- change pk_add
create table t (a integer not null);
-- after
create table t (a integer not null primary key);
-- change pk_drop
create table t (a integer not null primary key);
-- after
create table t (a integer not null);
-- change pk_rename
create table t (a integer not null constraint pk primary key);
-- after
create table t (a integer not null constraint pk2 primary key);
-- change unique_add
create table t (a integer);
-- after
create table t (a integer constraint uq unique);
-- change unique_drop
create table t (a integer constraint uq unique);
-- after
create table t (a integer);
-- change unique_cols
create table t (a integer, b integer, constraint uq unique (a));
-- after
create table t (a integer, b integer, constraint uq unique (a, b));
-- change unique_unnamed_add
create table t (a integer);
-- after
create table t (a integer, unique (a));
-- change unique_deferrable
create table t (a integer constraint uq unique);
-- after
create table t (a integer constraint uq unique deferrable);
-- change check_add
create table t (a integer);
-- after
create table t (a integer constraint ck check (a > 0));
-- change check_drop
create table t (a integer constraint ck check (a > 0));
-- after
create table t (a integer);
-- change check_change
create table t (a integer constraint ck check (a > 0));
-- after
create table t (a integer constraint ck check (a > 1));
-- change check_unnamed_add
create table t (a integer);
-- after
create table t (a integer check (a > 0));
-- change check_not_valid
create table t (a integer); alter table t add constraint ck check (a > 0) not valid;
-- after
create table t (a integer constraint ck check (a > 0));
-- change exclude_add
create table t (r int4range);
-- after
create table t (r int4range, constraint ex exclude using gist (r with &&));
-- change fk_add
create table p (id integer primary key); create table t (a integer);
-- after
create table p (id integer primary key); create table t (a integer constraint fk references p);
-- change fk_drop
create table p (id integer primary key); create table t (a integer constraint fk references p);
-- after
create table p (id integer primary key); create table t (a integer);
-- change fk_ondelete
create table p (id integer primary key); create table t (a integer constraint fk references p);
-- after
create table p (id integer primary key); create table t (a integer constraint fk references p on delete cascade);
-- change fk_deferrable
create table p (id integer primary key); create table t (a integer constraint fk references p);
-- after
create table p (id integer primary key); create table t (a integer constraint fk references p deferrable);
-- change fk_target_col
create table p (id integer primary key, u integer unique); create table t (a integer constraint fk references p);
-- after
create table p (id integer primary key, u integer unique); create table t (a integer constraint fk references p (u));
-- change fk_rename
create table p (id integer primary key); create table t (a integer constraint fk references p);
-- after
create table p (id integer primary key); create table t (a integer constraint fk2 references p);
-- change fk_match_full
create table p (id integer primary key); create table t (a integer constraint fk references p);
-- after
create table p (id integer primary key); create table t (a integer constraint fk references p match full);
-- change idx_add
create table t (a integer);
-- after
create table t (a integer); create index ix on t (a);
-- change idx_drop
create table t (a integer); create index ix on t (a);
-- after
create table t (a integer);
-- change idx_cols
create table t (a integer, b integer); create index ix on t (a);
-- after
create table t (a integer, b integer); create index ix on t (b);
-- change idx_unique
create table t (a integer); create index ix on t (a);
-- after
create table t (a integer); create unique index ix on t (a);
-- change idx_rename
create table t (a integer); create index ix on t (a);
-- after
create table t (a integer); create index ix2 on t (a);
-- change idx_where_change
create table t (a integer); create index ix on t (a) where a > 0;
-- after
create table t (a integer); create index ix on t (a) where a > 1;
-- change idx_where_add
create table t (a integer); create index ix on t (a);
-- after
create table t (a integer); create index ix on t (a) where a > 1;
-- change idx_method
create table t (a integer); create index ix on t (a);
-- after
create table t (a integer); create index ix on t using hash (a);
-- change idx_include
create table t (a integer, b integer); create index ix on t (a);
-- after
create table t (a integer, b integer); create index ix on t (a) include (b);
-- change idx_opclass
create table t (a text); create index ix on t (a);
-- after
create table t (a text); create index ix on t (a text_pattern_ops);
-- change idx_desc
create table t (a integer); create index ix on t (a);
-- after
create table t (a integer); create index ix on t (a desc);
-- change idx_nulls
create table t (a integer); create index ix on t (a);
-- after
create table t (a integer); create index ix on t (a nulls first);
-- change idx_with
create table t (a integer); create index ix on t (a);
-- after
create table t (a integer); create index ix on t (a) with (fillfactor = 70);
-- change idx_nnd
create table t (a integer); create unique index ix on t (a);
-- after
create table t (a integer); create unique index ix on t (a) nulls not distinct;
-- change idx_expr_change
create table t (a text); create index ix on t (lower(a));
-- after
create table t (a text); create index ix on t (upper(a));
-- change idx_expr_add
create table t (a text); create index ix on t (a);
-- after
create table t (a text); create index ix on t (lower(a));
-- change idx_expr_new
create table t (a text);
-- after
create table t (a text); create index ix on t (lower(a));
-- change idx_expr_drop
create table t (a text); create index ix on t (lower(a));
-- after
create table t (a text);
-- change comment_table
create table t (a text);
-- after
create table t (a text); comment on table t is 'c';
-- change comment_col
create table t (a text);
-- after
create table t (a text); comment on column t.a is 'c';
-- change comment_col_drop
create table t (a text); comment on column t.a is 'c';
-- after
create table t (a text);
-- change comment_table_drop
create table t (a text); comment on table t is 'c';
-- after
create table t (a text);
-- change tbl_storage
create table t (a text);
-- after
create table t (a text) with (fillfactor = 70);
-- change tbl_unlogged
create table t (a text);
-- after
create unlogged table t (a text);
-- change tbl_partition_by
create table t (a integer);
-- after
create table t (a integer) partition by range (a);
-- change seq_add
create table t (a text);
-- after
create table t (a text); create sequence s;
-- change seq_drop
create table t (a text); create sequence s;
-- after
create table t (a text);
-- change view_extra
create table t (a text); create view v as select a from t;
-- after
create table t (a text);
-- change matview_extra
create table t (a text); create materialized view v as select a from t;
-- after
create table t (a text);
-- change function_extra
create table t (a text); create function f() returns integer language sql as 'select 1';
-- after
create table t (a text);
-- change trigger_extra
create table t (a text); create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger g before insert on t for each row execute function f();
-- after
create table t (a text); create function f() returns trigger language plpgsql as 'begin return new; end';
-- change enum_type_extra
create table t (a text); create type e as enum ('a');
-- after
create table t (a text);
-- change enum_type_unused_add
create table t (a text);
-- after
create table t (a text); create type e as enum ('a');
-- change domain_extra
create table t (a text); create domain d as text;
-- after
create table t (a text);
-- change rls_extra
create table t (a text); alter table t enable row level security; create policy p on t using (a = 'x');
-- after
create table t (a text);
-- change grant_extra
create table t (a text); grant select, insert on t to public;
-- after
create table t (a text); grant insert on t to public;
-- change statistics_extra
create table t (a integer, b integer); create statistics s on a, b from t;
-- after
create table t (a integer, b integer);
-- change rule_extra
create table t (a text); create rule r as on insert to t do instead nothing;
-- after
create table t (a text);
-- change col_storage
create table t (a text);
-- after
create table t (a text); alter table t alter a set storage external;
-- change col_stats
create table t (a text);
-- after
create table t (a text); alter table t alter a set statistics 500;
-- change owner
create table t (a text);
-- after
create table t (a text); alter table t owner to pg_monitor;
-- change inherits
create table p (a text); create table t (a text);
-- after
create table p (a text); create table t (a text) inherits (p);
-- change x_cycle_create
create table t (a text);
-- after
create table t (a text); create table x (id integer primary key, y integer); create table y (id integer primary key, x integer references x);
alter table x add foreign key (y) references y;
-- change x_cycle_drop
create table t (a text); create table x (id integer primary key, y integer); create table y (id integer primary key, x integer references x);
alter table x add foreign key (y) references y;
-- after
create table t (a text);
-- change x_drop_parent_child
create table aa_parent (id integer primary key); create table zz_child (p integer references aa_parent);
-- after
create table t (a text);
-- change x_type_with_view
create table t (a varchar(20)); create view v as select a from t;
-- after
create table t (a varchar(50)); create view v as select a from t;
-- change x_drop_col_with_view
create table t (a integer, n text); create view v as select a, n from t;
-- after
create table t (a integer); create view v as select a from t;
-- change x_add_enum_col_new_type
create table t (a text);
-- after
create type e as enum ('a'); create table t (a text, z e default 'a');
-- change x_drop_enum_col
create type e as enum ('a'); create table t (a e, b text);
-- after
create table t (b text);
-- change x_int_to_bool_default
create table t (a integer default 0);
-- after
create table t (a boolean default false);
-- change x_drop_fk_col_then_table
create table p (id integer primary key); create table t (a text, p_id integer references p);
-- after
create table t (a text);
-- change x_fk_new_unique_target
create table p (id integer primary key, c integer); create table t (a integer);
-- after
create table p (id integer primary key, c integer constraint uqc unique); create table t (a integer constraint fkc references p (c));
-- change x_fk_old_unique_drop
create table p (id integer primary key, c integer constraint uqc unique); create table t (a integer constraint fkc references p (c));
-- after
create table p (id integer primary key, c integer); create table t (a integer);
-- change x_pk_type_fk
create table p (id integer primary key); create table t (a integer references p);
-- after
create table p (id text primary key); create table t (a text references p);
-- change x_generated_dep
create table t (a integer, g integer generated always as (a * 2) stored);
-- after
create table t (a bigint, g integer generated always as (a * 2) stored);
-- change schema_extra
create table t (a integer);
-- after
-- change x_new_schema_table
-- after
create table q (a integer);
