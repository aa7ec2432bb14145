-- The annotation tables, which AnnotationStore alone writes. docs/decisions/0005-annotation-tables.md says why they look so.

-- One sequence for the ids of tags, shapes, tracks, skeleton nodes and keyframes.
CREATE SEQUENCE annotation_id AS bigint;

-- A run of consecutive ids. The lock keeps two runs apart and is held for microseconds, not for the caller's transaction.
CREATE FUNCTION reserve_annotation_ids(count integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    first bigint;
BEGIN
    PERFORM pg_advisory_lock(4702394921427289928);
    first := nextval('annotation_id');
    IF count > 1 THEN
        PERFORM setval('annotation_id', first + count - 1);
    END IF;
    PERFORM pg_advisory_unlock(4702394921427289928);
    RETURN first;
END
$$;

-- revision: the job's revision that last changed the object.
-- attributes: {"<attribute id>": "<value>"}; of tags and shapes only values that differ from the label's default.
CREATE TABLE tag (
    id bigint NOT NULL,
    job_id integer NOT NULL,
    frame integer NOT NULL,
    label_id integer NOT NULL,
    group_id integer NOT NULL,
    revision integer NOT NULL,
    source smallint NOT NULL,
    attributes jsonb,
    PRIMARY KEY (job_id, id)
) PARTITION BY HASH (job_id);

-- points: little-endian float32; of a mask, whole numbers as variable-length integers.
-- flags: 1 occluded, 2 outside.
-- elements: a skeleton's nodes.
CREATE TABLE shape (
    id bigint NOT NULL,
    job_id integer NOT NULL,
    frame integer NOT NULL,
    label_id integer NOT NULL,
    group_id integer NOT NULL,
    revision integer NOT NULL,
    z_order integer NOT NULL,
    rotation real NOT NULL,
    score real NOT NULL,
    kind smallint NOT NULL,
    source smallint NOT NULL,
    flags smallint NOT NULL,
    points bytea NOT NULL,
    attributes jsonb,
    elements jsonb,
    PRIMARY KEY (job_id, id)
) PARTITION BY HASH (job_id);

-- last_frame: the last frame on which the track can be seen; 2147483647 when it lasts to the end of the job.
-- keyframes, elements: packed, see KeyframeCodec.
CREATE TABLE track (
    id bigint NOT NULL,
    job_id integer NOT NULL,
    first_frame integer NOT NULL,
    last_frame integer NOT NULL,
    keyframe_count integer NOT NULL,
    label_id integer NOT NULL,
    group_id integer NOT NULL,
    revision integer NOT NULL,
    kind smallint NOT NULL,
    source smallint NOT NULL,
    attributes jsonb,
    keyframes bytea NOT NULL,
    elements bytea,
    PRIMARY KEY (job_id, id)
) PARTITION BY HASH (job_id);

-- Append-only: one row per revision of a job. ops: JSON of the ops in wire form, Brotli; null for a bulk change.
CREATE TABLE annotation_change (
    job_id integer NOT NULL,
    revision integer NOT NULL,
    user_id integer NOT NULL,
    at timestamptz NOT NULL,
    client_id uuid,
    ops bytea,
    PRIMARY KEY (job_id, revision)
) PARTITION BY HASH (job_id);

-- Batches that were applied, with their answers, so that a retry is answered and not applied again.
CREATE TABLE ops_batch (
    job_id integer NOT NULL,
    sequence integer NOT NULL,
    client_id uuid NOT NULL,
    revision integer NOT NULL,
    at timestamptz NOT NULL,
    results bytea NOT NULL,
    PRIMARY KEY (job_id, client_id, sequence)
) PARTITION BY HASH (job_id);

-- Objects that were removed one by one, as they were (JSON of the contract, Brotli): an update that comes too late brings
-- them back, and an undo may give them their id again. kind: 0 tag, 1 shape, 2 track.
CREATE TABLE removed_object (
    id bigint NOT NULL,
    job_id integer NOT NULL,
    revision integer NOT NULL,
    kind smallint NOT NULL,
    value bytea NOT NULL,
    PRIMARY KEY (job_id, id, kind)
) PARTITION BY HASH (job_id);

-- Ids that a user may give to new objects of a job.
CREATE TABLE id_block (
    first bigint NOT NULL,
    job_id integer NOT NULL,
    user_id integer NOT NULL,
    count integer NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (job_id, user_id, first)
);

-- What a job holds, kept by deltas in the transaction of each change. kind 0: tags, counted as shapes.
CREATE TABLE label_count (
    job_id integer NOT NULL,
    label_id integer NOT NULL,
    kind smallint NOT NULL,
    shapes integer NOT NULL,
    tracks integer NOT NULL,
    keyframes integer NOT NULL,
    PRIMARY KEY (job_id, label_id, kind)
);

DO $$
DECLARE
    parent text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['tag', 'shape', 'track', 'annotation_change', 'ops_batch', 'removed_object'] LOOP
        FOR part IN 0..15 LOOP
            EXECUTE format(
                'CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
                parent || '_' || part, parent, part);
        END LOOP;
    END LOOP;
END
$$;

CREATE INDEX ix_tag_frame ON tag (job_id, frame, id);
CREATE INDEX ix_shape_frame ON shape (job_id, frame, id);
CREATE INDEX ix_track_first_frame ON track (job_id, first_frame, id);

-- No foreign keys from the hot tables: this does what ON DELETE CASCADE would, once per statement.
CREATE FUNCTION delete_annotations_of_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone integer[] := ARRAY(SELECT id FROM deleted_jobs);
BEGIN
    DELETE FROM tag WHERE job_id = ANY (gone);
    DELETE FROM shape WHERE job_id = ANY (gone);
    DELETE FROM track WHERE job_id = ANY (gone);
    DELETE FROM annotation_change WHERE job_id = ANY (gone);
    DELETE FROM ops_batch WHERE job_id = ANY (gone);
    DELETE FROM removed_object WHERE job_id = ANY (gone);
    DELETE FROM id_block WHERE job_id = ANY (gone);
    DELETE FROM label_count WHERE job_id = ANY (gone);
    RETURN NULL;
END
$$;

CREATE TRIGGER jobs_delete_annotations AFTER DELETE ON jobs
    REFERENCING OLD TABLE AS deleted_jobs
    FOR EACH STATEMENT EXECUTE FUNCTION delete_annotations_of_jobs();

-- A default is not stored with the objects that have it. When a label's default changes, those objects keep the value that
-- people saw: it is written down now. Nothing visible changes, so no revision does.
CREATE FUNCTION keep_attribute_values() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    key text := NEW.id::text;
    kept jsonb := jsonb_build_object(NEW.id::text, OLD.default_value);
    owners integer[] := ARRAY(
        SELECT jobs.id
        FROM labels
        JOIN tasks ON tasks.id = labels.task_id OR tasks.project_id = labels.project_id
        JOIN jobs ON jobs.task_id = tasks.id
        WHERE labels.id = NEW.label_id);
BEGIN
    UPDATE tag SET attributes = coalesce(attributes, '{}') || kept
    WHERE job_id = ANY (owners) AND label_id = NEW.label_id AND (attributes IS NULL OR NOT attributes ? key);
    UPDATE shape SET attributes = coalesce(attributes, '{}') || kept
    WHERE job_id = ANY (owners) AND label_id = NEW.label_id AND (attributes IS NULL OR NOT attributes ? key);
    RETURN NULL;
END
$$;

CREATE TRIGGER label_attributes_keep_values AFTER UPDATE OF default_value ON label_attributes
    FOR EACH ROW WHEN (OLD.default_value IS DISTINCT FROM NEW.default_value)
    EXECUTE FUNCTION keep_attribute_values();
