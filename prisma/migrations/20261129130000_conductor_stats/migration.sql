-- What a conductor counts of its own work, for /metrics.
ALTER TABLE "Conductor" ADD COLUMN "stats" JSONB, ADD COLUMN "statsAt" TIMESTAMPTZ(3);
