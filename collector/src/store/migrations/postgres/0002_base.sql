-- Readings that need not travel again, for PostgreSQL. Its twin: ../sqlite/0002_base.sql.
--
-- `digest` is now that of the reading as it travelled; what stands there from before counts as another reading
-- once, which changes nothing but this column.

ALTER TABLE sections ADD COLUMN carried_at BIGINT;       -- of the newest report that carries the known reading
ALTER TABLE sections ADD COLUMN carried_idx BIGINT;
ALTER TABLE sections ADD COLUMN base BYTEA;             -- digest of the newest reading that came, understood or not

UPDATE sections SET carried_at = known_at, carried_idx = known_idx;
