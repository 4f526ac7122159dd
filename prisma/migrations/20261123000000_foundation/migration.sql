-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Node" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "groups" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "rack" TEXT,
    "position" INTEGER,
    "attributes" JSONB NOT NULL DEFAULT '{}',
    "protected" BOOLEAN NOT NULL DEFAULT false,
    "address" TEXT NOT NULL,
    "protocol" TEXT NOT NULL,
    "pin" TEXT,
    "pinnedAt" TIMESTAMPTZ(3),
    "capabilities" JSONB,
    "ownerId" UUID,
    "ownerEpoch" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Node_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Endpoint" (
    "nodeId" UUID NOT NULL,
    "protocol" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'probing',
    "failure" JSONB,
    "facts" JSONB NOT NULL DEFAULT '{}',
    "checkedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Endpoint_pkey" PRIMARY KEY ("nodeId","protocol")
);

-- CreateTable
CREATE TABLE "NodeStatus" (
    "nodeId" UUID NOT NULL,
    "power" TEXT NOT NULL DEFAULT 'unknown',
    "powerAt" TIMESTAMPTZ(3),
    "healthLevel" TEXT NOT NULL DEFAULT 'unknown',
    "healthReasons" JSONB NOT NULL DEFAULT '[]',
    "healthAt" TIMESTAMPTZ(3),
    "identity" JSONB NOT NULL DEFAULT '{}',
    "hottest" JSONB,
    "watts" DOUBLE PRECISION,
    "seenAt" TIMESTAMPTZ(3),
    "bmcState" TEXT NOT NULL DEFAULT 'probing',
    "bmcVia" TEXT,
    "failure" JSONB,
    "latencyMs" DOUBLE PRECISION,
    "revision" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "NodeStatus_pkey" PRIMARY KEY ("nodeId")
);

-- CreateTable
CREATE TABLE "Credential" (
    "nodeId" UUID NOT NULL,
    "username" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Credential_pkey" PRIMARY KEY ("nodeId")
);

-- CreateTable
CREATE TABLE "CredentialInbox" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "nodeId" UUID NOT NULL,
    "username" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CredentialInbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Probe" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "nodeId" UUID,
    "address" TEXT NOT NULL,
    "protocol" TEXT NOT NULL,
    "ports" JSONB NOT NULL DEFAULT '{}',
    "username" TEXT NOT NULL,
    "sealed" BYTEA,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "result" JSONB,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Probe_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Snapshot" (
    "nodeId" UUID NOT NULL,
    "facet" TEXT NOT NULL,
    "takenAt" TIMESTAMPTZ(3) NOT NULL,
    "data" JSONB NOT NULL,

    CONSTRAINT "Snapshot_pkey" PRIMARY KEY ("nodeId","facet")
);

