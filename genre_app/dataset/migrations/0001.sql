-- The data set, version 1. Applied by database.py in one transaction, which also counts the version.
--
-- Times are ISO 8601 text in UTC. A clip is never deleted by a change: `removed` puts it into the bin, so that
-- every change can be undone, and emptying the bin deletes. Genres are removed in the same way.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE genres (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,                       -- NFC, stripped
    key TEXT NOT NULL,                        -- the name casefolded: two genres never differ in case only
    colour TEXT NOT NULL CHECK (colour GLOB '#[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]'),
    position INTEGER NOT NULL,
    shipped INTEGER NOT NULL DEFAULT 0 CHECK (shipped IN (0, 1)),
    removed TEXT,
    CHECK (NOT (shipped AND removed IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX genres_by_key ON genres (key) WHERE removed IS NULL;

-- Clips that must never be in different splits: same artist, near-duplicates, excerpts of one recording.
CREATE TABLE groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,                       -- the key that it was made for
    decided TEXT NOT NULL CHECK (decided IN ('train', 'valid')),  -- by hash, or by a merge of groups
    split TEXT NOT NULL CHECK (split IN ('train', 'valid'))       -- what holds: pins come before `decided`
) STRICT;

-- Which group clips of a key belong to: 'artist:…', 'sample:…' or 'recording:…'.
CREATE TABLE group_keys (
    key TEXT PRIMARY KEY,
    group_id INTEGER NOT NULL REFERENCES groups ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX group_keys_by_group ON group_keys (group_id);

CREATE TABLE clips (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sample_hash TEXT NOT NULL UNIQUE CHECK (length(sample_hash) = 64),
    suffix TEXT NOT NULL,                     -- of the file in audio/, with its dot, lower case
    file_sha256 TEXT NOT NULL CHECK (length(file_sha256) = 64),
    file_size INTEGER NOT NULL,               -- bytes
    title TEXT NOT NULL,
    artist TEXT NOT NULL,
    title_key TEXT NOT NULL,                  -- casefolded, to sort by
    artist_key TEXT NOT NULL,
    search TEXT NOT NULL,                     -- casefolded title, artist and source, to look for words in
    genre_id INTEGER NOT NULL REFERENCES genres,
    source TEXT NOT NULL,                     -- the original path, or a word: 'recording', 'archive'
    folder TEXT NOT NULL,                     -- the folder of that path, or the same word
    duration REAL NOT NULL,                   -- seconds
    format TEXT NOT NULL,
    sample_rate INTEGER NOT NULL,             -- Hz
    channels INTEGER NOT NULL,
    group_id INTEGER NOT NULL REFERENCES groups,
    pin TEXT CHECK (pin IN ('train', 'valid')),
    added TEXT NOT NULL,
    removed TEXT
) STRICT;
CREATE INDEX clips_by_file ON clips (file_sha256);
CREATE INDEX clips_of_group ON clips (group_id, pin);
CREATE INDEX clips_of_genre ON clips (genre_id);
CREATE INDEX clips_in_bin ON clips (removed) WHERE removed IS NOT NULL;
-- Lists: each order, and what is counted, can be read from an index without the rows.
CREATE INDEX clips_by_added ON clips (added, id) WHERE removed IS NULL;
CREATE INDEX clips_by_title ON clips (title_key, id) WHERE removed IS NULL;
CREATE INDEX clips_by_artist ON clips (artist_key, id) WHERE removed IS NULL;
CREATE INDEX clips_by_source ON clips (source, id) WHERE removed IS NULL;
CREATE INDEX clips_by_duration ON clips (duration, id) WHERE removed IS NULL;
CREATE INDEX clips_by_format ON clips (format, id) WHERE removed IS NULL;
CREATE INDEX clips_by_genre ON clips (genre_id, added, id) WHERE removed IS NULL;
CREATE INDEX clips_by_folder ON clips (folder, added, id) WHERE removed IS NULL;
CREATE INDEX clips_by_group ON clips (group_id, genre_id, added, id) WHERE removed IS NULL;

CREATE TABLE clip_tags (
    clip_id INTEGER NOT NULL REFERENCES clips ON DELETE CASCADE,
    name TEXT NOT NULL,                       -- 'album', 'year', …
    value TEXT NOT NULL,
    PRIMARY KEY (clip_id, name)
) STRICT, WITHOUT ROWID;

-- An augmented copy is its recipe. It has no genre and no split of its own: they are its clip's.
CREATE TABLE copies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    clip_id INTEGER NOT NULL REFERENCES clips ON DELETE CASCADE,
    recipe TEXT NOT NULL,                     -- canonical JSON
    recipe_hash TEXT NOT NULL CHECK (length(recipe_hash) = 64),
    created TEXT NOT NULL,
    UNIQUE (clip_id, recipe_hash)
) STRICT;

-- What can be computed again: no part of it is undone.

-- What a model, or a cross-validation ('look-again:…'), thinks of a clip it was not trained on.
CREATE TABLE opinions (
    clip_id INTEGER NOT NULL REFERENCES clips ON DELETE CASCADE,
    model_id TEXT NOT NULL,
    genre TEXT NOT NULL,
    confidence REAL NOT NULL,
    PRIMARY KEY (clip_id, model_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE embeddings (
    sample_hash TEXT NOT NULL,
    recipe_hash TEXT NOT NULL DEFAULT '',     -- '' for the clip itself
    backbone_id TEXT NOT NULL,
    n_windows INTEGER NOT NULL CHECK (n_windows >= 0),  -- 0 for silence
    vectors BLOB NOT NULL,                    -- float16, little endian, (n_windows, size of the embedding)
    UNIQUE (backbone_id, sample_hash, recipe_hash)
) STRICT;

-- Landmarks of near_duplicates.py: no foreign key, since an index by clip would double the largest table.
-- Numbers of clips are never used twice; emptying the bin deletes the landmarks of deleted clips.
CREATE TABLE landmarks (
    hash INTEGER NOT NULL,
    clip_id INTEGER NOT NULL,
    frame INTEGER NOT NULL,
    PRIMARY KEY (hash, clip_id, frame)
) STRICT, WITHOUT ROWID;

-- Files that were decoded before, by their bytes: what their samples are is known without decoding.
CREATE TABLE decoded_files (
    file_sha256 TEXT PRIMARY KEY CHECK (length(file_sha256) = 64),
    sample_hash TEXT NOT NULL CHECK (length(sample_hash) = 64)
) STRICT, WITHOUT ROWID;

-- Files in audio/ about to appear or to go; the program may end at any moment, and settles them at its start.
CREATE TABLE pending_files (
    name TEXT PRIMARY KEY,                    -- relative to audio/, 'ab/<sample_hash>.wav'
    action TEXT NOT NULL CHECK (action IN ('arriving', 'leaving'))
) STRICT, WITHOUT ROWID;

-- Undo. Triggers write the statement that takes a change back, and its parameters as a JSON object, into the
-- log of the step under way. A change outside of a step breaks NOT NULL and fails; step 0 is maintenance, which
-- is not logged. The same few statements over and over are compiled once.

CREATE TABLE undo_steps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    created TEXT NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1))
) STRICT;

CREATE TABLE undo_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    step INTEGER NOT NULL REFERENCES undo_steps ON DELETE CASCADE,
    statement TEXT NOT NULL,
    parameters TEXT NOT NULL
) STRICT;
CREATE INDEX undo_log_by_step ON undo_log (step, id);

