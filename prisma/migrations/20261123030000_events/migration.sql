-- What a node's logs said, and what we found out about it ourselves (source "Baseboard"). Rows stay when the BMC's log is cleared.
CREATE TABLE "LogEntry" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "nodeId" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "protocol" TEXT,
    "source" TEXT NOT NULL,
    "sourceId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3),
    "bmcTime" TEXT,
    "firstSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "shownAt" TIMESTAMPTZ(3) NOT NULL,
    "level" TEXT NOT NULL,
    "severity" TEXT,
    "text" TEXT NOT NULL,
    "sensor" TEXT,
    "messageId" TEXT,
    "raw" TEXT,
    "asserted" BOOLEAN,
    "resolved" BOOLEAN,
    "cleared" BOOLEAN NOT NULL DEFAULT false,
    "change" JSONB,

    CONSTRAINT "LogEntry_pkey" PRIMARY KEY ("id")
);

-- Where the reading of a node's logs goes on, by protocol, and how each log was found last.
CREATE TABLE "LogCursor" (
    "nodeId" UUID NOT NULL,
    "protocol" TEXT NOT NULL,
    "cursor" JSONB,
    "sources" JSONB NOT NULL DEFAULT '[]',
    "readAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "LogCursor_pkey" PRIMARY KEY ("nodeId","protocol")
);

-- What a node is made of, as each protocol tells it: the two are never compared with each other.
CREATE TABLE "Inventory" (
    "nodeId" UUID NOT NULL,
    "protocol" TEXT NOT NULL,
    "takenAt" TIMESTAMPTZ(3) NOT NULL,
    "data" JSONB NOT NULL,

    CONSTRAINT "Inventory_pkey" PRIMARY KEY ("nodeId","protocol")
);

CREATE UNIQUE INDEX "LogEntry_nodeId_key_key" ON "LogEntry"("nodeId", "key");
CREATE INDEX "LogEntry_nodeId_shownAt_id_idx" ON "LogEntry"("nodeId", "shownAt" DESC, "id" DESC);
CREATE INDEX "LogEntry_shownAt_id_idx" ON "LogEntry"("shownAt" DESC, "id" DESC);
CREATE INDEX "LogEntry_firstSeenAt_idx" ON "LogEntry"("firstSeenAt");

ALTER TABLE "LogEntry" ADD CONSTRAINT "LogEntry_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "LogCursor" ADD CONSTRAINT "LogCursor_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Inventory" ADD CONSTRAINT "Inventory_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Channel `events` (payload: the node's id) is told by who writes, once per reading and not per row.