-- CreateTable
CREATE TABLE "Sensor" (
    "id" SERIAL NOT NULL,
    "nodeId" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "unit" TEXT,

    CONSTRAINT "Sensor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Operation" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "kind" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'running',
    "by" TEXT NOT NULL,
    "byId" TEXT NOT NULL,
    "ip" TEXT,
    "requestId" TEXT,
    "idempotencyKey" TEXT,
    "request" TEXT NOT NULL,
    "deadlineAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Operation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Step" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "operationId" UUID NOT NULL,
    "nodeId" UUID,
    "nodeName" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "before" TEXT,
    "after" TEXT,
    "afterAt" TIMESTAMPTZ(3),
    "evidence" TEXT,
    "error" JSONB,
    "commands" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "sentAt" TIMESTAMPTZ(3),
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Step_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Conductor" (
    "id" UUID NOT NULL,
    "lockKey" BIGINT NOT NULL,
    "host" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Conductor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "User" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "disabled" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSignInAt" TIMESTAMPTZ(3),

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "userId" UUID NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "ip" TEXT,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Invitation" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "kind" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "userId" UUID,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Invitation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApiToken" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiToken_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SignInThrottle" (
    "key" TEXT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "windowAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SignInThrottle_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "Setting" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Setting_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "Audit" (
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,
    "body" TEXT NOT NULL,
    "prevHash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "actor" TEXT GENERATED ALWAYS AS ("body"::jsonb ->> 'actor') STORED,
    "action" TEXT GENERATED ALWAYS AS ("body"::jsonb ->> 'action') STORED,
    "node" TEXT GENERATED ALWAYS AS ("body"::jsonb ->> 'node') STORED,
    "outcome" TEXT GENERATED ALWAYS AS ("body"::jsonb ->> 'outcome') STORED,
    "ip" TEXT GENERATED ALWAYS AS ("body"::jsonb ->> 'ip') STORED,

    CONSTRAINT "Audit_pkey" PRIMARY KEY ("seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "Node_name_key" ON "Node"("name");

-- CreateIndex
CREATE INDEX "Node_ownerId_idx" ON "Node"("ownerId");

-- CreateIndex
CREATE INDEX "NodeStatus_revision_idx" ON "NodeStatus"("revision");

-- CreateIndex
CREATE INDEX "CredentialInbox_nodeId_idx" ON "CredentialInbox"("nodeId");

-- CreateIndex
CREATE INDEX "Probe_state_idx" ON "Probe"("state");

-- CreateIndex
CREATE UNIQUE INDEX "Sensor_nodeId_key_key" ON "Sensor"("nodeId", "key");

-- CreateIndex
CREATE INDEX "Operation_createdAt_idx" ON "Operation"("createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "Operation_byId_idempotencyKey_key" ON "Operation"("byId", "idempotencyKey");

-- CreateIndex
CREATE INDEX "Step_nodeId_state_idx" ON "Step"("nodeId", "state");

-- CreateIndex
CREATE UNIQUE INDEX "Step_operationId_position_key" ON "Step"("operationId", "position");

-- CreateIndex
CREATE UNIQUE INDEX "Conductor_lockKey_key" ON "Conductor"("lockKey");

-- CreateIndex
CREATE UNIQUE INDEX "User_name_key" ON "User"("name");

-- CreateIndex
CREATE UNIQUE INDEX "Session_tokenHash_key" ON "Session"("tokenHash");

-- CreateIndex
CREATE INDEX "Session_userId_idx" ON "Session"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "Invitation_tokenHash_key" ON "Invitation"("tokenHash");

-- CreateIndex
CREATE UNIQUE INDEX "ApiToken_name_key" ON "ApiToken"("name");

-- CreateIndex
CREATE UNIQUE INDEX "ApiToken_tokenHash_key" ON "ApiToken"("tokenHash");

-- CreateIndex
CREATE INDEX "Audit_at_idx" ON "Audit"("at");

-- CreateIndex
CREATE INDEX "Audit_node_idx" ON "Audit"("node");

-- CreateIndex
CREATE INDEX "Audit_actor_idx" ON "Audit"("actor");

-- CreateIndex
CREATE INDEX "Audit_action_idx" ON "Audit"("action");

-- AddForeignKey
ALTER TABLE "Endpoint" ADD CONSTRAINT "Endpoint_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "NodeStatus" ADD CONSTRAINT "NodeStatus_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Credential" ADD CONSTRAINT "Credential_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CredentialInbox" ADD CONSTRAINT "CredentialInbox_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Snapshot" ADD CONSTRAINT "Snapshot_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Sensor" ADD CONSTRAINT "Sensor_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Step" ADD CONSTRAINT "Step_operationId_fkey" FOREIGN KEY ("operationId") REFERENCES "Operation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Step" ADD CONSTRAINT "Step_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma cannot say -----------------------------------------------------------------------------------------

-- The history of sensors, a partition a day (UTC), so that forgetting is a DROP and writing stays quick.
CREATE TABLE "Reading" (
    "sensorId" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "value" REAL NOT NULL,
    PRIMARY KEY ("sensorId", "at")
) PARTITION BY RANGE ("at");

-- Makes the partitions of today and the days ahead, and drops those older than keep_days; gives the number dropped.
-- It runs as its owner, because a conductor's role may write readings but not create tables.
CREATE FUNCTION reading_partitions(days_ahead INTEGER, keep_days INTEGER) RETURNS INTEGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    today DATE := (now() AT TIME ZONE 'UTC')::date;
    day DATE;
    part RECORD;
    dropped INTEGER := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('reading_partitions'));
    FOR i IN -1..days_ahead LOOP
        day := today + i;
        EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF "Reading" FOR VALUES FROM (%L) TO (%L)',
            'Reading_' || to_char(day, 'YYYYMMDD'), day::text || ' 00:00:00+00', (day + 1)::text || ' 00:00:00+00');
    END LOOP;
    FOR part IN SELECT inhrelid::regclass::text AS name, to_date(right(c.relname, 8), 'YYYYMMDD') AS of_day
        FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = '"Reading"'::regclass
    LOOP
        IF part.of_day < today - keep_days THEN
            EXECUTE 'DROP TABLE ' || part.name;
            dropped := dropped + 1;
        END IF;
    END LOOP;
    RETURN dropped;
END $$;
SELECT reading_partitions(3, 30);

-- The audit ------------------------------------------------------------------------------------------------------

-- Appends one row to the chain and gives its seq. The lock makes seq dense and the chain one; it is held to the end of the
-- caller's transaction, so that a deed and its row are committed together or not at all.
CREATE FUNCTION audit_append(entry TEXT) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    last RECORD;
    next_seq BIGINT;
    next_at TIMESTAMPTZ(6);
    prev TEXT;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit_append'));
    SELECT "seq", "hash" INTO last FROM "Audit" ORDER BY "seq" DESC LIMIT 1;
    next_seq := coalesce(last."seq", 0) + 1;
    prev := coalesce(last."hash", repeat('0', 64));
    next_at := clock_timestamp();
    INSERT INTO "Audit" ("seq", "at", "body", "prevHash", "hash") VALUES (
        next_seq, next_at, entry, prev,
        encode(sha256(convert_to(
            prev || E'\n' || next_seq || E'\n' || to_char(next_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || E'\n' || entry,
            'UTF8')), 'hex'));
    RETURN next_seq;
END $$;

CREATE FUNCTION audit_is_append_only() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = '42501';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON "Audit" FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON "Audit" FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

-- News -----------------------------------------------------------------------------------------------------------
-- Channels: `node` (payload: its id) when something that a page shows of it has changed; `work` when a conductor has something
-- to take up; `operation` (payload: its id) when a step has moved.

CREATE SEQUENCE node_revision;

CREATE FUNCTION node_status_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    NEW."revision" := nextval('node_revision');
    PERFORM pg_notify('node', NEW."nodeId"::text);
    RETURN NEW;
END $$;
CREATE TRIGGER node_status_changed BEFORE INSERT OR UPDATE ON "NodeStatus" FOR EACH ROW EXECUTE FUNCTION node_status_changed();

CREATE FUNCTION node_edited() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE "NodeStatus" SET "revision" = 0 WHERE "nodeId" = NEW."id";
    PERFORM pg_notify('work', '');
    RETURN NULL;
END $$;
CREATE TRIGGER node_edited AFTER UPDATE OF "name", "groups", "tags", "rack", "position", "attributes", "protected", "address", "protocol"
    ON "Node" FOR EACH ROW EXECUTE FUNCTION node_edited();

CREATE FUNCTION node_removed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('node', OLD."id"::text);
    PERFORM pg_notify('work', '');
    RETURN NULL;
END $$;
CREATE TRIGGER node_removed AFTER DELETE ON "Node" FOR EACH ROW EXECUTE FUNCTION node_removed();

CREATE FUNCTION work_arrived() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('work', '');
    RETURN NULL;
END $$;
CREATE TRIGGER node_added AFTER INSERT ON "Node" FOR EACH STATEMENT EXECUTE FUNCTION work_arrived();
CREATE TRIGGER credential_arrived AFTER INSERT ON "CredentialInbox" FOR EACH STATEMENT EXECUTE FUNCTION work_arrived();
CREATE TRIGGER probe_arrived AFTER INSERT ON "Probe" FOR EACH STATEMENT EXECUTE FUNCTION work_arrived();
CREATE TRIGGER step_arrived AFTER INSERT ON "Step" FOR EACH STATEMENT EXECUTE FUNCTION work_arrived();

CREATE FUNCTION step_moved() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('operation', NEW."operationId"::text);
    RETURN NULL;
END $$;
CREATE TRIGGER step_moved AFTER INSERT OR UPDATE ON "Step" FOR EACH ROW EXECUTE FUNCTION step_moved();

CREATE FUNCTION operation_moved() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('operation', NEW."id"::text);
    RETURN NULL;
END $$;
CREATE TRIGGER operation_moved AFTER UPDATE ON "Operation" FOR EACH ROW EXECUTE FUNCTION operation_moved();
