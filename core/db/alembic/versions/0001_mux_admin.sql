-- What lies in S3, who points at it, and what stands for it at Mux ------------------------------------------

CREATE TABLE scans (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bucket text NOT NULL,
    prefix text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    after_key text COLLATE "C",
    seen integer NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX scans_unfinished ON scans (bucket, prefix) WHERE finished_at IS NULL;

CREATE TABLE scan_runs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    started_at timestamptz,
    moved_at timestamptz,
    finished_at timestamptz,
    objects integer NOT NULL DEFAULT 0,
    buckets integer NOT NULL DEFAULT 0,
    sources integer NOT NULL DEFAULT 0,
    rows integer NOT NULL DEFAULT 0,
    error text,
    hint text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX scan_runs_open ON scan_runs ((finished_at IS NULL)) WHERE finished_at IS NULL;

CREATE TABLE sources (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bucket text NOT NULL,
    key text COLLATE "C" NOT NULL,
    object_bytes bigint NOT NULL,
    size_bytes bigint NOT NULL,
    etag text NOT NULL,
    modified_at timestamptz,
    gone_at timestamptz,
    kind text NOT NULL,
    probed_at timestamptz,
    probe_tries integer NOT NULL DEFAULT 0,
    probe_after timestamptz,
    duration_s double precision,
    width integer,
    height integer,
    video_codec text,
    audio_codec text,
    media_error text,
    sha256 text,
    storage_class text NOT NULL DEFAULT 'STANDARD',
    part_of bigint,
    title text,
    course_id text,
    course text,
    rows integer NOT NULL DEFAULT 0,
    is_public boolean NOT NULL DEFAULT false,
    spare boolean NOT NULL DEFAULT false,  -- every row that names it names the film itself as well
    asset_id text,
    standing text NOT NULL,
    findings text[] NOT NULL,
    listed boolean NOT NULL DEFAULT true,
    haystack text NOT NULL,
    CONSTRAINT sources_location UNIQUE (bucket, key)
) WITH (fillfactor = 85);
-- One index per order of the list, within a tab; without a tab a top-n sort of the table is fast enough.
CREATE INDEX sources_newest ON sources (standing, modified_at DESC NULLS LAST, id DESC) WHERE listed;
CREATE INDEX sources_largest ON sources (standing, size_bytes DESC, id DESC) WHERE listed;
CREATE INDEX sources_longest ON sources (standing, duration_s DESC NULLS LAST, id DESC) WHERE listed;
CREATE INDEX sources_same_etag ON sources (etag, object_bytes);
CREATE INDEX sources_same_bytes ON sources (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX sources_course ON sources (course_id) WHERE course_id IS NOT NULL;
CREATE INDEX sources_parts ON sources (part_of) WHERE part_of IS NOT NULL;
CREATE INDEX sources_playlists ON sources (bucket, key) WHERE kind = 'hls';
CREATE INDEX sources_unprobed ON sources (id)
    WHERE probed_at IS NULL AND gone_at IS NULL AND part_of IS NULL AND kind IN ('unknown', 'video', 'hls');

CREATE TABLE kept_ticks (
    id text PRIMARY KEY,
    person text NOT NULL,
    ticks text NOT NULL,
    kept_at timestamptz NOT NULL
);
CREATE INDEX kept_ticks_old ON kept_ticks (kept_at);

CREATE TABLE saved_views (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person text NOT NULL,
    name text NOT NULL,
    place jsonb NOT NULL,
    saved_at timestamptz NOT NULL,
    CONSTRAINT saved_views_name UNIQUE (person, name)
);

CREATE TABLE source_links (
    table_name text NOT NULL,
    row_id text NOT NULL,
    column_name text NOT NULL,
    source_id bigint NOT NULL REFERENCES sources,
    title text,
    course_id text,
    owner_id text,
    is_public boolean,
    spare boolean NOT NULL DEFAULT false,  -- its row names the film itself as well
    PRIMARY KEY (table_name, row_id, column_name)
);
CREATE INDEX source_links_source ON source_links (source_id);

CREATE TABLE assets (
    id text PRIMARY KEY,
    status text NOT NULL,
    created_at timestamptz,
    ready_at timestamptz,
    deleted_at timestamptz,
    duration_s double precision,
    aspect_ratio text,
    resolution_tier text,
    video_quality text,
    playback_id text,
    policy text,
    upload_id text,
    passthrough text,
    test boolean NOT NULL,
    normalized boolean NOT NULL DEFAULT false,
    error_type text,
    error_messages jsonb NOT NULL,
    tracks jsonb NOT NULL,
    static_renditions jsonb NOT NULL,
    seen_at timestamptz NOT NULL,
    thumbnail_s double precision,
    thumbnail_told boolean NOT NULL DEFAULT true,
    thumbnail_asked_at timestamptz
);
CREATE INDEX assets_thumbnail ON assets (thumbnail_asked_at) WHERE NOT thumbnail_told;
CREATE INDEX assets_alive ON assets (created_at) WHERE status <> 'deleted';

CREATE TABLE asset_sources (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    asset_id text NOT NULL REFERENCES assets,
    source_id bigint NOT NULL REFERENCES sources,
    etag text NOT NULL,
    sha256 text,
    adopted_at timestamptz NOT NULL,
    released_at timestamptz
);
-- Exactly once: one adopted asset per version of a source.
CREATE UNIQUE INDEX asset_sources_adopted ON asset_sources (source_id, etag) WHERE released_at IS NULL;
CREATE INDEX asset_sources_asset ON asset_sources (asset_id);
CREATE INDEX asset_sources_source ON asset_sources (source_id);  -- every item asks for its source's copies
CREATE INDEX asset_sources_same_bytes ON asset_sources (sha256) WHERE released_at IS NULL AND sha256 IS NOT NULL;

-- The batch engine's state ------------------------------------------------------------------------------------

CREATE TABLE batches (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    name text NOT NULL,
    state text NOT NULL,
    options jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    pause_reason text,
    hold_reason text,
    held_until timestamptz,
    total integer NOT NULL DEFAULT 0,
    movable integer NOT NULL DEFAULT 0,
    forgiven integer NOT NULL DEFAULT 0,
    once text
);
CREATE UNIQUE INDEX batches_once ON batches (once) WHERE once <> '';
CREATE INDEX batches_running ON batches (id) WHERE state = 'running';

CREATE TABLE items (
    id uuid PRIMARY KEY,
    batch_id bigint NOT NULL REFERENCES batches,
    source_id bigint REFERENCES sources,
    lesson_id text,
    title text,
    from_asset text,
    position integer NOT NULL,
    test boolean NOT NULL,
    state text NOT NULL,
    etag text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    asset_id text,
    trouble text,
    reason text,
    since timestamptz NOT NULL,
    asked_at timestamptz,
    not_before timestamptz,
    undo_id uuid,
    CONSTRAINT items_about CHECK ((source_id IS NULL) <> (lesson_id IS NULL))
);
CREATE INDEX items_position ON items (batch_id, position);
CREATE INDEX items_state ON items (batch_id, state, since);
CREATE INDEX items_queue ON items (batch_id, position) WHERE state = 'queued';
CREATE INDEX items_silent ON items (greatest(since, asked_at))
    WHERE state IN ('submitting', 'ingesting', 'verifying');
CREATE INDEX items_source ON items (source_id);
CREATE INDEX items_lesson ON items (lesson_id, batch_id) WHERE lesson_id IS NOT NULL;
CREATE INDEX items_failed ON items (source_id, batch_id DESC) WHERE state = 'failed' AND NOT test;
CREATE INDEX items_asset ON items (asset_id) WHERE asset_id IS NOT NULL;
CREATE INDEX items_undo ON items (batch_id, id)
    WHERE state IN ('done', 'awaiting_schema') AND undo_id IS NOT NULL;
CREATE INDEX items_refused ON items (batch_id) WHERE state IN ('done', 'awaiting_schema') AND trouble IS NOT NULL;
-- A source moves in one batch at a time; test batches leave nothing behind and may run beside it.
CREATE UNIQUE INDEX items_alive ON items (source_id)
    WHERE NOT test AND state IN ('queued', 'submitting', 'ingesting', 'verifying');
-- And a lesson is changed by one batch at a time.
CREATE UNIQUE INDEX items_lesson_alive ON items (lesson_id)
    WHERE state IN ('queued', 'submitting', 'ingesting', 'verifying');
-- And of a copy at Mux one other is made at a time.
CREATE UNIQUE INDEX items_copy_alive ON items (from_asset)
    WHERE from_asset IS NOT NULL AND state IN ('queued', 'submitting', 'ingesting', 'verifying');
CREATE INDEX items_copy ON items (from_asset) WHERE from_asset IS NOT NULL;

CREATE TABLE item_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch_id bigint NOT NULL,
    item_id uuid,
    at timestamptz NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    reason text
);
CREATE INDEX item_changes_newest ON item_changes (batch_id, id);
CREATE INDEX item_changes_batch ON item_changes (batch_id, at) WHERE item_id IS NULL;

CREATE TABLE intents (
    id uuid PRIMARY KEY,
    item_id uuid NOT NULL REFERENCES items,
    batch_id bigint NOT NULL,
    created_at timestamptz NOT NULL,
    posted_at timestamptz,
    lost_at timestamptz,
    looks integer NOT NULL DEFAULT 0,
    losses integer NOT NULL DEFAULT 0,
    asset_id text,
    closed_at timestamptz
);
CREATE UNIQUE INDEX intents_open ON intents (item_id) WHERE closed_at IS NULL;
CREATE INDEX intents_item ON intents (item_id);
CREATE INDEX intents_asset ON intents (asset_id) WHERE asset_id IS NOT NULL;
CREATE INDEX intents_posted ON intents (batch_id, posted_at) WHERE posted_at IS NOT NULL;
CREATE INDEX intents_lost ON intents (lost_at) WHERE lost_at IS NOT NULL AND closed_at IS NULL;

-- What happened and what waits --------------------------------------------------------------------------------

CREATE TABLE webhook_events (
    id text PRIMARY KEY,
    type text NOT NULL,
    object_id text NOT NULL,
    passthrough text,
    created_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    wakes boolean NOT NULL,
    ingested_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    error text,
    data jsonb NOT NULL
);
CREATE INDEX webhook_events_newest ON webhook_events (received_at);
CREATE INDEX webhook_events_waiting ON webhook_events (received_at)
    WHERE wakes AND ingested_at IS NULL AND error IS NULL;
CREATE INDEX webhook_events_failed ON webhook_events (received_at) WHERE error IS NOT NULL;
CREATE INDEX webhook_events_object ON webhook_events (object_id, created_at);
CREATE INDEX webhook_events_passthrough ON webhook_events (passthrough) WHERE passthrough IS NOT NULL;

CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    actor_subject text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    before jsonb,
    after jsonb
);
CREATE INDEX audit_subject ON audit (subject, id);