-- One row; the step is NULL whenever no transaction is under way.
CREATE TABLE undo_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    step INTEGER
) STRICT;

INSERT INTO undo_state (id, step) VALUES (1, NULL);

INSERT INTO genres (name, key, colour, position, shipped) VALUES
    ('blues', 'blues', '#5669fc', 0, 1),
    ('classical', 'classical', '#bf891e', 1, 1),
    ('country', 'country', '#7b3c04', 2, 1),
    ('disco', 'disco', '#b040c4', 3, 1),
    ('hiphop', 'hiphop', '#2fa2af', 4, 1),
    ('jazz', 'jazz', '#6a0ab7', 5, 1),
    ('metal', 'metal', '#525c6b', 6, 1),
    ('pop', 'pop', '#e95681', 7, 1),
    ('reggae', 'reggae', '#0c8042', 8, 1),
    ('rock', 'rock', '#d13a0e', 9, 1);

-- An added clip or genre is taken back by putting it into the bin: the log may still bring it back.

CREATE TRIGGER clips_inserted AFTER INSERT ON clips
WHEN (SELECT step FROM undo_state) IS NOT 0
BEGIN
    INSERT INTO undo_log (step, statement, parameters) VALUES (
        (SELECT step FROM undo_state),
        'UPDATE clips SET removed = :removed WHERE id = :id',
        json_object('removed', new.added, 'id', new.id));
END;

CREATE TRIGGER clips_relabelled AFTER UPDATE OF genre_id ON clips
WHEN (SELECT step FROM undo_state) IS NOT 0 AND old.genre_id IS NOT new.genre_id
BEGIN
    INSERT INTO undo_log (step, statement, parameters) VALUES (
        (SELECT step FROM undo_state),
        'UPDATE clips SET genre_id = :genre_id WHERE id = :id',
        json_object('genre_id', old.genre_id, 'id', new.id));
