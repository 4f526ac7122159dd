-- What Redfish sessions learned of a node's BMC, for the next one: see lib/redfish/memory.ts. The conductor alone writes it.
ALTER TABLE "Node" ADD COLUMN "knownService" JSONB;
