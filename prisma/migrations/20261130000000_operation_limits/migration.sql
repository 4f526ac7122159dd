-- An operation releases its steps by batches, can be held and stopped, and may go on where another one ended.
ALTER TABLE "Operation"
    ADD COLUMN "byKind" TEXT NOT NULL DEFAULT 'person',
    ADD COLUMN "selection" TEXT NOT NULL DEFAULT '',
    ADD COLUMN "limits" JSONB NOT NULL DEFAULT '{}',
    ADD COLUMN "deadlineSeconds" INTEGER NOT NULL DEFAULT 300,
    ADD COLUMN "auditSeq" BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN "lookedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ADD COLUMN "heldAt" TIMESTAMPTZ(3),
    ADD COLUMN "heldBy" TEXT,
    ADD COLUMN "stoppedAt" TIMESTAMPTZ(3),
    ADD COLUMN "stopReason" TEXT,
    ADD COLUMN "stoppedBy" TEXT,
    ADD COLUMN "counts" JSONB,
    ADD COLUMN "retryOfId" UUID;
ALTER TABLE "Operation" ADD CONSTRAINT "Operation_retryOfId_fkey"
    FOREIGN KEY ("retryOfId") REFERENCES "Operation"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "Step"
    ADD COLUMN "lanes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    ADD COLUMN "releasedAt" TIMESTAMPTZ(3),
    ADD COLUMN "batch" INTEGER,
    ADD COLUMN "endedAt" TIMESTAMPTZ(3);

-- What is there already: asked by whom, of which nodes, and how it ended.
UPDATE "Operation" o SET
    "byKind" = CASE WHEN EXISTS (SELECT 1 FROM "User" u WHERE u."id"::text = o."byId") THEN 'person' ELSE 'token' END,
    "lookedAt" = o."createdAt",
    "selection" = coalesce((SELECT string_agg(s."nodeName", ',' ORDER BY s."position") FROM "Step" s WHERE s."operationId" = o."id"), ''),
    "counts" = CASE WHEN o."finishedAt" IS NULL THEN NULL ELSE
        (SELECT coalesce(jsonb_object_agg(c."state", c."n"), '{}') FROM (SELECT s."state", count(*) AS "n" FROM "Step" s WHERE s."operationId" = o."id" GROUP BY 1) c) END;
UPDATE "Step" SET "batch" = 1, "releasedAt" = "updatedAt", "endedAt" = CASE WHEN "state" IN ('sending', 'sent') THEN NULL ELSE "updatedAt" END
    WHERE "state" <> 'queued';

ALTER TABLE "Operation" DROP COLUMN "deadlineAt";

CREATE INDEX "Operation_state_idx" ON "Operation"("state");
CREATE INDEX "Operation_retryOfId_idx" ON "Operation"("retryOfId");
CREATE INDEX "Step_operationId_state_idx" ON "Step"("operationId", "state");
CREATE INDEX "Step_nodeName_idx" ON "Step"("nodeName");

-- May this person or this token still ask for what needs one of these roles? The conductor asks, who may not read tokens. What was asked
-- goes on after signing out, so no session is needed.
CREATE FUNCTION operation_may(kind TEXT, person TEXT, roles TEXT[]) RETURNS BOOLEAN
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT CASE kind
        WHEN 'person' THEN EXISTS (SELECT 1 FROM "User" u WHERE u."id"::text = person AND NOT u."disabled" AND u."role" = ANY (roles))
        WHEN 'token' THEN EXISTS (SELECT 1 FROM "ApiToken" a WHERE a."id"::text = person AND a."revokedAt" IS NULL AND a."role" = ANY (roles))
        ELSE false
    END
$$;

-- A released step is work for the conductor that owns its node; a held or stopped operation is work for any.
CREATE TRIGGER step_released AFTER UPDATE OF "releasedAt" ON "Step" FOR EACH STATEMENT EXECUTE FUNCTION work_arrived();
CREATE TRIGGER operation_turned AFTER UPDATE OF "heldAt", "stoppedAt" ON "Operation" FOR EACH STATEMENT EXECUTE FUNCTION work_arrived();

-- That a conductor has looked is no news for a page.
DROP TRIGGER operation_moved ON "Operation";
CREATE TRIGGER operation_moved AFTER UPDATE OF "state", "finishedAt", "heldAt", "stoppedAt" ON "Operation"
    FOR EACH ROW EXECUTE FUNCTION operation_moved();