END;

CREATE TRIGGER clips_moved_to_or_from_bin AFTER UPDATE OF removed ON clips
WHEN (SELECT step FROM undo_state) IS NOT 0 AND old.removed IS NOT new.removed
BEGIN
    INSERT INTO undo_log (step, statement, parameters) VALUES (
        (SELECT step FROM undo_state),
        'UPDATE clips SET removed = :removed WHERE id = :id',
        json_object('removed', old.removed, 'id', new.id));
END;

CREATE TRIGGER clips_regrouped AFTER UPDATE OF group_id ON clips
WHEN (SELECT step FROM undo_state) IS NOT 0 AND old.group_id IS NOT new.group_id
BEGIN
    INSERT INTO undo_log (step, statement, parameters) VALUES (
        (SELECT step FROM undo_state),
        'UPDATE clips SET group_id = :group_id WHERE id = :id',
        json_object('group_id', old.group_id, 'id', new.id));
END;

CREATE TRIGGER clips_pinned AFTER UPDATE OF pin ON clips
WHEN (SELECT step FROM undo_state) IS NOT 0 AND old.pin IS NOT new.pin
BEGIN
    INSERT INTO undo_log (step, statement, parameters) VALUES (
        (SELECT step FROM undo_state),
        'UPDATE clips SET pin = :pin WHERE id = :id',
        json_object('pin', old.pin, 'id', new.id));
END;

CREATE TRIGGER clips_edited
AFTER UPDATE OF title, artist, title_key, artist_key, search, source, folder, added ON clips
WHEN (SELECT step FROM undo_state) IS NOT 0 AND (old.title IS NOT new.title OR old.artist IS NOT new.artist OR
    old.title_key IS NOT new.title_key OR old.artist_key IS NOT new.artist_key OR
    old.search IS NOT new.search OR old.source IS NOT new.source OR old.folder IS NOT new.folder OR
    old.added IS NOT new.added)
BEGIN
    INSERT INTO undo_log (step, statement, parameters) VALUES (
        (SELECT step FROM undo_state),
        'UPDATE clips SET title = :title, artist = :artist, title_key = :title_key, artist_key '
        || '= :artist_key, search = :search, source = :source, folder = :folder, added = :added '
        || 'WHERE id = :id',
        json_object('title', old.title, 'artist', old.artist, 'title_key', old.title_key,
            'artist_key', old.artist_key, 'search', old.search, 'source', old.source,
            'folder', old.folder, 'added', old.added, 'id', new.id));
END;

CREATE TRIGGER clips_file_never_changes
BEFORE UPDATE OF sample_hash, suffix, file_sha256, file_size, duration, format, sample_rate, channels ON clips
WHEN (SELECT step FROM undo_state) IS NOT 0
BEGIN
    SELECT RAISE(ABORT, 'the file of a clip never changes');
END;

CREATE TRIGGER clips_deleted BEFORE DELETE ON clips
WHEN (SELECT step FROM undo_state) IS NOT 0
BEGIN
    SELECT RAISE(ABORT, 'clips are deleted only when the bin is emptied');
END;

CREATE TRIGGER genres_inserted AFTER INSERT ON genres
WHEN (SELECT step FROM undo_state) IS NOT 0
BEGIN
    INSERT INTO undo_log (step, statement, parameters) VALUES (
        (SELECT step FROM undo_state),
        'UPDATE genres SET removed = :removed WHERE id = :id',
        json_object('removed', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'id', new.id));
END;

CREATE TRIGGER genres_updated AFTER UPDATE OF name, key, colour, position, removed ON genres
WHEN (SELECT step FROM undo_state) IS NOT 0 AND (old.name IS NOT new.name OR old.key IS NOT new.key OR
    old.colour IS NOT new.colour OR old.position IS NOT new.position OR old.removed IS NOT new.removed)
BEGIN
    INSERT INTO undo_log (step, statement, parameters) VALUES (
        (SELECT step FROM undo_state),
        'UPDATE genres SET name = :name, key = :key, colour = :colour, position = :position, '
        || 'removed = :removed WHERE id = :id',
        json_object('name', old.name, 'key', old.key, 'colour', old.colour, 'position', old.position,
            'removed', old.removed, 'id', new.id));
END;

CREATE TRIGGER genres_deleted BEFORE DELETE ON genres
WHEN (SELECT step FROM undo_state) IS NOT 0
BEGIN
    SELECT RAISE(ABORT, 'genres are deleted only when the bin is emptied');
END;

-- A new group stays when the step that made it is undone: clips in the bin refer to it.

