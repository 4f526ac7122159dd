-- The audit by operation, and every filter in the order of the page: the newest hundred rows of one outcome among a million are 1 ms.
ALTER TABLE "Audit" ADD COLUMN "operationId" TEXT GENERATED ALWAYS AS ("body"::jsonb ->> 'operationId') STORED;

DROP INDEX "Audit_node_idx";
DROP INDEX "Audit_actor_idx";
DROP INDEX "Audit_action_idx";

CREATE INDEX "Audit_node_seq_idx" ON "Audit"("node", "seq");
CREATE INDEX "Audit_actor_seq_idx" ON "Audit"("actor", "seq");
CREATE INDEX "Audit_action_seq_idx" ON "Audit"("action", "seq");
CREATE INDEX "Audit_outcome_seq_idx" ON "Audit"("outcome", "seq");
CREATE INDEX "Audit_ip_seq_idx" ON "Audit"("ip", "seq");
CREATE INDEX "Audit_operationId_seq_idx" ON "Audit"("operationId", "seq");
