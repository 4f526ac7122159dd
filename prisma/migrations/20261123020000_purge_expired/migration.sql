-- Deletes what has expired and gives the number of rows. It runs as its owner: the conductor, which calls it every night, may neither
-- read nor write sessions and invitations.
CREATE FUNCTION purge_expired() RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    total BIGINT := 0;
    deleted BIGINT;
BEGIN
    DELETE FROM "Session" WHERE "expiresAt" < now() - interval '7 days';
    GET DIAGNOSTICS deleted = ROW_COUNT; total := total + deleted;
    DELETE FROM "Invitation" WHERE "expiresAt" < now() - interval '7 days';
    GET DIAGNOSTICS deleted = ROW_COUNT; total := total + deleted;
    DELETE FROM "SignInThrottle" WHERE "windowAt" < now() - interval '1 day';
    GET DIAGNOSTICS deleted = ROW_COUNT; total := total + deleted;
    DELETE FROM "Probe" WHERE "createdAt" < now() - interval '1 day';
    GET DIAGNOSTICS deleted = ROW_COUNT; total := total + deleted;
    RETURN total;
END $$;
