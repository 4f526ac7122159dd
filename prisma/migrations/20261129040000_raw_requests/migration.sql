-- What somebody asks a node's BMC by hand (the Redfish page): web writes the question, the node's conductor the answer. The body of a
-- change is gone when it was answered; the whole row is gone some minutes later.
CREATE TABLE "RawRequest" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "nodeId" UUID NOT NULL,
    "method" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "body" TEXT,
    "ifMatch" TEXT,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "answer" JSONB,
    "answerBody" TEXT,
    "failure" JSONB,
    "by" TEXT NOT NULL,
    "byId" UUID NOT NULL,
    "byKind" TEXT NOT NULL,
    "sessionId" UUID,
    "ip" TEXT,
    "requestId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sentAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "RawRequest_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "RawRequest_state_idx" ON "RawRequest"("state");
CREATE INDEX "RawRequest_createdAt_idx" ON "RawRequest"("createdAt");

ALTER TABLE "RawRequest" ADD CONSTRAINT "RawRequest_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TRIGGER raw_request_arrived AFTER INSERT ON "RawRequest" FOR EACH STATEMENT EXECUTE FUNCTION work_arrived();
