-- Refs and their revisions, pages and what is on them, events.

-- A followed ref: the revision it is to show, and the one that search shows.
create table refs (
    name text primary key,
    target bigint,
    live bigint
);

-- One commit of a ref. The row stays when its pages are pruned: an announcement asks whether a commit was seen.
create table revisions (
    id bigint generated always as identity primary key,
    ref text not null references refs (name),
    commit text not null,
    state text not null default 'announced'
        check (state in ('announced', 'indexing', 'live', 'failed', 'superseded')),
    announced_at timestamptz not null default clock_timestamp(),
    live_at timestamptz,
    pages integer,
    batches_left integer[] not null default '{}', -- the numbers of the batches that are not done
    searchable boolean not null default false,    -- all its pages are in the store, and all that is on them
    problem text,
    traceparent text,
    unique (ref, commit)
);

create index revisions_by_announcement on revisions (announced_at, id);
create index revisions_searchable on revisions (commit) where searchable;

alter table refs
    add foreign key (target) references revisions (id),
    add foreign key (live) references revisions (id);

-- What is on a page, once for all revisions and paths that have it. The title may come from elsewhere than the page, so
-- it is part of the key.
create table bodies (
    id bigint generated always as identity primary key,
    hash bytea not null,
    title text not null,
    indexed_at timestamptz, -- none until its sections are there
    unique (hash, title)
);

-- A heading and the text under it: what a search result shows.
create table sections (
    body bigint not null references bodies (id) on delete cascade,
    position integer not null, -- 0 is what comes before the first heading
    anchor text,
    headings text[] not null,  -- the outermost first
    text text not null,
    primary key (body, position)
);

-- The same as search reads it, for every match: narrow, and never out of line.
create table section_words (
    body bigint not null,
    position integer not null,
    heads tsvector not null,                 -- a page's title (A), a section's own heading (B)
    words tsvector not null,                 -- those, the headings above (C) and the text (D)
    primary key (body, position),
    foreign key (body, position) references sections (body, position) on delete cascade
);

-- The quicker compression, on servers that were built with it.
do $$
begin
    alter table sections alter column text set compression lz4;
    alter table section_words alter column words set compression lz4;
exception
    when feature_not_supported then null;
end
$$;

alter table section_words alter column heads set storage main, alter column words set storage main;

create index section_words_by_heads on section_words using gin (heads);
create index section_words_by_words on section_words using gin (words);

-- A revision is a set of these.
create table pages (
    revision bigint not null references revisions (id),
    path text collate "C" not null check (octet_length(path) <= 2000),
    url text not null,
    body bigint not null references bodies (id),
    batch integer, -- the batch that indexes its body; none when that needs none
    primary key (revision, path)
);

create index pages_by_body on pages (body, revision);
create index pages_by_batch on pages (revision, batch) where batch is not null;

-- What happened. Written under a lock that is held until the commit, so ids grow in the order of commits.
create table events (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    kind text not null,
    data jsonb not null
);

create index events_by_time on events (at);