CREATE TABLE pace (
    bucket text PRIMARY KEY,
    next_at timestamptz NOT NULL,
    slowdown double precision NOT NULL DEFAULT 1,
    slowed_at timestamptz NOT NULL
);
INSERT INTO pace (bucket, next_at, slowed_at)
    SELECT bucket, now(), to_timestamp(0) FROM unnest(ARRAY['post', 'other', 'data']) AS bucket;

CREATE TABLE refusals (
    bucket text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX refusals_newest ON refusals (bucket, at);

CREATE TABLE switches (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item_id uuid NOT NULL,
    table_name text NOT NULL,
    row_id text NOT NULL,
    column_name text NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    switched_at timestamptz NOT NULL,
    put_back_at timestamptz
);
CREATE UNIQUE INDEX switches_once ON switches (item_id, table_name, row_id) WHERE put_back_at IS NULL;
CREATE INDEX switches_row ON switches (table_name, row_id);

-- What a lesson played before: `what` is its asset, or its address where it played from none.
CREATE TABLE former_versions (
    lesson_id text NOT NULL,
    what text NOT NULL,
    asset_id text,
    address text,
    rows jsonb NOT NULL,
    at timestamptz NOT NULL,
    person text NOT NULL,
    why text NOT NULL,
    expires_at timestamptz,
    PRIMARY KEY (lesson_id, what)
);
CREATE INDEX former_versions_asset ON former_versions (asset_id) WHERE asset_id IS NOT NULL;
CREATE INDEX former_versions_expire ON former_versions (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE pending_facts (
    table_name text NOT NULL,
    row_id text NOT NULL,
    facts jsonb NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (table_name, row_id)
);

CREATE TABLE schema_runs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state text NOT NULL,
    actor text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    steps jsonb NOT NULL,
    planned integer NOT NULL DEFAULT 0,
    now text,
    error text,
    purpose text NOT NULL DEFAULT 'apply',
    about text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX schema_runs_waiting ON schema_runs ((true)) WHERE state = 'waiting';

CREATE TABLE lesson_corrections (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    after_id text,
    round integer NOT NULL DEFAULT 1,
    looked integer NOT NULL DEFAULT 0,
    corrected integer NOT NULL DEFAULT 0,
    left_rows integer NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX lesson_corrections_open ON lesson_corrections ((true)) WHERE finished_at IS NULL;

CREATE TABLE lesson_videos (
    lesson_id text PRIMARY KEY,
    video_id text NOT NULL,
    created_at timestamptz NOT NULL
);

-- What Lectern signs with for itself: made here, once, and equal in every process.
CREATE TABLE local_keys (
    name text PRIMARY KEY,
    secret text NOT NULL
);
INSERT INTO local_keys VALUES ('local', replace(concat(gen_random_uuid(), gen_random_uuid()), '-', ''));

CREATE TABLE viewings (
    session uuid PRIMARY KEY,
    lesson_id text NOT NULL,
    person text NOT NULL,
    started_at timestamptz NOT NULL,
    reported_at timestamptz NOT NULL,
    position_s double precision NOT NULL,
    watched_s double precision NOT NULL,
    counted_s double precision NOT NULL,
    completed boolean NOT NULL
);
CREATE INDEX viewings_person ON viewings (person, lesson_id, reported_at);

CREATE TABLE playback_troubles (
    id text PRIMARY KEY,
    lesson_id text NOT NULL,
    provider text NOT NULL,
    code text NOT NULL,
    message text NOT NULL,
    person text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX playback_troubles_lesson ON playback_troubles (lesson_id, at);

-- What keeps the records true to Mux ---------------------------------------------------------------------------

CREATE TABLE environment (
    sole boolean PRIMARY KEY CHECK (sole),
    id text NOT NULL,
    name text NOT NULL,
    noted_at timestamptz NOT NULL
);

CREATE TABLE discards (
    asset_id text PRIMARY KEY,
    asked boolean NOT NULL,
    actor text NOT NULL,
    actor_subject text NOT NULL,
    wanted_at timestamptz NOT NULL,
    tried_at timestamptz
);

-- Masters that we opened at Mux, until we have closed them.
CREATE TABLE masters (
    asset_id text PRIMARY KEY,
    asked_at timestamptz NOT NULL,
    told_at timestamptz
);

CREATE TABLE reconciles (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    actor text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    assets integer NOT NULL DEFAULT 0,
    twins integer NOT NULL DEFAULT 0,
    gone integer NOT NULL DEFAULT 0,
    moved integer NOT NULL DEFAULT 0,
    error text,
    hint text NOT NULL
);

-- Captions -----------------------------------------------------------------------------------------------------

CREATE TABLE text_tracks (
    id uuid PRIMARY KEY,
    lesson_id text NOT NULL,
    asset_id text NOT NULL,
    origin text NOT NULL,
    state text NOT NULL,
    language text NOT NULL,
    name text NOT NULL,
    person text NOT NULL,
    created_at timestamptz NOT NULL,
    moved_at timestamptz NOT NULL,
    first_at timestamptz NOT NULL,
    asked_at timestamptz,
    replaces uuid,
    track_id text,
    given_name text,
    posted_at timestamptz,
    bucket text,
    key text COLLATE "C",
    cues text,
    words text,
    confidence double precision,
    reason text,
    item_id uuid,
    file_id uuid,
    copy_of text
);
CREATE INDEX text_tracks_asset ON text_tracks (asset_id) WHERE state <> 'gone';
CREATE INDEX text_tracks_gone ON text_tracks (moved_at) WHERE state = 'gone';
CREATE INDEX text_tracks_track ON text_tracks (track_id) WHERE track_id IS NOT NULL;
CREATE INDEX text_tracks_line ON text_tracks (replaces) WHERE replaces IS NOT NULL;
-- Words that are said, by any PostgreSQL; five hours of talk at most, because an entry of the index has a limit.
CREATE INDEX text_tracks_words ON text_tracks USING gin (to_tsvector('simple'::regconfig, left(words, 250000)))
    WHERE state = 'ready';
-- An item of a batch has captions written once.
CREATE INDEX text_tracks_posted ON text_tracks (posted_at) WHERE item_id IS NOT NULL;
CREATE UNIQUE INDEX text_tracks_item ON text_tracks (item_id)
    WHERE item_id IS NOT NULL AND state IN ('waiting', 'preparing', 'ready');
CREATE INDEX text_tracks_items ON text_tracks (item_id, created_at) WHERE item_id IS NOT NULL;
-- Two people who change the same captions at once are told.
CREATE UNIQUE INDEX text_tracks_replaces ON text_tracks (replaces) WHERE state IN ('waiting', 'preparing');
CREATE INDEX text_tracks_silent ON text_tracks (greatest(moved_at, asked_at))
    WHERE state IN ('preparing', 'deleting') OR (state = 'waiting' AND item_id IS NULL)
        OR (state = 'failed' AND (track_id IS NOT NULL OR key IS NOT NULL))
        OR (state = 'ready' AND given_name <> name);

-- MP4s for download -------------------------------------------------------------------------------------------

CREATE TABLE renditions (
    id uuid PRIMARY KEY,
    lesson_id text NOT NULL,
    asset_id text NOT NULL,
    resolution text NOT NULL,
    state text NOT NULL,
    person text NOT NULL,
    created_at timestamptz NOT NULL,
    moved_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    asked_at timestamptz,
    rendition_id text,
    posted_at timestamptz,
    reason text
);
-- A double click makes one.
CREATE UNIQUE INDEX renditions_one ON renditions (asset_id, resolution)
    WHERE state IN ('waiting', 'preparing', 'ready', 'deleting');
CREATE INDEX renditions_asset ON renditions (asset_id);
CREATE INDEX renditions_at_mux ON renditions (rendition_id) WHERE rendition_id IS NOT NULL;
CREATE INDEX renditions_used ON renditions (used_at) WHERE state = 'ready';
CREATE INDEX renditions_silent ON renditions (greatest(moved_at, asked_at))
    WHERE state IN ('waiting', 'preparing', 'deleting')
        OR (state IN ('skipped', 'failed') AND rendition_id IS NOT NULL);

-- What was watched at Mux ------------------------------------------------------------------------------------
CREATE TABLE asset_days (
    asset_id text NOT NULL,
    day date NOT NULL,
    views integer NOT NULL,
    viewers integer NOT NULL,
    watch_ms bigint NOT NULL,
    playing_ms bigint NOT NULL,
    -- A year of many assets, without touching the table, in which each of their days lies on another page.
    PRIMARY KEY (asset_id, day) INCLUDE (views, viewers)
);
CREATE INDEX asset_days_day ON asset_days (day);

CREATE TABLE lesson_days (
    lesson_id text NOT NULL,
    day date NOT NULL,
    mux_views integer NOT NULL,
    mux_watch_ms bigint NOT NULL,
    mux_playing_ms bigint NOT NULL,
    mux_whole_ms bigint,
    own_learners integer NOT NULL,
    own_watch_ms bigint NOT NULL,
    own_finished integer NOT NULL,
    views integer NOT NULL,
    watch_ms bigint NOT NULL,
    joined text NOT NULL,
    -- Some lessons' days, without touching the table.
    PRIMARY KEY (lesson_id, day) INCLUDE (views, watch_ms, own_learners, own_finished)
);
CREATE INDEX lesson_days_day ON lesson_days (day);

-- Sums of lesson_days, kept with it in the same transaction: a long period of a large school is read by weeks.
CREATE TABLE lesson_weeks (
    week date NOT NULL, -- its Monday
    lesson_id text NOT NULL,
    days integer NOT NULL, -- rows that it sums up; none is left where this is 0
    views bigint NOT NULL,
    watch_ms bigint NOT NULL,
    playing_ms bigint NOT NULL,
    known_playing_ms bigint NOT NULL, -- of days whose views have a known length
    known_whole_ms bigint NOT NULL,
    finished bigint NOT NULL,
    PRIMARY KEY (week, lesson_id)
) WITH (fillfactor = 50); -- each row is written again with each day of its week, and finds its room beside it

CREATE TABLE school_days (
    day date PRIMARY KEY,
    lessons integer NOT NULL, -- rows that it sums up
    views bigint NOT NULL,
    watch_ms bigint NOT NULL,
    learners bigint NOT NULL,
    finished bigint NOT NULL
);

CREATE FUNCTION sum_lesson_days(rows lesson_days[], sign integer) RETURNS void
LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO lesson_weeks AS known
    SELECT date_trunc('week', day)::date, lesson_id, sign * count(*), sign * sum(views), sign * sum(watch_ms),
        sign * sum(mux_playing_ms), sign * coalesce(sum(mux_playing_ms) FILTER (WHERE mux_whole_ms > 0), 0),
        sign * coalesce(sum(mux_whole_ms) FILTER (WHERE mux_whole_ms > 0), 0), sign * sum(own_finished)
    FROM unnest(rows) GROUP BY 1, 2
    ON CONFLICT (week, lesson_id) DO UPDATE SET days = known.days + excluded.days, views = known.views + excluded.views,
        watch_ms = known.watch_ms + excluded.watch_ms, playing_ms = known.playing_ms + excluded.playing_ms,
        known_playing_ms = known.known_playing_ms + excluded.known_playing_ms,
        known_whole_ms = known.known_whole_ms + excluded.known_whole_ms, finished = known.finished + excluded.finished;
    INSERT INTO school_days AS known
    SELECT day, sign * count(*), sign * sum(views), sign * sum(watch_ms), sign * sum(own_learners), sign * sum(own_finished)
    FROM unnest(rows) GROUP BY day
    ON CONFLICT (day) DO UPDATE SET lessons = known.lessons + excluded.lessons, views = known.views + excluded.views,
        watch_ms = known.watch_ms + excluded.watch_ms, learners = known.learners + excluded.learners,
        finished = known.finished + excluded.finished;
$$;

CREATE FUNCTION keep_lesson_sums() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM sum_lesson_days((SELECT array_agg(old_rows::lesson_days) FROM old_rows), -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM sum_lesson_days((SELECT array_agg(new_rows::lesson_days) FROM new_rows), 1);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER lesson_sums_added AFTER INSERT ON lesson_days REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_lesson_sums();
CREATE TRIGGER lesson_sums_changed AFTER UPDATE ON lesson_days REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_lesson_sums();
CREATE TRIGGER lesson_sums_dropped AFTER DELETE ON lesson_days REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_lesson_sums();

-- Which asset was whose, in days of the school.
CREATE TABLE lesson_assets (
    lesson_id text NOT NULL,
    asset_id text NOT NULL,
    first_day date NOT NULL,
    last_day date,
    PRIMARY KEY (lesson_id, asset_id, first_day)
);
CREATE INDEX lesson_assets_asset ON lesson_assets (asset_id);

-- Views whose player named a video.
CREATE TABLE video_id_days (
    video_id text NOT NULL,
    day date NOT NULL,
    views integer NOT NULL,
    watch_ms bigint NOT NULL,
    playing_ms bigint NOT NULL,
    PRIMARY KEY (video_id, day)
);
CREATE INDEX video_id_days_day ON video_id_days (day);

-- The school's own progress: what it grew by each day, and what was seen of each row.
CREATE TABLE own_days (
    lesson_id text NOT NULL,
    day date NOT NULL,
    learners integer NOT NULL,
    watch_ms bigint NOT NULL,
    finished integer NOT NULL,
    PRIMARY KEY (lesson_id, day)
);
CREATE INDEX own_days_day ON own_days (day);

CREATE TABLE own_seen (
    lesson_id text NOT NULL,
    user_id text NOT NULL,
    watched_ms bigint NOT NULL,
    completed boolean NOT NULL,
    first_day date,
    last_day date,
    finished_day date,
    PRIMARY KEY (lesson_id, user_id)
);

CREATE TABLE own_reads (
    sole boolean PRIMARY KEY CHECK (sole),
    up_to timestamptz
);
INSERT INTO own_reads (sole) VALUES (true);

-- Lessons whose figures the school's own table is still to be told.
CREATE TABLE lesson_news (
    lesson_id text PRIMARY KEY,
    at timestamptz NOT NULL
);

CREATE TABLE figure_days (
    day date PRIMARY KEY,
    read_at timestamptz NOT NULL
);

-- The last run that read the days, the last that did not, the last in which something beside them failed.
CREATE TABLE figure_reads (
    outcome text PRIMARY KEY,
    at timestamptz NOT NULL,
    error text,
    hint text NOT NULL DEFAULT ''
);

-- Whose letter of a week left, and what became of it: noted before it is sent.
CREATE TABLE digests (
    week date NOT NULL, -- its Monday
    user_id text NOT NULL, -- empty where the school has no users
    state text NOT NULL,
    at timestamptz NOT NULL,
    error text,
    PRIMARY KEY (week, user_id)
);

-- What may be spent a month, on all videos or on a course's; another amount is another row.
CREATE TABLE budgets (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    course_id text NOT NULL, -- empty: all videos
    course text NOT NULL, -- its title when the budget was set
    usd numeric NOT NULL CHECK (usd > 0),
    set_by text NOT NULL,
    set_at timestamptz NOT NULL,
    ended_by text,
    ended_at timestamptz
);
CREATE UNIQUE INDEX budgets_in_force ON budgets (course_id) WHERE ended_at IS NULL;

-- What a budget reached, once for each month and threshold: noted before anybody is told.
CREATE TABLE budget_alerts (
    id uuid PRIMARY KEY,
    budget_id bigint NOT NULL REFERENCES budgets (id),
    month date NOT NULL, -- its first day
    threshold text NOT NULL,
    spent_usd numeric NOT NULL,
    forecast_usd numeric,
    noted_at timestamptz NOT NULL,
    UNIQUE (budget_id, month, threshold)
);
CREATE INDEX budget_alerts_newest ON budget_alerts (noted_at DESC, id);

-- Who is told of it beside the pages, and what became of that.
CREATE TABLE budget_tellings (
    alert_id uuid NOT NULL REFERENCES budget_alerts (id),
    channel text NOT NULL,
    user_id text NOT NULL, -- empty: no person
    state text NOT NULL,
    at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    error text,
    PRIMARY KEY (alert_id, channel, user_id)
);
CREATE INDEX budget_tellings_waiting ON budget_tellings (alert_id) WHERE state = 'waiting';

-- What a batch was said to cost when it was started.
CREATE TABLE batch_estimates (
    batch_id bigint PRIMARY KEY REFERENCES batches (id),
    once_usd numeric NOT NULL,
    monthly_usd numeric NOT NULL,
    minutes numeric NOT NULL,
    size_bytes bigint NOT NULL,
    quality text NOT NULL,
    tier text NOT NULL
);

-- Price cards that people brought, as they wrote them.
CREATE TABLE price_cards (
    key text PRIMARY KEY,
    text text NOT NULL,
    author text NOT NULL,
    added_at timestamptz NOT NULL
);

-- Which plan of a vendor is in use from a day on, until another one is.
CREATE TABLE plans_in_use (
    vendor text NOT NULL,
    since date NOT NULL,
    plan text NOT NULL,
    person text NOT NULL,
    chosen_at timestamptz NOT NULL,
    PRIMARY KEY (vendor, since)
);

-- How much of each part of a video was watched, as it was read last.
CREATE TABLE heatmaps (
    asset_id text NOT NULL,
    period_d integer NOT NULL,
    buckets double precision[],
    total_views integer,
    hotspots jsonb NOT NULL DEFAULT '[]',
    audience jsonb NOT NULL DEFAULT '[]',
    week jsonb NOT NULL DEFAULT '[]',
    first_day date,
    last_day date,
    views integer NOT NULL DEFAULT 0,
    read_at timestamptz,
    tried_at timestamptz NOT NULL,
    error text,
    hint text NOT NULL DEFAULT '',
    PRIMARY KEY (asset_id, period_d)
);
CREATE INDEX heatmaps_read ON heatmaps (period_d, read_at) WHERE read_at IS NOT NULL;

-- How well videos played, as Mux told it of a period last: medians and shares of days do not add up.
CREATE TABLE quality_periods (
    period_d integer NOT NULL,
    asset_id text NOT NULL, -- empty: the whole school
    first_day date NOT NULL,
    last_day date NOT NULL,
    read_at timestamptz NOT NULL,
    views integer NOT NULL,
    viewers double precision,
    startup_ms double precision,
    slow_startup_ms double precision,
    waiting double precision,
    stops_per_min double precision,
    not_started double precision,
    failed double precision,
    score double precision,
    audience jsonb, -- the whole school's viewers, told apart; empty: not yet
    PRIMARY KEY (period_d, asset_id)
);

-- The same of a day of the whole school.
CREATE TABLE quality_days (
    day date PRIMARY KEY,
    read_at timestamptz NOT NULL,
    views integer NOT NULL,
    startup_ms double precision,
    waiting double precision,
    failed double precision
);

-- Views that ended with an error; not whose they were.
CREATE TABLE failed_views (
    id text PRIMARY KEY,
    asset_id text NOT NULL,
    at timestamptz NOT NULL,
    code text NOT NULL,
    message text NOT NULL,
    browser text NOT NULL,
    system text NOT NULL,
    country text NOT NULL
);
CREATE INDEX failed_views_asset ON failed_views (asset_id, at);
CREATE INDEX failed_views_at ON failed_views (at);

-- What Mux and AWS count, in days of UTC ------------------------------------------------------------------------

-- `tier` is what was delivered, which is not always what was ingested.
CREATE TABLE delivery_days (
    day date NOT NULL,
    asset_id text NOT NULL,
    quality text NOT NULL,
    tier text NOT NULL,
    seconds numeric NOT NULL,
    PRIMARY KEY (day, asset_id, tier) INCLUDE (quality, seconds)
);
CREATE INDEX delivery_days_asset ON delivery_days (asset_id, day);

-- Which days were read, up to which moment; never yet: NULL. `error` is why the last try was not taken in.
CREATE TABLE usage_days (
    day date PRIMARY KEY,
    read_at timestamptz,
    covers_to timestamptz,
    tried_at timestamptz NOT NULL,
    error text
);

-- As figure_reads, of usage.
CREATE TABLE usage_reads (
    outcome text PRIMARY KEY,
    at timestamptz NOT NULL,
    error text,
    hint text NOT NULL DEFAULT ''
);

-- When an asset was not cold, by its last play: what lies in no span is cold.
CREATE TABLE storage_spans (
    asset_id text NOT NULL,
    storage text NOT NULL,
    from_at timestamptz NOT NULL,
    to_at timestamptz NOT NULL,
    PRIMARY KEY (asset_id, from_at) INCLUDE (to_at, storage)
);

-- MP4s for download, as they came and went.
CREATE TABLE rendition_spans (
    asset_id text NOT NULL,
    name text NOT NULL,
    from_at timestamptz NOT NULL,
    to_at timestamptz, -- NULL as long as it is there
    tier text NOT NULL, -- empty: the asset's own
    advanced boolean NOT NULL,
    PRIMARY KEY (asset_id, name, from_at)
);
CREATE UNIQUE INDEX rendition_spans_there ON rendition_spans (asset_id, name) WHERE to_at IS NULL;

-- What lay in S3 at the end of a scan, the last one of the day. `storage` is as S3 calls it.
CREATE TABLE s3_days (
    day date NOT NULL,
    bucket text NOT NULL,
    storage text NOT NULL,
    bytes bigint NOT NULL,
    objects bigint NOT NULL,
    PRIMARY KEY (day, bucket, storage)
);

-- Days on which a bucket that was scanned before was not among S3_BUCKETS: what lay there is in no figure.
CREATE TABLE s3_absences (
    bucket text NOT NULL,
    first_day date NOT NULL,
    last_day date, -- NULL as long as it lasts
    PRIMARY KEY (bucket, first_day)
);
CREATE UNIQUE INDEX s3_absences_lasting ON s3_absences (bucket) WHERE last_day IS NULL;

CREATE TABLE s3_traffic_days (
    day date NOT NULL,
    bucket text NOT NULL,
    egress_bytes numeric NOT NULL,
    reads numeric NOT NULL,
    writes numeric NOT NULL,
    basis text NOT NULL,
    PRIMARY KEY (day, bucket)
);

-- What Mux's own billing export says of a day, by the column that says so.
CREATE TABLE billed_days (
    day date NOT NULL,
    name text NOT NULL,
    quantity numeric NOT NULL, -- minutes
    assets integer NOT NULL,
    PRIMARY KEY (day, name)
);

-- Files that people bring in ----------------------------------------------------------------------------------

CREATE TABLE uploads (
    id uuid PRIMARY KEY,
    lesson_id text NOT NULL,
    lesson_title text,
    state text NOT NULL,
    via text NOT NULL,
    kind text NOT NULL,
    filename text NOT NULL,
    size_bytes bigint NOT NULL,
    mime text NOT NULL,
    person text NOT NULL,
    subject text NOT NULL,
    host_user_id text,
    options jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    moved_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    asked_at timestamptz,
    mux_upload_id text,
    asset_id text,
    bucket text,
    key text COLLATE "C",
    multipart_id text,
    fallback_used boolean NOT NULL DEFAULT false,
    video_id text,
    source_id bigint,
    batch_id bigint,
    trouble text,
    reason text
);
-- One video at a time comes in for a lesson.
CREATE UNIQUE INDEX uploads_alive ON uploads (lesson_id)
    WHERE kind = 'video' AND state IN ('waiting', 'uploaded', 'stored', 'sending', 'preparing');
CREATE INDEX uploads_newest ON uploads (created_at, id);
CREATE INDEX uploads_lesson ON uploads (lesson_id, created_at);
CREATE INDEX uploads_video ON uploads (video_id) WHERE video_id IS NOT NULL;
CREATE INDEX uploads_untidy ON uploads (moved_at) WHERE multipart_id IS NOT NULL;
CREATE INDEX uploads_person ON uploads (subject, created_at);
CREATE INDEX uploads_silent ON uploads (moved_at)
    WHERE state IN ('waiting', 'uploaded', 'stored', 'sending', 'preparing');

CREATE TABLE lesson_resources (
    id uuid PRIMARY KEY,
    lesson_id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    mime text NOT NULL,
    size_bytes bigint NOT NULL,
    bucket text NOT NULL,
    key text COLLATE "C" NOT NULL,
    person text NOT NULL,
    created_at timestamptz NOT NULL,
    language text,
    asset_id text,
    place integer
);
CREATE INDEX lesson_resources_lesson ON lesson_resources (lesson_id, created_at);
