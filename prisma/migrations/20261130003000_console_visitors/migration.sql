-- Who is at which console of a conductor now: for who is about to switch a node off.
ALTER TABLE "Conductor" ADD COLUMN "visitors" JSONB;
