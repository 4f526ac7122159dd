-- Operations that begin by themselves, once or by a cron expression.
CREATE TABLE "Schedule" (
  "id" UUID NOT NULL DEFAULT gen_random_uuid(),
  "name" TEXT NOT NULL,
  "enabled" BOOLEAN NOT NULL DEFAULT true,
  "once" TIMESTAMPTZ(3),
  "cron" TEXT,
  "timeZone" TEXT,
  "request" JSONB NOT NULL,
  "by" TEXT NOT NULL,
  "byId" TEXT NOT NULL,
  "byKind" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "nextAt" TIMESTAMPTZ(3),
  "lastAt" TIMESTAMPTZ(3),
  "lastOperationId" UUID,
  "lastProblem" JSONB,
  CONSTRAINT "Schedule_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Schedule_name_key" ON "Schedule"("name");
CREATE INDEX "Schedule_nextAt_idx" ON "Schedule"("nextAt");
ALTER TABLE "Schedule" ADD CONSTRAINT "Schedule_lastOperationId_fkey" FOREIGN KEY ("lastOperationId") REFERENCES "Operation"("id") ON DELETE SET NULL ON UPDATE CASCADE;