CREATE TRIGGER groups_updated AFTER UPDATE OF decided, split ON groups
WHEN (SELECT step FROM undo_state) IS NOT 0 AND (old.decided IS NOT new.decided OR old.split IS NOT new.split)
BEGIN
    INSERT INTO undo_log (step, statement, parameters) VALUES (
        (SELECT step FROM undo_state),
        'UPDATE groups SET decided = :decided, split = :split WHERE id = :id',
        json_object('decided', old.decided, 'split', old.split, 'id', new.id));
END;

CREATE TRIGGER groups_deleted BEFORE DELETE ON groups
WHEN (SELECT step FROM undo_state) IS NOT 0
BEGIN
    SELECT RAISE(ABORT, 'groups are deleted only when the bin is emptied');
END;

CREATE TRIGGER group_keys_inserted AFTER INSERT ON group_keys
WHEN (SELECT step FROM undo_state) IS NOT 0
BEGIN
    INSERT INTO undo_log (step, statement, parameters) VALUES (
        (SELECT step FROM undo_state),
        'DELETE FROM group_keys WHERE key = :key',
        json_object('key', new.key));
END;

CREATE TRIGGER group_keys_updated AFTER UPDATE OF group_id ON group_keys
WHEN (SELECT step FROM undo_state) IS NOT 0 AND old.group_id IS NOT new.group_id
BEGIN
    INSERT INTO undo_log (step, statement, parameters) VALUES (
        (SELECT step FROM undo_state),
        'UPDATE group_keys SET group_id = :group_id WHERE key = :key',
        json_object('group_id', old.group_id, 'key', new.key));
END;

CREATE TRIGGER group_keys_deleted AFTER DELETE ON group_keys
WHEN (SELECT step FROM undo_state) IS NOT 0
BEGIN
    INSERT INTO undo_log (step, statement, parameters) VALUES (
        (SELECT step FROM undo_state),
        'INSERT INTO group_keys (key, group_id) VALUES (:key, :group_id)',
        json_object('key', old.key, 'group_id', old.group_id));
END;

CREATE TRIGGER clip_tags_inserted AFTER INSERT ON clip_tags
WHEN (SELECT step FROM undo_state) IS NOT 0
BEGIN
    INSERT INTO undo_log (step, statement, parameters) VALUES (
        (SELECT step FROM undo_state),
        'DELETE FROM clip_tags WHERE clip_id = :clip_id AND name = :name',
        json_object('clip_id', new.clip_id, 'name', new.name));
END;

CREATE TRIGGER clip_tags_updated AFTER UPDATE OF value ON clip_tags
WHEN (SELECT step FROM undo_state) IS NOT 0 AND old.value IS NOT new.value
BEGIN
    INSERT INTO undo_log (step, statement, parameters) VALUES (
        (SELECT step FROM undo_state),
        'UPDATE clip_tags SET value = :value WHERE clip_id = :clip_id AND name = :name',
        json_object('value', old.value, 'clip_id', new.clip_id, 'name', new.name));
END;

CREATE TRIGGER clip_tags_deleted AFTER DELETE ON clip_tags
WHEN (SELECT step FROM undo_state) IS NOT 0
BEGIN
    INSERT INTO undo_log (step, statement, parameters) VALUES (
        (SELECT step FROM undo_state),
        'INSERT INTO clip_tags (clip_id, name, value) VALUES (:clip_id, :name, :value)',
        json_object('clip_id', old.clip_id, 'name', old.name, 'value', old.value));
END;

CREATE TRIGGER copies_inserted AFTER INSERT ON copies
WHEN (SELECT step FROM undo_state) IS NOT 0
BEGIN
    INSERT INTO undo_log (step, statement, parameters) VALUES (
        (SELECT step FROM undo_state),
        'DELETE FROM copies WHERE id = :id',
        json_object('id', new.id));
END;

CREATE TRIGGER copies_never_change BEFORE UPDATE ON copies
BEGIN
    SELECT RAISE(ABORT, 'a copy never changes');
END;

CREATE TRIGGER copies_deleted AFTER DELETE ON copies
WHEN (SELECT step FROM undo_state) IS NOT 0
BEGIN
    INSERT INTO undo_log (step, statement, parameters) VALUES (
        (SELECT step FROM undo_state),
        'INSERT INTO copies (id, clip_id, recipe, recipe_hash, created) VALUES (:id, :clip_id, '
        || ':recipe, :recipe_hash, :created)',
        json_object('id', old.id, 'clip_id', old.clip_id, 'recipe', old.recipe,
            'recipe_hash', old.recipe_hash, 'created', old.created));
END;
