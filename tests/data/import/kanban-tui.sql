CREATE TABLE tasks (task_id INTEGER PRIMARY KEY, title TEXT NOT NULL, "column" INTEGER NOT NULL, category INTEGER,
  description TEXT, creation_date DATETIME NOT NULL, start_date DATETIME, finish_date DATETIME, due_date DATETIME,
  metadata TEXT, position INTEGER);
CREATE TABLE boards (board_id INTEGER PRIMARY KEY, name TEXT NOT NULL, icon TEXT, creation_date DATETIME NOT NULL,
  reset_column INTEGER, start_column INTEGER, finish_column INTEGER);
CREATE TABLE columns (column_id INTEGER PRIMARY KEY, name TEXT NOT NULL, visible BOOLEAN, position INTEGER, board_id INTEGER);
CREATE TABLE categories (category_id INTEGER PRIMARY KEY, name TEXT NOT NULL, color TEXT NOT NULL);
INSERT INTO boards VALUES (1, 'Mine', '', '2026-03-01T09:00:00', 1, 2, 3);
INSERT INTO columns VALUES (1, 'Ready', 1, 1, 1), (2, 'Doing', 1, 2, 1), (3, 'Finito', 1, 3, 1), (4, 'Archive', 0, 4, 1);
INSERT INTO categories VALUES (1, 'machine learning', 'blue');
INSERT INTO tasks VALUES
  (1, 'Second in its column', 1, NULL, '', '2026-03-01T10:00:00', NULL, NULL, NULL, '{}', 1),
  (2, 'First in its column', 1, 1, 'two' || char(10) || 'lines', '2026-03-01T11:00:00', NULL, NULL, '2026-04-01T00:00:00', '{}', 0),
  (3, 'On the way', 2, NULL, '', '2026-03-01T12:00:00', '2026-03-02T12:00:00', NULL, NULL, '{"from": "jira"}', 0),
  (4, 'Done with', 3, NULL, '', '2026-03-01T13:00:00', '2026-03-02T13:00:00', '2026-03-03T13:00:00', NULL, '{}', 0),
  (5, 'Put away', 4, NULL, '', '2026-03-01T14:00:00', NULL, NULL, NULL, '{}', 0);
CREATE TABLE dependencies (dependency_id INTEGER PRIMARY KEY, task_id INTEGER NOT NULL, depends_on_task_id INTEGER NOT NULL);
INSERT INTO dependencies VALUES (1, 2, 3), (2, 2, 5);
CREATE TABLE audits (event_id INTEGER PRIMARY KEY, event_type TEXT NOT NULL);
INSERT INTO audits VALUES (1, 'CREATE'), (2, 'UPDATE');
