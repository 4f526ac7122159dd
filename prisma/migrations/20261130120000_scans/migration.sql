-- Scans of address ranges: asked for by web, walked by one conductor at a time, what they found kept some days.
CREATE TABLE "Scan" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "ranges" TEXT NOT NULL,
    "spans" JSONB NOT NULL,
    "ports" JSONB NOT NULL,
    "total" INTEGER NOT NULL,
    "asked" INTEGER NOT NULL DEFAULT 0,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "stopAsked" BOOLEAN NOT NULL DEFAULT false,
    "end" TEXT,
    "ownerId" UUID,
    "by" TEXT NOT NULL,
    "byKind" TEXT NOT NULL,
    "ip" TEXT,
    "requestId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "beatAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Scan_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Sighting" (
    "scanId" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "redfish" JSONB,
    "ipmi" JSONB,

    CONSTRAINT "Sighting_pkey" PRIMARY KEY ("scanId","address")
);

CREATE INDEX "Scan_state_idx" ON "Scan"("state");

ALTER TABLE "Sighting" ADD CONSTRAINT "Sighting_scanId_fkey" FOREIGN KEY ("scanId") REFERENCES "Scan"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TRIGGER scan_arrived AFTER INSERT ON "Scan" FOR EACH STATEMENT EXECUTE FUNCTION work_arrived();
