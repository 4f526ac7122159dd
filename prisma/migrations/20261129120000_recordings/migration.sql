-- An anonymised recording of a node's Redfish tree: asked for by web, read and masked by the node's conductor, one per node, kept a day.
CREATE TABLE "Recording" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "nodeId" UUID NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "stopAsked" BOOLEAN NOT NULL DEFAULT false,
    "progress" JSONB,
    "summary" JSONB,
    "failure" JSONB,
    "file" BYTEA,
    "by" TEXT NOT NULL,
    "byKind" TEXT NOT NULL,
    "ip" TEXT,
    "requestId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "beatAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Recording_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "Recording_nodeId_key" ON "Recording"("nodeId");

ALTER TABLE "Recording" ADD CONSTRAINT "Recording_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TRIGGER recording_arrived AFTER INSERT ON "Recording" FOR EACH STATEMENT EXECUTE FUNCTION work_arrived();
