-- What somebody wants of a node's fans (written by web) and how it stands with that (written by the node's conductor).
CREATE TABLE "FanPolicy" (
  "nodeId" UUID NOT NULL,
  "policy" JSONB NOT NULL,
  "version" INTEGER NOT NULL DEFAULT 1,
  "consent" JSONB,
  "setBy" TEXT NOT NULL,
  "setById" TEXT NOT NULL,
  "setByKind" TEXT NOT NULL,
  "ip" TEXT,
  "requestId" TEXT,
  "setAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "doneVersion" INTEGER NOT NULL DEFAULT 0,
  "state" TEXT NOT NULL DEFAULT 'waiting',
  "reason" JSONB,
  "stateAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "holding" BOOLEAN NOT NULL DEFAULT false,
  "heldSince" TIMESTAMPTZ(3),
  "duties" JSONB,
  "assertedAt" TIMESTAMPTZ(3),
  "asserts" INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT "FanPolicy_pkey" PRIMARY KEY ("nodeId")
);
ALTER TABLE "FanPolicy" ADD CONSTRAINT "FanPolicy_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node"("id") ON DELETE CASCADE ON UPDATE CASCADE;
CREATE TRIGGER fan_policy_asked AFTER INSERT OR UPDATE OF "version" ON "FanPolicy" FOR EACH STATEMENT EXECUTE FUNCTION work_arrived();
